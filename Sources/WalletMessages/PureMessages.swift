import FexValues
import Foundation
import PaymentCodes
import WalletCore
import WalletDocuments

/// Requests that need no wallet, no file and no network.
public enum PureMessages {
    /// Answers a request of a pure method.
    ///
    /// - Parameter request: A message, in UTF-8.
    /// - Returns: Its answer; an error where it is none, or of a method that needs a wallet.
    public static func execute(_ request: some Collection<UInt8>) -> String {
        var id = JSON.null
        do {
            guard case .request(let number, let name, let params) = try HostMessage(parsing: request) else {
                throw DoorError.unknownMethod("cancel")
            }
            id = .integer(number)
            guard let method = PureMethod.all.first(where: { $0.name == name }) else {
                throw DoorError.unknownMethod(name)
            }
            let answer: JSON = ["id": id, "result": try method.answer(params)]
            return answer.text
        } catch {
            let answer: JSON = ["id": id, "error": DoorError.told(error).outputDocument]
            return answer.text
        }
    }
}

/// A method that needs no wallet.
struct PureMethod: Sendable {
    let name: String
    private let parameters: [String]
    private let body: @Sendable (Parameters) throws -> JSON

    private init(_ name: String, _ parameters: String..., body: @escaping @Sendable (Parameters) throws -> JSON) {
        self.name = name
        self.parameters = parameters
        self.body = body
    }

    func answer(_ params: JSON) throws -> JSON { try body(Parameters(params, allowing: parameters)) }

    /// The same for a wallet, which can ask the platform for keys besides.
    var method: Method {
        guard name == "proof.verify" else { return Method(name, parameters) { params, _ in try body(params) } }
        return Method(name, parameters) { params, context in
            if params.value("keys") != nil { return try body(params) }
            return try await context.wallet.proofs.verify(params.proof()).outputDocument
        }
    }

    static let all = [
        PureMethod("version") { _ in
            ["version": .string(PackageVersion.number), "abi": .integer(MessageVersion.abi)]
        },
        PureMethod("parse", "code") { params in
            ScanReport(try ScannedCode(parsing: try params.string("code")), own: nil).outputDocument
        },
        PureMethod("money", "text", "currency") { params in
            let money = try params.money("text", currency: "currency")
            return [
                "amount": .string(money.decimalString), "currency": .string(money.currency.code),
                "minor_units": .string(String(money.minorUnits)),
                "digits": .integer(money.currency.minorUnitDigits), "shown": .string("\(money)"),
            ]
        },
        PureMethod("proof.verify", "proof", "keys") { params in
            let keys = try [VerificationKey](keySet: try params.required("keys").data)
            return ProofVerifier(keys: keys, now: SystemClock().now()).verify(try params.proof()).outputDocument
        },
    ]
}

extension Parameters {
    fileprivate func proof() throws -> ExportedProof {
        let proof = try required("proof")
        return try ExportedProof(parsing: proof.stringValue.map { Data($0.utf8) } ?? proof.data)
    }
}

/// The version of the messages and of the C interface.
public enum MessageVersion {
    /// major * 1000 + minor: a host refuses another major than that which it was made for.
    public static let abi = 1000
}
