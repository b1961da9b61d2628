"""Codes of banks and of everyday things, made by other people's libraries, with what those were given.

segno (EPC069-12, Wi-Fi, cards, letters, places), qrbill, pypix, promptpay, vietqr-emvco, qrplatba, pay-by-square, upnqr,
icalendar and vobject each write their formats; schwifty and python-stdnum make accounts and references whose check digits
fit. For Croatia's, Serbia's and Russia's codes there is no such library: those are written here by their standards.
"""

import datetime
import urllib.parse
from decimal import Decimal

import icalendar
import pay_by_square
import pypix
import qrbill
import qrplatba
import upnqr.upnqr as upn
import vietqr_emvco
import vobject
from promptpay import qrcode as promptpay
from schwifty import IBAN
from segno import helpers
from stdnum import iso11649
from stdnum.ch import esr
from stdnum.iso7064 import mod_97_10

from beside.drawing import Told

LATIN = ("Harbour Books", "Café Zoë", "Quay & Sons", "Bäckerei Müller", "O'Malley", "Tea 50%")
CENTRAL = ("Čevljarna Žnidar", "Knjižara Šimić", "Ślusarz", "Bečići")
CYRILLIC = ("Книги", "Маяк", "Пекарня №5")
#: The codings of EPC069-12, by Python's names, with names that each can write.
CODINGS = {"utf-8": LATIN + CENTRAL + CYRILLIC, "iso-8859-1": LATIN, "iso-8859-2": CENTRAL, "iso-8859-4": ("Ķekava", "Šiauliai"),
           "iso-8859-5": ("Книги", "Маяк"), "iso-8859-7": ("Βιβλία", "Ωμέγα"), "iso-8859-10": ("Sámi Ŋalan",),
           "iso-8859-15": LATIN + ("Œuvre",)}


def families(random):
    """Each kind with a function that makes one code of it, and says what it tells."""
    makers = {
        "epc": epc, "swiss_qr_bill": swiss, "upi": upi, "spayd": spayd, "pay_by_square": by_square, "upn_qr": slovenian,
        "hub3": croatian, "ips_rs": serbian, "st00012": russian, "pix": pix, "promptpay": prompt, "emvco": vietnamese,
        "wifi": wifi, "vcard": card, "otpauth": otpauth, "email": email, "tel": tel, "sms": sms, "geo": geo, "event": event,
    }
    return {kind: lambda make=make: make(random) for kind, make in makers.items()}


def amount(random, most=6):
    return Decimal(random.randrange(1, 10 ** random.randrange(2, most + 2))) / 100


def digits(random, count):
    return "".join(random.choice("0123456789") for _ in range(count))


def iban(random, country, pattern_digits):
    """An account by its country and so many random digits; schwifty adds the check digits."""
    made = IBAN.from_bban(country, digits(random, pattern_digits), validate_bban=False)
    assert mod_97_10.is_valid(made[4:] + made[:4])
    return str(made)


def epc(random):
    coding, names = random.choice(list(CODINGS.items()))
    name, money, account, text = random.choice(names), amount(random), iban(random, "DE", 18), random.choice(names)
    says = [f"{money:.2f} EUR to \"{name}\"", account]
    if random.random() < 0.5:
        reference = creditor_reference(random)
        data = helpers._make_epc_qr_data(name, account, money, reference=reference, encoding=coding)
        return Told("epc", data, says + [reference], ["checksum"])
    data = helpers._make_epc_qr_data(name, account, money, text=text, encoding=coding)
    return Told("epc", data, says + [f'for "{text}"'], ["checksum"])


def swiss(random):
    name, money = random.choice(LATIN), amount(random)
    bank, reference = random.choice((("00762", None), ("30808", "qrr"), ("00762", "scor")))
    account = str(IBAN.from_bban("CH", bank + digits(random, 12), validate_bban=False))
    number = digits(random, 26)
    reference = {None: None, "qrr": number + esr.calc_check_digit(number), "scor": creditor_reference(random)}[reference]
    address = {"name": name, "street": "Weg", "house_num": "1", "pcode": "3000", "city": "Bern", "country": "CH"}
    bill = qrbill.QRBill(account=account, creditor=address, amount=f"{money:.2f}", reference_number=reference,
                         currency=random.choice(("CHF", "EUR")), debtor=random.choice((None, address | {"name": "Ann Lind"})))
    text = bill.qr_data()
    says = [f"{money:.2f} {bill.currency} to \"{name}\"", account] + ([reference] if reference else [])
    return Told("swiss_qr_bill", text.encode(), says + (["billed to \"Ann Lind\""] if bill.debtor else []), ["checksum"])


