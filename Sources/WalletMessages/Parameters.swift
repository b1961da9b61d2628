import FexValues
import Foundation
import PaymentCodes
import WalletCore

/// The parameters of a request, each read by its name.
struct Parameters {
    private let object: JSONObject

    /// - Parameter names: What the method takes.
    /// - Throws: ``DoorError`` where there is something else.
    init(_ params: JSON, allowing names: [String]) throws(DoorError) {
        guard case .object(let object) = params else { throw .badParameter("params", "an object is expected") }
        for member in object.members {
            guard names.contains(member.name) else { throw .badParameter(member.name, "there is no such parameter") }
            guard object.count(of: member.name) == 1 else { throw .badParameter(member.name, "it is there twice") }
        }
        self.object = object
    }

    /// A parameter that may be left out; null is the same.
    func value(_ name: String) -> JSON? {
        guard let value = object[name], value != .null else { return .none }
        return value
    }

    func required(_ name: String) throws(DoorError) -> JSON {
        guard let value = value(name) else { throw .badParameter(name, "is missing") }
        return value
    }

    func string(_ name: String) throws(DoorError) -> String {
        guard let text = try required(name).stringValue else { throw .badParameter(name, "a string is expected") }
        return text
    }

    func optionalString(_ name: String) throws(DoorError) -> String? {
        guard value(name) != .none else { return .none }
        return try string(name)
    }

    func bool(_ name: String, default other: Bool) throws(DoorError) -> Bool {
        guard let value = value(name) else { return other }
        guard let bool = value.boolValue else { throw .badParameter(name, "true or false is expected") }
        return bool
    }

    func integer(_ name: String, in range: ClosedRange<Int>, default other: Int? = nil) throws(DoorError) -> Int {
        if value(name) == .none, let other { return other }
        guard let number = try required(name).integerValue, range.contains(number) else {
            throw .badParameter(name, "an integer from \(range.lowerBound) to \(range.upperBound) is expected")
        }
        return number
    }

    func id<Kind>(_ name: String) throws(DoorError) -> OpaqueID<Kind> {
        guard let id = OpaqueID<Kind>(try string(name)) else { throw .badParameter(name, "is no id") }
        return id
    }

    func url(_ name: String) throws(DoorError) -> URL {
        guard let url = URL(string: try string(name)), url.scheme != nil else {
            throw .badParameter(name, "an address is expected")
        }
        return url
    }

    func currency(_ name: String) throws(DoorError) -> Currency {
        do { return try Currency(try string(name)) } catch let error as DoorError { throw error } catch {
            throw .badParameter(name, "a code of three letters is expected, USD")
        }
    }

    func topic() throws(DoorError) -> Topic {
        guard let topic = Topic(rawValue: try string("topic")) else {
            throw .badParameter("topic", "one of \(Topic.allCases.map(\.rawValue).joined(separator: ", ")) is expected")
        }
        return topic
    }

    /// An amount in the currency beside it.
    func money(_ name: String, currency: String) throws(DoorError) -> Money {
        let code = try self.currency(currency)
        do { return try Money(digits: try string(name), currency: code) } catch let error as DoorError {
            throw error
        } catch { throw .badParameter(name, "\(error)") }
    }
}
