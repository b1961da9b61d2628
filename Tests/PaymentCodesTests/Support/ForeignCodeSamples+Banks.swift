@testable import PaymentCodes

extension ForeignCodeSample {
    /// Codes of banks in single countries, with check digits that fit.
    static let banks: [ForeignCodeSample] = [
        ForeignCodeSample(
            .spayd,
            "SPD*1.0*ACC:CZ4220100000002800123456+FIOBCZPP*AM:450*CC:CZK*RN:PEKA%C5%98*X-VS:20260017*MSG:CHL%C3%89B",
            """
            450.00 CZK to "PEKAŘ", account "CZ4220100000002800123456", reference "20260017", for "CHLÉB"
            """, checksumValid: true),
        ForeignCodeSample(
            .payBySquare,
            """
            000580001KPC0DPQP3146TNR1H3UTP2NVKI8UKORL0DQR2HVJCT4UVOHGI8QR3OS40RG5OHP6NG73R5V4310LV2F80I2DPPNEK4GITNM48UUAVP3\
            Q0N2C4DJNKE7UG6VVVGHK400
            """, "a payment in a packed form, which is not read here"),
        ForeignCodeSample(
            .upnQR,
            """
            UPNQR\n\n\n\n\nŠpela Kovač\nUlica 1\nKranj\n00000001999\n\n\nOTHR\nČevlji\n\nSI50051008012345678\nSI99\n\
            Čevljarna Žnidar\nTrg 2\nCelje\n117
            """,
            """
            19.99 EUR to "Čevljarna Žnidar", account "SI50051008012345678", reference "SI99", for "Čevlji", billed to \
            "Špela Kovač"
            """, checksumValid: true),
        ForeignCodeSample(
            .hub3,
            """
            HRVHUB30\r\nEUR\r\n000000000120075\r\n\r\n\r\n\r\nŠišmiš d.o.o.\r\nTrg 3\r\nSplit\r\nHR5223900011234567890\r\n\
            HR00\r\n55-2026\r\nOTHR\r\nRačun
            """,
            #"1200.75 EUR to "Šišmiš d.o.o.", account "HR5223900011234567890", reference "HR00 55-2026", for "Račun""#,
            checksumValid: true),
        ForeignCodeSample(
            .ipsRS, "K:PR|V:01|C:1|R:160000000000012395|N:Pekara Zora\nDunavska 8|I:RSD2480,|SF:189|S:Hleb|RO:97123",
            """
            2480.00 RSD to "Pekara Zora Dunavska 8", account "160000000000012395", reference "97123", for "Hleb"
            """, checksumValid: true),
        ForeignCodeSample(
            .st00012,
            """
            ST00012|Name=ООО «Маяк»|PersonalAcc=40702810138250123017|BankName=Порт Банк|BIC=044525225|\
            CorrespAcc=30101810400000000225|Sum=990|Purpose=Чай
            """, #"9.90 RUB to "ООО «Маяк»", account "40702810138250123017", at "Порт Банк", for "Чай""#),
    ]

    /// What people meet every day: letters, numbers, places, dates.
    static let everyday: [ForeignCodeSample] = [
        ForeignCodeSample(
            .otpauth, "otpauth://totp/Sea%20Bank:ann?secret=JBSWY3DPEHPK3PXP&digits=6",
            #"the account "ann" at "Sea Bank", passwords by the time, with its key, which is not shown here"#),
        ForeignCodeSample(
            .otpauth, "otpauth-migration://offline?data=CjEKCkhlbGxvId6tvu8",
            "the keys of several accounts, which are not shown here"),
        ForeignCodeSample(
            .email, "mailto:desk@example.com?subject=Two%20books&body=Please",
            #"a letter to "desk@example.com", about "Two books", with a text"#),
        ForeignCodeSample(
            .email, #"MATMSG:TO:desk@example.com;SUB:One\; two;BODY:;;"#,
            #"a letter to "desk@example.com", about "One; two""#),
        ForeignCodeSample(.tel, "tel:+1-202-555-0143;ext=9", #"a call to "+1-202-555-0143", extension "9""#),
        ForeignCodeSample(
            .sms, "SMSTO:+12025550143:Tea at 10:30", #"a message to "+12025550143", saying "Tea at 10:30""#),
        ForeignCodeSample(.sms, "sms:+12025550143?body=Tea%3F", #"a message to "+12025550143", saying "Tea?""#),
        ForeignCodeSample(.geo, "geo:45.5481,13.7302,2;u=9?q=Koper", #"the place at 45.5481, 13.7302, named "Koper""#),
        ForeignCodeSample(
            .event,
            "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Boat \r\n race\r\nDTSTART:20270508T140000Z\r\nEND:VEVENT\r\nEND:VCALENDAR",
            #""Boat race", on 2027-05-08 at 14:00 UTC"#),
        ForeignCodeSample(.vcard, "BIZCARD:N:Ann;X:Lind;C:Corner;;", #""Ann Lind", "Corner""#),
    ]
}
