import FexValues
import HTTPTypes
import Hummingbird

extension Response {
    /// A JSON answer.
    init(_ json: JSON, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status, headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.data)))
    }

    /// A published success: `{"success":true, …}`.
    static func success(
        _ members: [(String, JSON)], status: HTTPResponse.Status = .ok
    ) -> Response {
        Response(
            .object(JSONObject([JSONObject.Member("success", true)] + members.map(JSONObject.Member.init))),
            status: status)
    }
}

extension Page {
    /// A published list: its members, then where it lies.
    func response(_ members: [(String, JSON)], total: Int64) -> Response {
        .success(members + self.members(total: total).map { ($0.name, $0.value) })
    }
}

extension Feed {
    /// The answer of a change feed, or 304 where the client has it already.
    ///
    /// - Parameters:
    ///   - name: The member that holds the changes.
    ///   - document: One change as JSON.
    func response(to request: Request, named name: String, document: (Item) -> JSON) -> Response {
        let tags = request.headers[.ifNoneMatch].map { tags in
            tags.split(separator: ",").map { $0.trimmingPrefix { $0 == " " }.trimmingPrefix("W/") }
        }
        if let tags, !isReaderAhead, tags.contains(where: { $0 == entityTag || $0 == "*" }) {
            return Response(status: .notModified, headers: [.eTag: entityTag])
        }
        var response = Response.success([
            (name, .array(items.map(document))), ("next", .integer(next)), ("has_more", .bool(hasMore)),
        ])
        response.headers[.eTag] = entityTag
        return response
    }
}