def creditor_reference(random):
    body = digits(random, 10)
    reference = f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"
    assert iso11649.is_valid(reference)
    return reference


def upi(random):
    name, money = random.choice(LATIN + CENTRAL), amount(random)
    pairs = [("pa", "shop@bank"), ("pn", name), ("am", str(money)), ("cu", "INR")]
    if random.random() < 0.5:
        pairs = [(key.upper(), value) for key, value in pairs]
    query = urllib.parse.urlencode(pairs, quote_via=urllib.parse.quote)
    return Told("upi", f"{random.choice(('upi', 'UPI'))}://pay?{query}".encode(), [f"{money:.2f} INR to \"{name}\" at \"shop@bank\""])


def spayd(random):
    account, money = iban(random, "CZ", 20), amount(random)
    name, currency = random.choice(LATIN + CENTRAL), random.choice(("CZK", "EUR"))
    text = qrplatba.SpaydGenerator(account, amount=float(money), currency=currency, recipient_name=name,
                                   x_vs=digits(random, 6)).get_text()
    return Told("spayd", text.encode(), [f"{money:.2f} {currency} to \"", account], ["checksum"])


def by_square(random):
    text = pay_by_square.generate(amount=float(amount(random)), iban=iban(random, "SK", 20),
                                  beneficiary_name=random.choice(("", *LATIN)), note=random.choice(("", *CENTRAL)))
    return Told("pay_by_square", text.encode(), ["packed"])


def slovenian(random):
    name, money, account = random.choice(CENTRAL), amount(random), iban(random, "SI", 15)
    fields = upn.Data(placnik=upn.Placnik("Ann Lind", "Ulica 1", "Kranj"),
                      prejemnik=upn.Prejemnik(name, "Trg 2", "Celje", account), znesek=float(money), koda_namena="OTHR",
                      namen_placila="Knjige", rok_placila=datetime.date(2027, 1, 9), referenca="SI99")
    text = upn.upn_string(fields)
    # The library takes the amount through a binary number, and says another cent now and then.
    cents = Decimal(text.split("\n")[8]) / 100
    return Told("upn_qr", text.encode(random.choice(("iso-8859-2", "utf-8", "cp1250"))),
                [f"{cents:.2f} EUR to \"{name}\"", account, "Knjige", "Ann Lind"], ["checksum"])


def croatian(random):
    name, money, account = random.choice(CENTRAL), amount(random), iban(random, "HR", 17)
    lines = ["HRVHUB30", "EUR", f"{int(money * 100):015d}", "", "", "", name, "Trg 3", "Split", account, "HR00", "55-27", "OTHR", "Račun"]
    text = random.choice(("\n", "\r\n")).join(lines) + "\n"
    return Told("hub3", text.encode(random.choice(("utf-8", "iso-8859-2"))), [f"{money:.2f} EUR to \"{name}\"", account, "Račun"], ["checksum"])


def serbian(random):
    name, money, number = random.choice(CENTRAL + CYRILLIC), amount(random), digits(random, 16)
    account = number + mod_97_10.calc_check_digits(number)
    written = f"{money:f}".replace(".", ",")
    written = written if "," in written else written + ","
    text = f"K:{random.choice(('PR', 'PT', 'EK'))}|V:01|C:1|R:{account}|N:{name}|I:RSD{written}|SF:221|S:Hleb"
    return Told("ips_rs", text.encode(), [f"{money:.2f} RSD to \"{name}\"", account, "Hleb"], ["checksum"])


def russian(random):
    name, money = random.choice(("Книги", "Маяк", "Пекарня")), amount(random)
    charset, coding = random.choice((("1", "cp1251"), ("2", "utf-8"), ("3", "koi8-r")))
    account, separator = digits(random, 20), random.choice("|~^")
    fields = [f"Name={name}", f"PersonalAcc={account}", "BankName=Банк", "BIC=044525225", f"CorrespAcc={digits(random, 20)}",
              f"Sum={int(money * 100)}"]
    return Told("st00012", separator.join([f"ST0001{charset}", *fields]).encode(coding), [f"{money:.2f} RUB to \"{name}\"", account])


