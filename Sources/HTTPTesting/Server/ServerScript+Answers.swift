import FexHTTP
public import Foundation
public import HTTPTypes
import WalletCore

extension ServerScript {
    /// An answer as it should be, on a connection that is kept.
    ///
    /// - Parameter thenClosing: Whether the connection is closed after it without a word, as by a server that does not
    ///   keep idle connections for long.
    public static func answer(
        _ status: Int = 200, _ fields: HTTPFields = [:], body: Data = Data(), thenClosing: Bool = false
    ) -> ServerScript {
        var head = "HTTP/1.1 \(status) Whatever\r\n"
        for field in fields { head += "\(field.name.rawName): \(field.value)\r\n" }
        // These have no body, nor a length.
        let isBare = status == 204 || status == 304
        if !isBare { head += "Content-Length: \(body.count)\r\n" }
        var script = ServerScript([.send(Array((head + "\r\n").utf8)), .sendBody(Array(body))])
        if thenClosing { script.steps.append(.close) }
        script.answer = HTTPAnswer(HTTPResponse(status: .init(code: status), headerFields: fields), body: body)
        return script
    }

    /// A redirect.
    public static func redirect(_ status: Int = 302, to location: String) -> ServerScript {
        answer(status, [.location: location], body: Data("moved".utf8))
    }

    /// The same, some time later.
    public func after(milliseconds: Int32) -> ServerScript {
        var script = self
        script.steps.insert(.pause(milliseconds: milliseconds), at: 0)
        return script
    }

    /// Text as it is, and then whatever follows.
    public static func raw(_ text: String, then steps: Step...) -> ServerScript {
        ServerScript([.send(Array(text.utf8))] + steps)
    }
}
