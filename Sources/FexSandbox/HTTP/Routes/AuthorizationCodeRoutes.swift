import FexValues
import Hummingbird

/// The authorization code grant with PKCE (RFC 6749, section 4.1; RFC 7636): the page where a person logs an app in.
enum AuthorizationCodeRoutes: RouteFamily {
    private static let path = Prefix.realm + "/protocol/openid-connect/auth"

    static func add(to router: Router<SandboxContext>, services: Services) {
        router.get(RouterPath(path)) { request, _ in
            let form = try request.queryForm()
            return switch asked(form, services: services) {
            case .success(let asked): question(asked, services: services)
            case .failure(let refusal): refuse(refusal)
            }
        }
        router.post(RouterPath(path)) { request, _ in
            let form = try await request.readForm()
            switch asked(form, services: services) {
            case .failure(let refusal): return refuse(refusal)
            case .success(let asked) where FormToken.agrees(form, request):
                return try await answer(form, to: asked, services: services)
            case .success(let asked):
                return question(
                    asked, problem: "The page was too old. Please try again.", status: .forbidden, services: services)
            }
        }
    }

    private static func asked(
        _ form: FormBody, services: Services
    ) -> Result<AuthorizationRequest, AuthorizationRequest.Refusal> {
        Result { () throws(AuthorizationRequest.Refusal) in try AuthorizationRequest(form, issuer: services.issuer) }
    }

    private static func refuse(_ refusal: AuthorizationRequest.Refusal) -> Response {
        switch refusal {
        case .shown(let sentence):
            Response(LoginPage(title: "This can't be done", sentences: [sentence]), status: .badRequest)
        case .redirected(let location): .redirect(to: location)
        }
    }

    private static func answer(
        _ form: FormBody, to asked: AuthorizationRequest, services: Services
    ) async throws -> Response {
        guard form["answer"] == "allow" else {
            return .redirect(to: asked.location(of: .accessDenied, issuer: services.issuer))
        }
        let (username, password) = (form["username"] ?? "", form["password"] ?? "")
        do {
            let code = try await services.store.transaction { transaction in
                let wallet = try transaction.wallet(username: username, password: password)
                return try transaction.issueAuthorizationCode(for: asked, walletID: wallet.id)
            }
            return .redirect(to: asked.location(code: code, issuer: services.issuer))
        } catch let error as OAuthError {
            return question(
                asked, username: username, problem: "Not allowed: \(error.description).", status: error.pageStatus,
                services: services)
        }
    }

    private static func question(
        _ asked: AuthorizationRequest, username: String = "", problem: String? = nil,
        status: HTTPResponse.Status = .ok, services: Services
    ) -> Response {
        let token = services.entropy.secret()
        let form = LoginPage.Form(
            action: path, username: username, hidden: asked.parameters + [(FormToken.field, token)])
        let page = LoginPage(
            title: "Log in", sentences: ["An app on your device asks to use your Fex wallet."], problem: problem,
            form: form)
        return Response(page, status: status, formToken: token)
    }
}
