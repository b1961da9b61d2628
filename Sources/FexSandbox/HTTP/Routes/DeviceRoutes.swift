import FexValues
import Hummingbird

/// The devices that may sign for a wallet.
enum DeviceRoutes: RouteFamily {
    static func add(to router: Router<SandboxContext>, services: Services) {
        let devices = Prefix.wallet + "/devices"
        router.post(RouterPath(devices)) { request, _ in
            let walletID = try await services.walletID(of: request)
            let body = try await request.readObject()
            let name = try body.text("name")
            let key = try PublicKeyReader.point(of: body.optionalObject("public_key"))
            let device = try await services.store.transaction { transaction in
                try transaction.registerDevice(walletID: walletID, name: name, publicKey: key)
            }
            return Response.success([("device_id", .string(device.id))], status: .created)
        }
        router.get(RouterPath(devices)) { request, _ in
            let walletID = try await services.walletID(of: request)
            let devices = try await services.store.transaction { try $0.devices(walletID: walletID) }
            return Response.success([("devices", .array(devices.map(\.document)))])
        }
        router.get(RouterPath(devices + "/:id")) { request, context in
            let walletID = try await services.walletID(of: request)
            let id = try context.parameters.require("id")
            let device = try await services.store.transaction { transaction in
                try transaction.devices(walletID: walletID).first { $0.id == id }
            }
            guard let device else { throw PlatformError.notFound("there is no device with this id") }
            return Response.success([("device", device.document)])
        }
        router.delete(RouterPath(devices + "/:id")) { request, context in
            let walletID = try await services.walletID(of: request)
            let id = try context.parameters.require("id")
            guard try await services.store.transaction({ try $0.deleteDevice(id, walletID: walletID) }) else {
                throw PlatformError.notFound("there is no device with this id")
            }
            return Response.success([])
        }
    }
}
