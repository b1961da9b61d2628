import HTTPTypes
import Hummingbird

/// Which methods each path takes, so that a wrong one is told from a path that there isn't (RFC 9110, section 15.5.6).
struct AllowedMethods: Sendable {
    private struct Pattern {
        /// The path's parts; `nil` stands for any one part.
        var parts: [Substring?]
        var methods: Set<String>

        var variables: Int { parts.count { $0 == nil } }

        func matches(_ path: [Substring]) -> Bool {
            parts.count == path.count && zip(parts, path).allSatisfy { $0 == nil || $0 == $1 }
        }
    }

    private let patterns: [Pattern]

    /// The methods of a router's routes.
    init(_ router: Router<SandboxContext>) {
        var methods: [String: Set<String>] = [:]
        for route in router.routes {
            methods[route.path.description, default: []].insert(route.method.rawValue)
            // The router answers HEAD wherever it answers GET.
            if route.method == .get { methods[route.path.description]?.insert("HEAD") }
        }
        patterns = methods.map { path, methods in
            let parts = path.split(separator: "/").map { part -> Substring? in
                part.hasPrefix(":") || part.hasPrefix("{") ? nil : part
            }
            return Pattern(parts: parts, methods: methods)
        }
    }

    /// What `Allow` says to a method that a path doesn't take; `nil` for one that it takes, and where there is no path.
    func refusal(of method: HTTPRequest.Method, at path: String) -> String? {
        let parts = path.split(separator: "/")
        let fitting = patterns.filter { $0.matches(parts) }
        // A path that is named goes before one that has a variable in its place, as in the router.
        let fewest = fitting.map(\.variables).min()
        let methods = fitting.filter { $0.variables == fewest }.reduce(into: Set()) { $0.formUnion($1.methods) }
        guard !methods.isEmpty, !methods.contains(method.rawValue) else { return nil }
        return methods.sorted().joined(separator: ", ")
    }
}
