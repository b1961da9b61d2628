"""Codes of coins and of secrets, made and read by other people's libraries: bech32, base58, bolt11, mnemonic."""

import base64
import json
import urllib.parse
from decimal import Decimal

import base58
import bech32
import bolt11
import mnemonic
from bolt11.models.tags import TagChar, Tags

from beside.drawing import Told

NAMES = ("Harbour Books", "Café Zoë", "Quay & Sons", "Tea 50%", "寿司", "O'Malley", "Bäckerei #3", "A+B")


def families(random):
    """Each kind with a function that makes one code of it, and says what it tells by another reader's word."""
    return {
        "bitcoin": lambda: bitcoin(random), "litecoin": lambda: litecoin(random), "dogecoin": lambda: dogecoin(random),
        "ethereum": lambda: ethereum(random), "lightning": lambda: random.choice((invoice, service))(random),
        "solana": lambda: solana(random), "monero": lambda: monero(random), "cashu": lambda: cashu(random),
        "secret": lambda: random.choice((phrase, private_key, extended_key, nostr_key))(random),
    }


def some_bytes(random, count):
    return random.randbytes(count)


def plain(number):
    """A decimal number without an exponent or zeros at its end."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(random, places):
    return Decimal(random.randrange(1, 10 ** random.randrange(2, places + 4))) / Decimal(10) ** random.randrange(0, places + 1)


def link(random, scheme, address, pairs):
    """A link; its names in capitals now and then, since codes in capitals are smaller."""
    if random.random() < 0.4:
        scheme, pairs = scheme.upper(), [(name.upper(), value) for name, value in pairs]
    random.shuffle(pairs)
    query = "&".join(f"{name}={urllib.parse.quote(value, safe='')}" for name, value in pairs)
    return f"{scheme}:{address}" + (f"?{query}" if query else "")


def read_link(text):
    """The parts of a link, by Python's own reader."""
    parts = urllib.parse.urlsplit(text)
    query = urllib.parse.parse_qs(parts.query, strict_parsing=bool(parts.query))
    return parts.path, {name.lower(): values[0] for name, values in query.items()}


def coin(random, kind, address, places, unit, is_address, names=("amount", "label")):
    pairs = [(names[0], plain(amount(random, places))), (names[1], random.choice(NAMES))][:random.randrange(3)]
    text = link(random, kind, address, pairs)
    path, query = read_link(text)
    assert is_address(path), path
    says = [path]
    says.append(f"{plain(Decimal(query[names[0]]))} {unit}" if names[0] in query else "no amount set")
    if names[1] in query:
        says.append(query[names[1]])
    return Told(kind, text, says)


def segwit(random, prefix):
    version = random.choice((0, 0, 1))
    return bech32.encode(prefix, version, some_bytes(random, 20 if version == 0 else 32)) if version == 0 else \
        bech32_m(prefix, version, some_bytes(random, 32))


def bech32_m(prefix, version, program):
    """The package knows the older checksum alone: its sum is used with the newer constant."""
    data = [version] + bech32.convertbits(program, 8, 5)
    values = bech32.bech32_hrp_expand(prefix) + data
    polymod = bech32.bech32_polymod(values + [0] * 6) ^ 0x2BC830A3
    data += [(polymod >> 5 * (5 - index)) & 31 for index in range(6)]
    return prefix + "1" + "".join(bech32.CHARSET[value] for value in data)


def is_base58(text):
    try:
        return len(base58.b58decode_check(text)) == 21
    except ValueError:
        return False


def is_segwit(text):
    prefix, _, data = text.lower().rpartition("1")
    values = bech32.bech32_hrp_expand(prefix) + [bech32.CHARSET.find(character) for character in data]
    return bech32.bech32_polymod(values) in (1, 0x2BC830A3)


def checked(random, version):
    return base58.b58encode_check(bytes([version]) + some_bytes(random, 20)).decode()


def bitcoin(random):
    address = random.choice((segwit(random, "bc"), checked(random, 0), checked(random, 5)))
    return coin(random, "bitcoin", address, 8, "BTC", lambda text: is_base58(text) or is_segwit(text))


def litecoin(random):
    address = random.choice((segwit(random, "ltc"), checked(random, 0x30), checked(random, 0x32)))
    return coin(random, "litecoin", address, 8, "LTC", lambda text: is_base58(text) or is_segwit(text))


def dogecoin(random):
    return coin(random, "dogecoin", checked(random, 0x1E), 8, "DOGE", is_base58)


def solana(random):
    address = base58.b58encode(some_bytes(random, 32)).decode()
    return coin(random, "solana", address, 9, "SOL", lambda text: len(base58.b58decode(text)) == 32)


