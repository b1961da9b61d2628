"""Certificates for servers on 127.0.0.1: sound ones, and each kind that must not be believed."""

import base64
import datetime
import hashlib
import ipaddress
import pathlib
import ssl

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

NOW = datetime.datetime.now(datetime.timezone.utc)
DAY = datetime.timedelta(days=1)


def name(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Whoever signs certificates; its own is in `file`."""

    def __init__(self, directory, title):
        self.directory = pathlib.Path(directory)
        self.title = title
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = (
            x509.CertificateBuilder().subject_name(name(title)).issuer_name(name(title)).public_key(self.key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(NOW - 30 * DAY).not_valid_after(NOW + 30 * DAY)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(self.key, hashes.SHA256()))
        self.file = self.directory / f"{title}.pem"
        self.file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def sign(self, label, address="127.0.0.1", start=-DAY, end=DAY):
        """A server's certificate; gives its file and the pin of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = (
            x509.CertificateBuilder().subject_name(name(label)).issuer_name(name(self.title))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(NOW + start).not_valid_after(NOW + end)
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), critical=False)
            .sign(self.key, hashes.SHA256()))
        file = self.directory / f"{self.title}-{label}.pem"
        file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        der = key.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        return file, "sha256//" + base64.b64encode(hashlib.sha256(der).digest()).decode()


def context(file, newest=None):
    """How a server speaks TLS with a certificate; `newest` is the newest version that it knows."""
    found = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    found.load_cert_chain(file)
    if newest:
        found.set_ciphers("ALL:@SECLEVEL=0")
        found.minimum_version = ssl.TLSVersion.TLSv1
        found.maximum_version = newest
    return found
