import FexValues
import HTTPTypes
import Hummingbird

extension Request {
    /// The most bytes that a body may have: 1 MiB.
    static let longestBody = 1 << 20

    /// The body's bytes.
    ///
    /// - Throws: ``PlatformError`` 413 for a body that is too long, 400 for one that can't be read.
    func readBody() async throws -> [UInt8] {
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > Request.longestBody {
            throw Request.bodyTooLong
        }
        var bytes: [UInt8] = []
        do {
            for try await part in body {
                bytes.append(contentsOf: part.readableBytesView)
                if bytes.count > Request.longestBody { throw Request.bodyTooLong }
            }
        } catch let error as PlatformError {
            throw error
        } catch {
            throw PlatformError.badRequest("the body can't be read")
        }
        return bytes
    }

    /// The JSON object that is the body.
    ///
    /// - Throws: ``PlatformError`` 413, 415 for a body that says it is something else, or 400.
    func readObject() async throws -> RequestBodyObject { try RequestBodyObject(parsing: await readJSONBody()) }

    /// The bytes of a body that is JSON, or doesn't say what it is.
    ///
    /// - Throws: ``PlatformError`` 413, or 415 for a body that says it is something else.
    func readJSONBody() async throws -> [UInt8] {
        if let type = headers[.contentType] {
            let name = type.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased()
            guard name == "application/json" || (name.hasPrefix("application/") && name.hasSuffix("+json")) else {
                throw PlatformError(status: .unsupportedMediaType, message: "the body must be application/json")
            }
        }
        return try await readBody()
    }

    /// A parameter of the query.
    func query(_ name: String) -> String? { uri.queryParameters[name[...]].map(String.init) }

    /// The page that the query asks for.
    func page() throws(PlatformError) -> Page { try Page(page: query("page"), limit: query("limit")) }

    /// The position in a feed that the query asks for.
    func feedPosition() throws(PlatformError) -> FeedPosition {
        try FeedPosition(after: query("after"), limit: query("limit"), fields: query("fields"))
    }

    private static let bodyTooLong = PlatformError(
        status: .contentTooLarge, message: "the body is longer than \(longestBody) bytes")
}
