import FexValues
import Foundation
import WalletCore
import WalletDocuments

extension Method {
    /// Who is logged in, and what may decide for them.
    static let account = [
        Method("status") { _, context in
            let wallet = context.wallet
            let (account, queued) = (
                try await wallet.ledger.loadAccount(), try await wallet.decisions.loadOutbox().count
            )
            let session = try await wallet.account.loadSession()
            return [
                "logged_in": .bool(session == .loggedIn), "session": .string(session.rawValue),
                "wallet": .optional(account?.wallet.rawValue),
                "balance": .optional(account?.balance.decimalString),
                "currency": .optional(account?.balance.currency.code), "queued": .integer(queued),
                "last_sync": .optional(try await wallet.ledger.loadLastSync()?.description),
                "listening": .string(await context.listening.rawValue),
                "quarantined": .integer(try await wallet.sync.loadQuarantine().count),
            ]
        },
        Method("login.device", "device_name") { params, context in
            let name = try params.string("device_name")
            return try await context.wallet.account.logIn(deviceName: name) { prompt in
                context.tell(
                    "login",
                    [
                        "page": .string(prompt.page.absoluteString),
                        "page_with_code": .optional(prompt.pageWithCode?.absoluteString),
                        "user_code": .string(prompt.userCode), "expires_at": .string(prompt.expiresAt.description),
                    ])
            }.loginDocument
        },
        Method("login.begin", "redirect") { params, context in
            let page = try await context.wallet.account.beginLogIn(redirect: try params.url("redirect"))
            return ["page": .string(page.absoluteString)]
        },
        Method("login.finish", "callback", "device_name") { params, context in
            let (callback, name) = (try params.url("callback"), try params.string("device_name"))
            return try await context.wallet.account.finishLogIn(callback: callback, deviceName: name).loginDocument
        },
        Method("login.tokens", "access_token", "expires_in", "refresh_token", "device_name") { params, context in
            let seconds = try params.integer("expires_in", in: 1...315_360_000)
            return try await context.wallet.account.logIn(
                accessToken: try params.string("access_token"), expiresIn: .seconds(seconds),
                refreshToken: try params.optionalString("refresh_token"), deviceName: try params.string("device_name")
            ).loginDocument
        },
        Method("login.password", "username", "password", "device_name") { params, context in
            try await context.wallet.account.logIn(
                username: try params.string("username"), password: try params.string("password"),
                deviceName: try params.string("device_name")
            ).loginDocument
        },
        Method("logout") { _, context in
            ["logged_in": false, "revoked": .bool(try await context.wallet.account.logOut())]
        },
        Method("devices") { _, context in
            let account = context.wallet.account
            let (devices, own) = (try await account.fetchDevices(), try await account.loadDevice())
            return ["devices": .array(devices.map { $0.outputDocument(own: own) })]
        },
        Method("devices.revoke", "device") { params, context in
            let device: DeviceID = try params.id("device")
            try await context.wallet.account.revokeDevice(device)
            return ["device_id": .string(device.rawValue), "revoked": true]
        },
        Method("limits") { _, context in
            let limits = context.wallet.limits
            var shown: [JSON] = []
            for limit in try await limits.load() {
                shown.append(ShownLimit(limit, try await limits.loadAgreedToday(in: limit.currency)).outputDocument)
            }
            return ["limits": .array(shown)]
        },
        Method("doctor") { _, context in
            let checks = try await context.wallet.diagnosis.checks()
            return [
                "checks": .array(
                    checks.map {
                        [
                            "check": .string($0.subject.rawValue), "ok": .bool($0.problem == nil),
                            "detail": .string($0.detail), "code": .optional($0.problem?.code),
                        ]
                    })
            ]
        },
        Method("code") { _, context in
            guard let account = try await context.wallet.ledger.loadAccount() else { throw SessionError.notLoggedIn }
            let token = account.scanToken.rawValue
            return ["scan_token": .string(token), "svg": .string(try context.drawCode(token))]
        },
    ]
}
