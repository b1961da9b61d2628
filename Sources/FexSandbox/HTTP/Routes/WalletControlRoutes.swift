import FexValues
import Hummingbird

/// Test-only: opens wallets while the sandbox runs.
enum WalletControlRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let router = router.group("/sandbox").add(middleware: ControlGuard(services: services))
        router.post("/wallets") { request, _ in
            let body = try await request.readObject()
            let username = try body.username()
            let opening = try body.openingBalance()
            let wallet = try await services.store.transaction { transaction in
                try transaction.openWallet(username: username, opening: opening)
            }
            try await services.eventAdmission.admitAll()
            return Response.success([("wallet", wallet.credentials)], status: .created)
        }
    }
}

extension StoreTransaction {
    /// Opens a wallet for a person, who gets a name where none is asked for.
    ///
    /// - Throws: ``PlatformError`` 409 if the name is taken.
    fileprivate func openWallet(username: String?, opening: Money) throws -> Wallet {
        if let username {
            guard try wallet(username: username) == nil else {
                throw PlatformError.conflict("there is a wallet of this username already")
            }
            return try createWallet(username: username, opening: opening)
        }
        var number = try count("SELECT COUNT(*) FROM wallets") + 1
        while try wallet(username: "customer-\(number)") != nil { number += 1 }
        return try createWallet(username: "customer-\(number)", opening: opening)
    }
}

extension RequestBodyObject {
    /// A person's name, fit to be part of the event server's configuration.
    fileprivate func username() throws(PlatformError) -> String? {
        guard let name = try optionalText("username") else { return nil }
        guard name.wholeMatch(of: /[a-z0-9][a-z0-9._\-]{0,63}/) != nil else {
            throw .badRequest("username must be 1 to 64 of a-z 0-9 . _ -, and begin with a letter or a digit")
        }
        return name
    }

    /// What a wallet is opened with: 100.00 USD unless something else is asked for; zero is allowed.
    fileprivate func openingBalance() throws(PlatformError) -> Money {
        let digits: String
        switch object["balance"] {
        case nil, .null: digits = "100"
        case .string(let text), .number(let text): digits = text
        default: throw .badRequest("balance must be an amount")
        }
        do {
            let money = try Money(digits: digits, currency: Currency(try optionalText("currency") ?? "USD"))
            guard money.minorUnits >= 0 else { throw PlatformError.badRequest("balance must not be negative") }
            return money
        } catch let error as PlatformError {
            throw error
        } catch {
            throw .badRequest("balance or currency: \(error)")
        }
    }
}
