import HTTPTypes
import Hummingbird

extension Response {
    /// A page for a person: never kept, never framed, without scripts.
    ///
    /// - Parameter formToken: What the form carries and a cookie repeats, so that no other site can send the form.
    init(_ page: LoginPage, status: HTTPResponse.Status = .ok, formToken: String? = nil) {
        self.init(
            status: status,
            headers: [
                .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
                .contentSecurityPolicy:
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
                .xContentTypeOptions: "nosniff", .referrerPolicy: "no-referrer",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page.html)))
        if let formToken {
            headers[.setCookie] = "\(FormToken.cookie)=\(formToken); Path=/auth; HttpOnly; SameSite=Strict"
        }
    }

    /// Sends the person's browser elsewhere, with a GET.
    static func redirect(to location: String) -> Response {
        Response(status: .seeOther, headers: [.location: location, .cacheControl: "no-store"])
    }
}

extension OAuthError {
    /// The status of a page that tells a person of it.
    var pageStatus: HTTPResponse.Status { status == .tooManyRequests ? status : .forbidden }
}

/// The token that proves that a form was filled in on a page of ours: a page of another site can neither read nor set
/// the cookie that has to agree with it.
enum FormToken {
    /// The cookie's name.
    static let cookie = "fex_form"
    /// The form field's name.
    static let field = "form_token"

    /// Whether a form that came belongs to the browser that sent it.
    static func agrees(_ form: FormBody, _ request: Request) -> Bool {
        guard let token = form[field] else { return false }
        let cookies = request.headers[values: .cookie].flatMap { $0.split(separator: ";") }
        return cookies.contains { $0.drop { $0 == " " } == "\(cookie)=\(token)" }
    }
}

extension HTTPField.Name {
    /// `Referrer-Policy`
    fileprivate static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
