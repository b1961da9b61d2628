/// The account that a transfer goes to, as a code states it.
struct StatedAccount {
    private let field: CodeField
    /// Whether its check digits fit; `nil` where there is no one account to check, which ``told`` says.
    let isValid: Bool?

    /// An account with check digits.
    ///
    /// - Parameter isValid: Whether an account's check digits fit: those of an IBAN, unless another way is given.
    init(_ field: CodeField, isValid: (String) -> Bool = CheckDigits.isValidIBAN) {
        self.field = field
        self.isValid = field.text.map(isValid)
    }

    /// The account, or that there is none.
    var told: String {
        field.phrase("account", plural: "accounts", limit: 42, of: .address) ?? "with no account set"
    }

    /// Whether all that the code has to be checked by fits: `nil` where that is nothing but an account that isn't there.
    func fits(with others: Bool) -> Bool? { isValid.map { $0 && others } ?? (others ? nil : false) }
}
