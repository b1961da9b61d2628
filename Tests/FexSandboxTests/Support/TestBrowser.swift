import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// What a person does on a page: reads it, fills the form in, presses a button. Follows no redirect.
struct TestBrowser: Sendable {
    /// A page, or where it sends the person.
    struct Page: Sendable {
        var url: URL
        var status: Int
        var text: String
        var headers: [String: String]

        /// The parameters of the address that a redirect leads to.
        var redirect: [String: String] {
            let items = URLComponents(string: headers["location"] ?? "")?.queryItems ?? []
            return Dictionary(items.map { ($0.name, $0.value ?? "") }, uniquingKeysWith: { first, _ in first })
        }

        /// The inputs with what they hold.
        var inputs: [String: String] {
            var inputs: [String: String] = [:]
            for match in text.matches(of: /<input[^>]*name="(?<name>[^"]*)"[^>]*value="(?<value>[^"]*)"/) {
                inputs[String(match.name)] = TestBrowser.unescaped(String(match.value))
            }
            return inputs
        }
    }

    private let session: URLSession

    init() {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpShouldSetCookies = false
        configuration.httpCookieAcceptPolicy = .never
        session = URLSession(configuration: configuration, delegate: StaysWhereItIs(), delegateQueue: nil)
    }

    /// Opens a page.
    func open(_ address: String) async throws -> Page { try await load(URLRequest(url: URL(string: address)!)) }

    /// Sends a page's form with some fields filled in, and the page's cookie unless another is given.
    func submit(_ page: Page, _ fields: [String: String], cookie: String? = nil) async throws -> Page {
        let action = page.text.firstMatch(of: /action="([^"]*)"/).map { TestBrowser.unescaped(String($0.1)) } ?? ""
        var request = URLRequest(url: URL(string: action, relativeTo: page.url)!)
        request.httpMethod = "POST"
        request.setValue("application/x-www-form-urlencoded", forHTTPHeaderField: "Content-Type")
        let own = page.headers["set-cookie"]?.split(separator: ";").first.map(String.init)
        request.setValue(cookie ?? own ?? "", forHTTPHeaderField: "Cookie")
        request.httpBody = Data(TestBrowser.form(page.inputs.merging(fields) { $1 }).utf8)
        return try await load(request)
    }

    /// Fields as a form's body or an address's query.
    static func form(_ fields: [String: String]) -> String {
        fields.map { "\(encoded($0.key))=\(encoded($0.value))" }.joined(separator: "&")
    }

    private func load(_ request: URLRequest) async throws -> Page {
        let (data, response) = try await session.data(for: request)
        let http = response as! HTTPURLResponse
        var headers: [String: String] = [:]
        for (name, value) in http.allHeaderFields { headers["\(name)".lowercased()] = "\(value)" }
        try AnswerRecording.add(
            request.httpMethod ?? "GET", request.url!.path, status: http.statusCode, headers: headers, body: data)
        return Page(
            url: request.url!, status: http.statusCode, text: String(decoding: data, as: UTF8.self), headers: headers)
    }

    private static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
    }

    private static func unescaped(_ text: String) -> String {
        text.replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&lt;", with: "<")
            .replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }

    private final class StaysWhereItIs: NSObject, URLSessionTaskDelegate {
        func urlSession(
            _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
            newRequest request: URLRequest, completionHandler: @escaping (URLRequest?) -> Void
        ) { completionHandler(nil) }
    }
}