def pix(random):
    made, money = pypix.Pix(), amount(random)
    made.set_pixkey("loja@exemplo.example")
    made.set_merchant_name("Padaria Sol")
    made.set_merchant_city("NATAL")
    made.set_country_code("BR")
    made.set_txid(f"P{digits(random, 6)}")
    made.set_amount(float(money))
    # The library leaves zeros before the checksum's digits out, as no reader allows.
    if len(str(made).rpartition("6304")[2]) != 4:
        return pix(random)
    return Told("pix", str(made).encode(), [f"{money:.2f} BRL to \"", "loja@exemplo.example"], ["checksum"])


def prompt(random):
    money = amount(random)
    target = random.choice(("08" + digits(random, 8), digits(random, 13), digits(random, 15)))
    text = promptpay.generate_payload(target, float(money))
    return Told("promptpay", text.encode(), [f"{money:.2f} THB to the ", target.removeprefix("0")[-9:]], ["checksum"])


def vietnamese(random):
    money, account = random.randrange(1000, 10 ** 8), digits(random, 12)
    text = vietqr_emvco.VietQRGenerator("970436", account).generate(money)
    return Told("emvco", text.encode(), [f"{money} VND", account, "VietQR"], ["checksum"])


def wifi(random):
    name, password = random.choice(LATIN + CENTRAL + ("a;b:c", "back\\slash")), f"{digits(random, 4)};hidden:{digits(random, 9)}"
    security = random.choice(("WPA", "WEP", "SAE", "nopass"))
    password = None if security == "nopass" else password
    text = helpers.make_wifi_data(name, password=password, security=security, hidden=random.random() < 0.3)
    says = [f'"{name}"', "open to all" if password is None else "password"]
    return Told("wifi", text.encode(random.choice(("utf-8", "latin-1")) if name in LATIN else "utf-8"), says, [password] if password else [])


def card(random):
    given, family = random.choice(("Zoë", "Ann-Marie", "Đuro")), random.choice(("Müller", "Lind; Sand", "O'Hara"))
    kind = random.choice(("vcard", "mecard", "vobject"))
    number = "+1202555" + digits(random, 4)
    if kind == "vcard":
        text, says = helpers.make_vcard_data(f"{family};{given}".replace("; ", "\\; "), f"{given} {family}", phone=number), []
    elif kind == "mecard":
        text, says = helpers.make_mecard_data(f"{family.replace(';', ' ')},{given}", phone=number), []
        family = family.replace(";", " ").replace("  ", " ")
    else:
        made = vobject.vCard()
        made.add("n").value = vobject.vcard.Name(family=family, given=given)
        made.add("fn").value = f"{given} {family}"
        made.add("org").value = ["Harbour Books", "Orders"]
        text, says = made.serialize(), ["Harbour Books"]
    return Told("vcard", text.encode(), [f'"{given} {family}"', *says], [number])


def otpauth(random):
    key, name = "".join(random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for _ in range(32)), random.choice(LATIN)
    label = urllib.parse.quote(f"{name}:ann@example.com", safe="")
    query = urllib.parse.urlencode({"secret": key, "issuer": name}, quote_via=urllib.parse.quote)
    return Told("otpauth", f"otpauth://totp/{label}?{query}".encode(), ["ann@example.com", name], [key])


def email(random):
    subject = random.choice(LATIN + CENTRAL)
    return Told("email", helpers.make_make_email_data("desk@example.com", subject=subject).encode(), ["desk@example.com", subject])


def tel(random):
    number = "+1-202-555-" + digits(random, 4)
    return Told("tel", f"{random.choice(('tel', 'TEL'))}:{number}".encode(), [number])


def sms(random):
    number, text = "+1202555" + digits(random, 4), random.choice(LATIN)
    code = random.choice((f"sms:{number}?body={urllib.parse.quote(text)}", f"SMSTO:{number}:{text}"))
    return Told("sms", code.encode(), [number, text])


def geo(random):
    latitude, longitude = random.randrange(-9000, 9000) / 100, random.randrange(-18000, 18000) / 100
    text = helpers.make_geo_data(latitude, longitude)
    return Told("geo", text.encode(), [text.removeprefix("geo:").replace(",", ", ")])


def event(random):
    title = random.choice(LATIN + CENTRAL) + random.choice(("", ", with tea; and books", " – " + "a long title " * 5)).rstrip()
    day = datetime.datetime(2027, 5, random.randrange(1, 28), 9, 30, tzinfo=datetime.timezone.utc)
    entry, calendar = icalendar.Event(), icalendar.Calendar()
    entry.add("summary", title)
    entry.add("dtstart", day)
    calendar.add_component(entry)
    return Told("event", calendar.to_ical(), [f'"{title}"', f"{day:%Y-%m-%d} at 09:30 UTC"])
