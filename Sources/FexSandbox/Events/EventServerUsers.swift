/// Who may do what at the event server: the platform everything, each wallet what is on its own subjects.
struct EventServerUsers: Sendable {
    /// The password of the user `platform`.
    let platformPassword: String
    let wallets: [Wallet]

    /// The part of the server's configuration that says so.
    var configuration: String {
        let users = wallets.map { wallet in
            let subjects = "wallets.\(wallet.id)"
            return """
                    { user: "\(wallet.natsUser)", password: "\(wallet.natsPassword)", permissions: {
                      publish: ["\(subjects).echo"]
                      subscribe: ["\(subjects).echo", "\(subjects).\(PlatformEvent.approvalRequested.rawValue)",
                        "\(subjects).\(PlatformEvent.balanceUpdated.rawValue)"] } }
                """
        }
        return """
            authorization {
              users: [
                { user: "platform", password: "\(platformPassword)", permissions: { publish: ">", subscribe: ">" } }
            \(users.joined(separator: "\n"))
              ]
            }
            """
    }
}
