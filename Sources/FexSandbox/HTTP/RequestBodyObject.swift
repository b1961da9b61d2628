import FexValues
import Foundation

/// The JSON object that a request carries, read field by field; `null` counts as absent.
struct RequestBodyObject: Sendable {
    /// The object.
    let object: JSONObject

    /// Parses a body.
    ///
    /// - Throws: ``PlatformError`` 400 for anything but one JSON object without repeated names.
    init(parsing bytes: some Sequence<UInt8>) throws(PlatformError) {
        let value: JSON
        do {
            value = try JSON(parsing: bytes)
        } catch {
            throw .badRequest("the body is \(error)")
        }
        guard case .object(let object) = value else { throw .badRequest("the body must be a JSON object") }
        guard Set(object.members.map(\.name)).count == object.members.count else {
            throw .badRequest("the body names a field twice")
        }
        self.object = object
    }

    /// Whether a field is there, be it `null`.
    func has(_ name: String) -> Bool { object[name] != nil }

    private func value(_ name: String) -> JSON? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    /// A text, not empty.
    func text(_ name: String) throws(PlatformError) -> String {
        guard let text = try optionalText(name), !text.isEmpty else { throw .badRequest("\(name) is required") }
        return text
    }

    /// A text, or `nil` if it is absent. At most 4096 Unicode scalars, as JSON Schema counts.
    func optionalText(_ name: String) throws(PlatformError) -> String? {
        guard let value = value(name) else { return nil }
        guard case .string(let text) = value else { throw .badRequest("\(name) must be a string") }
        guard text.unicodeScalars.count <= 4096 else {
            throw .badRequest("\(name) is too long: at most 4096 characters")
        }
        return text
    }

    /// A whole number, or `nil` if it is absent.
    func optionalInteger(_ name: String) throws(PlatformError) -> Int64? {
        guard let value = value(name) else { return nil }
        // 60.0 is as whole as 60 (JSON Schema, section 6.1.1).
        guard case .number(let literal) = value,
            let number = Int64(literal.replacing(/\.0+$/, with: ""))
        else { throw .badRequest("\(name) must be a whole number") }
        return number
    }

    /// An object, or `nil` if it is absent.
    func optionalObject(_ name: String) throws(PlatformError) -> JSON? {
        guard let value = value(name) else { return nil }
        guard case .object = value else { throw .badRequest("\(name) must be an object") }
        return value
    }

    /// The address of something on the web, or `nil` if it is absent.
    func optionalURL(_ name: String) throws(PlatformError) -> String? {
        guard let text = try optionalText(name) else { return nil }
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty
        else { throw .badRequest("\(name) must be an http or https address") }
        return text
    }

    /// The largest amount in major units: sums of very many of them stay far from what an account can hold.
    static let largestAmount: Int64 = 1_000_000_000

    /// An amount written as a JSON number: at least 0.01, at least one minor unit of its currency, and at most
    /// ``largestAmount``.
    func amount(_ name: String, currency: Currency) throws(PlatformError) -> Money {
        guard let value = value(name) else { throw .badRequest("\(name) is required") }
        guard case .number(let literal) = value else { throw .badRequest("\(name) must be a number") }
        do {
            let money = try Money(digits: literal, currency: currency)
            let leastMinorUnits = max(1, currency.minorUnitsPerMajor / 100)
            guard money.minorUnits >= leastMinorUnits else {
                throw PlatformError.badRequest("\(name) must be at least 0.01")
            }
            guard money.minorUnits <= RequestBodyObject.largestAmount * currency.minorUnitsPerMajor else {
                throw PlatformError.badRequest("\(name) must be at most \(RequestBodyObject.largestAmount)")
            }
            return money
        } catch let error as MoneyError {
            throw .badRequest("\(name): \(error)")
        } catch let error as PlatformError {
            throw error
        } catch {
            throw .badRequest("\(name) must be a number")
        }
    }
}
