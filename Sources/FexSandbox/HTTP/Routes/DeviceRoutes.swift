import FexValues
import Hummingbird

/// The devices that may sign for a wallet.
enum DeviceRoutes: RouteFamily {
    private static let devices = Prefix.wallet + "/devices"

    static func add(to router: Router<SandboxContext>, services: Services) {
        router.post(RouterPath(devices + "/challenge")) { request, _ in
            let sessionID = try await services.customer(of: request).sessionID
            let challenge = try await services.store.transaction { transaction in
                try transaction.issueDeviceChallenge(sessionID: sessionID)
            }
            return Response.success(
                [("nonce", .string(challenge.nonce)), ("expires_at", .string(challenge.expiresAt.rfc3339))],
                status: .created)
        }
        router.post(RouterPath(devices)) { request, _ in
            let (walletID, sessionID) = try await services.customer(of: request)
            let enrolment = try DeviceEnrolment(
                try await request.readObject(), walletID: walletID, sessionID: sessionID, audience: services.issuer)
            let device = try await services.store.transaction { try $0.enrol(enrolment) }
            return Response.success([("device_id", .string(device.id))], status: .created)
        }
        router.get(RouterPath(devices)) { request, _ in
            let walletID = try await services.walletID(of: request)
            let devices = try await services.store.transaction { try $0.devices(walletID: walletID) }
            return Response.success([("devices", .array(devices.map(\.document)))])
        }
        addOne(to: router, services: services)
    }

    private static func addOne(to router: Router<SandboxContext>, services: Services) {
        router.get(RouterPath(devices + "/:id")) { request, context in
            let walletID = try await services.walletID(of: request)
            let id = try context.parameters.require("id")
            let device = try await services.store.transaction { try $0.requireDevice(id, walletID: walletID) }
            return Response.success([("device", device.fullDocument)])
        }
        router.delete(RouterPath(devices + "/:id")) { request, context in
            let walletID = try await services.walletID(of: request)
            let id = try context.parameters.require("id")
            try await services.store.transaction { try $0.revokeDevice(id, walletID: walletID) }
            return Response.success([])
        }
        router.put(RouterPath(devices + "/:id/push")) { request, context in
            let walletID = try await services.walletID(of: request)
            let id = try context.parameters.require("id")
            let target = try PushTarget(try await request.readObject())
            try await services.store.transaction { transaction in
                try transaction.setPushTarget(target, ofDevice: id, walletID: walletID)
            }
            return Response.success([])
        }
        router.delete(RouterPath(devices + "/:id/push")) { request, context in
            let walletID = try await services.walletID(of: request)
            let id = try context.parameters.require("id")
            try await services.store.transaction { transaction in
                try transaction.setPushTarget(nil, ofDevice: id, walletID: walletID)
            }
            return Response.success([])
        }
    }
}
