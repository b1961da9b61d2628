import FexValues
import Hummingbird

/// The device authorization grant (RFC 8628): where a device begins, and the page where its owner answers.
enum DeviceGrantRoutes: RouteFamily {
    private static let path = Prefix.realm + "/device"

    static func add(to router: Router<SandboxContext>, services: Services) {
        router.post(RouterPath(Prefix.realm + "/protocol/openid-connect/auth/device")) { request, _ in
            let form = try await request.readForm()
            guard try form.require("client_id") == AccessGrant.walletClientID else { throw OAuthError.invalidClient }
            let begun = try await services.store.transaction { try $0.beginDeviceAuthorization() }
            let page = "\(services.issuer)/device"
            var response = Response([
                "device_code": .string(begun.deviceCode), "user_code": .string(begun.userCode.shown),
                "verification_uri": .string(page),
                "verification_uri_complete": .string("\(page)?user_code=\(begun.userCode.shown)"),
                "expires_in": .integer(DeviceAuthorization.lifetime),
                "interval": .integer(DeviceAuthorization.interval),
            ])
            response.headers[.cacheControl] = "no-store"
            return response
        }
        router.get(RouterPath(path)) { request, _ in
            let typed = try request.queryForm()["user_code"]
            return question(userCode: typed ?? "", services: services)
        }
        router.post(RouterPath(path)) { request, _ in
            let form = try await request.readForm()
            guard FormToken.agrees(form, request) else {
                return question(
                    userCode: form["user_code"] ?? "", problem: "The page was too old. Please try again.",
                    status: .forbidden, services: services)
            }
            return try await answer(form, services: services)
        }
    }

    private static func answer(_ form: FormBody, services: Services) async throws -> Response {
        let typed = form["user_code"] ?? ""
        let (username, password) = (form["username"] ?? "", form["password"] ?? "")
        let allows = form["answer"] == "allow"
        do {
            guard allows || form["answer"] == "deny" else { return unknown(typed, services: services) }
            let wasWaiting = try await services.store.transaction { transaction in
                try transaction.answerDeviceAuthorization(typed, by: allows ? (username, password) : nil)
            }.get()
            guard wasWaiting else { return unknown(typed, services: services) }
        } catch let error as OAuthError {
            return question(
                userCode: typed, username: username, problem: "Not allowed: \(error.description).",
                status: error.pageStatus, services: services)
        }
        guard allows else { return Response(LoginPage(title: "Denied", sentences: ["The device was not logged in."])) }
        return Response(
            LoginPage(title: "Allowed", sentences: ["The device is logged in. You can close this page."]))
    }

    private static func unknown(_ userCode: String, services: Services) -> Response {
        question(
            userCode: userCode, problem: "This code is not waiting for an answer. Please check it.",
            status: .badRequest, services: services)
    }

    private static func question(
        userCode: String, username: String = "", problem: String? = nil, status: HTTPResponse.Status = .ok,
        services: Services
    ) -> Response {
        let token = services.entropy.secret()
        let form = LoginPage.Form(
            action: path, asksForCode: true, userCode: userCode, username: username,
            hidden: [(FormToken.field, token)])
        let page = LoginPage(
            title: "Log a device in",
            sentences: [
                "A device asks to use your Fex wallet.",
                "Allow it only if you started this yourself, and the code is the one that the device shows.",
            ],
            problem: problem, form: form)
        return Response(page, status: status, formToken: token)
    }
}