def monero(random):
    address = random.choice("48") + "".join(random.choice(base58.BITCOIN_ALPHABET.decode()) for _ in range(94))
    return coin(random, "monero", address, 12, "XMR", lambda text: len(text) == 95, ("tx_amount", "recipient_name"))


def ethereum(random):
    address = "0x" + some_bytes(random, 20).hex()
    wei = random.randrange(1, 10 ** random.randrange(1, 24))
    written = random.choice((str(wei), f"+{wei}", f"{Decimal(wei).scaleb(-18):f}e18", f"{Decimal(wei).scaleb(-9):f}E9"))
    path, query = read_link(f"ethereum:{address}?value={urllib.parse.quote(written, safe='')}")
    says = [path, f"{plain(Decimal(query['value']) / Decimal(10) ** 18)} ETH"]
    return Told("ethereum", f"ethereum:{address}?value={written}", says)


def invoice(random):
    tags = Tags()
    tags.add(TagChar.payment_hash, some_bytes(random, 32).hex())
    tags.add(TagChar.payment_secret, some_bytes(random, 32).hex())
    tags.add(TagChar.description, random.choice(NAMES))
    millisatoshi = random.choice((None, bolt11.MilliSatoshi(random.randrange(1, 10 ** random.randrange(3, 12)))))
    made = bolt11.Bolt11(currency=random.choice(("bc", "tb")), date=1_790_000_000, tags=tags, amount_msat=millisatoshi)
    text = bolt11.encode(made, private_key=some_bytes(random, 32).hex())
    read = bolt11.decode(text)
    says = ["an invoice", read.description]
    says.append(f"{plain(read.amount_msat.btc)} BTC" if read.amount_msat else "no amount set")
    if not read.is_mainnet():
        says.append("on a test network")
    return Told("lightning", random.choice((text, text.upper(), "lightning:" + text)), says)


def service(random):
    page = f"https://till-{random.randrange(1000)}.example/pay?k={some_bytes(random, 8).hex()}"
    text = bech32.bech32_encode("lnurl", bech32.convertbits(page.encode(), 8, 5))
    prefix, data = bech32.bech32_decode(text)
    read = bytes(bech32.convertbits(data, 5, 8, False)).decode()
    assert prefix == "lnurl"
    hides = [urllib.parse.urlsplit(read).query]
    return Told("lightning", random.choice((text, text.upper(), "LIGHTNING:" + text.upper())),
                [urllib.parse.urlsplit(read).hostname], hides)


def cashu(random):
    proofs = [{"amount": 2 ** index, "id": "009a1f293253e41e", "secret": some_bytes(random, 16).hex(),
               "C": "02" + some_bytes(random, 32).hex()} for index in range(random.randrange(1, 4))]
    token = {"token": [{"mint": "https://mint.example", "proofs": proofs}], "unit": "sat"}
    encoded = base64.urlsafe_b64encode(json.dumps(token).encode()).decode().rstrip("=")
    read = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    hides = [proof["secret"] for proof in read["token"][0]["proofs"]] + [encoded[:24], encoded[-24:]]
    return Told("cashu", random.choice(("", "cashu:")) + "cashuA" + encoded, ["ecash"], hides)


def phrase(random):
    words = mnemonic.Mnemonic("english")
    count = random.choice((12, 15, 18, 21, 24))
    text = words.to_mnemonic(some_bytes(random, count * 4 // 3))
    assert words.check(text)
    separated = random.choice((text, text.upper(), text.replace(" ", "\n"), text.title()))
    return Told("secret", separated, [f"{count} words"], [text.split(" ", 1)[1], separated.split(maxsplit=1)[1]])


def private_key(random):
    version, suffix = random.choice(((0x80, b""), (0x80, b"\1"), (0xEF, b"\1"), (0xB0, b"\1"), (0x9E, b"")))
    text = base58.b58encode_check(bytes([version]) + some_bytes(random, 32) + suffix).decode()
    assert base58.b58decode_check(text)[0] == version
    return Told("secret", text, ["private key"], [text[:20], text[-20:]])


def extended_key(random):
    version = bytes.fromhex(random.choice(("0488ade4", "049d7878", "04b2430c", "04358394")))
    text = base58.b58encode_check(version + b"\3" + some_bytes(random, 8 + 32) + b"\0" + some_bytes(random, 32)).decode()
    assert text[1:4] == "prv" and base58.b58decode_check(text)[45] == 0
    return Told("secret", text, ["extended private key"], [text[:20], text[-20:]])


def nostr_key(random):
    text = bech32.bech32_encode("nsec", bech32.convertbits(some_bytes(random, 32), 8, 5))
    assert bech32.bech32_decode(text)[0] == "nsec"
    return Told("secret", text, ["nsec"], [text[6:26], text[-20:]])
