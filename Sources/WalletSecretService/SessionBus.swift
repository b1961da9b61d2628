import FexValues
import Foundation
import WalletCore

#if os(Linux)
    import CSecretService
    import Glibc
#endif

/// The bus on which the Secret Service is asked, as `DBUS_SESSION_BUS_ADDRESS` and `XDG_RUNTIME_DIR` name it.
///
/// Whoever listens there gets the secrets that are saved. So it has to be a socket of this machine, and its listener this user
/// or root: a variable of the environment leads a secret nowhere else. GLib itself would take an address of another
/// machine, and start a bus where there is none.
struct SessionBus: Hashable {
    /// The socket's path, or its abstract name.
    var name: String
    /// Whether it is a name of Linux's own, and no path.
    var isAbstract = false

    /// The bus that an environment names.
    ///
    /// - Throws: Why there is none that can be used, for a sentence.
    init(environment: [String: String]) throws(Problem) {
        if let address = environment["DBUS_SESSION_BUS_ADDRESS"], !address.isEmpty {
            self = try SessionBus(address: address)
        } else if let folder = environment["XDG_RUNTIME_DIR"], folder.hasPrefix("/") {
            name = "\(folder)/bus"
        } else {
            throw Problem(sentence: "there is no session bus: DBUS_SESSION_BUS_ADDRESS names none")
        }
    }

    /// An address of the D-Bus Specification, "Server Addresses".
    private init(address: String) throws(Problem) {
        let elsewhere = Problem(sentence: "DBUS_SESSION_BUS_ADDRESS names no single socket of this machine")
        guard !address.contains(";"), address.hasPrefix("unix:") else { throw elsewhere }
        let members = address.dropFirst("unix:".count).split(separator: ",").map {
            $0.split(separator: "=", maxSplits: 1)
        }
        let named = members.filter { $0.first == "path" || $0.first == "abstract" }
        guard let member = named.first, named.count == 1, member.count == 2,
            let name = String(member[1]).removingPercentEncoding, !name.isEmpty, !name.contains("\0")
        else { throw elsewhere }
        self.name = name
        isAbstract = member[0] == "abstract"
        guard isAbstract || name.hasPrefix("/") else { throw elsewhere }
    }

    /// Why a bus can't be used.
    struct Problem: Error, Hashable {
        var sentence: String
    }

    #if os(Linux)
        /// Makes sure that there is a bus, and that it is this user's own.
        static func check(for secret: SecretName) throws(SecretStoreError) {
            do throws(Problem) {
                try SessionBus(environment: ProcessInfo.processInfo.environment).checkOwner()
            } catch { throw .unavailable(secret, error.sentence) }
        }

        private func checkOwner() throws(Problem) {
            var owner = uid_t()
            let problem = unsafe fex_socket_owner(name, isAbstract ? 1 : 0, &owner)
            guard problem == 0 else {
                let why = unsafe String(cString: strerror(problem))
                throw Problem(sentence: "there is no session bus at \(PlainText.clean(name, limit: 200)): \(why)")
            }
            guard owner == geteuid() || owner == 0 else {
                throw Problem(sentence: "the session bus is another user's (\(owner))")
            }
        }
    #else
        static func check(for secret: SecretName) throws(SecretStoreError) {}
    #endif
}
