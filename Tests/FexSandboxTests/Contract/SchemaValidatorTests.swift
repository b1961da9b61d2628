import FexValues
import Foundation
import Testing

@Suite struct SchemaValidatorTests {
    private static let document: JSON = [
        "components": ["schemas": ["Name": ["type": "string", "minLength": 1, "pattern": "^[a-z]+$"]]]
    ]

    private func violation(_ value: String, _ schema: String) throws -> SchemaViolation? {
        let validator = SchemaValidator(document: Self.document)
        do {
            try validator.validate(JSON(parsing: value), against: JSON(parsing: schema))
            return nil
        } catch let error as SchemaViolation {
            return error
        }
    }

    @Test(arguments: [
        ("1", #"{"type":"integer"}"#), ("1.5", #"{"type":"number","minimum":1.5}"#),
        ("null", #"{"type":["string","null"]}"#),
        (#""ab""#, ##"{"$ref":"#/components/schemas/Name"}"##), (#""x""#, #"{"enum":["x","y"]}"#),
        (#"{"a":1}"#, #"{"type":"object","required":["a"],"properties":{"a":{"const":1}}}"#),
        (#"{"b":1}"#, #"{"properties":{"a":{}},"additionalProperties":true}"#),
        ("[1,2]", #"{"type":"array","minItems":2,"items":{"type":"integer"}}"#),
        ("1", #"{"oneOf":[{"type":"integer"},{"type":"string"}]}"#), ("1", #"{"anyOf":[{"const":1},{"minimum":0}]}"#),
    ])
    func `what fits is accepted`(value: String, schema: String) throws {
        #expect(try violation(value, schema) == nil)
    }

    @Test(arguments: [
        ("1.5", #"{"type":"integer"}"#), ("0.009", #"{"minimum":0.01}"#), ("11", #"{"maximum":10}"#),
        (#""""#, ##"{"$ref":"#/components/schemas/Name"}"##), (#""A""#, ##"{"$ref":"#/components/schemas/Name"}"##),
        ("1", ##"{"$ref":"#/components/schemas/Other"}"##), (#""z""#, #"{"enum":["x","y"]}"#),
        (#"{}"#, #"{"required":["a"]}"#), (#"{"b":1}"#, #"{"properties":{"a":{}}}"#),
        (#"{"a":{"b":[1,"x"]}}"#, #"{"properties":{"a":{"properties":{"b":{"items":{"type":"integer"}}}}}}"#),
        ("[1]", #"{"minItems":2}"#), ("1", #"{"oneOf":[{"const":1},{"minimum":0}]}"#),
        ("1", #"{"anyOf":[{"const":2},{"type":"string"}]}"#), ("1", #"{"const":2}"#), ("1", #"{"frobnicate":2}"#),
    ])
    func `what doesn't fit is refused`(value: String, schema: String) throws {
        #expect(try violation(value, schema) != nil)
    }

    @Test func `a violation says where it is`() throws {
        let found = try violation(
            #"{"a":{"b":[1,"x"]}}"#, #"{"properties":{"a":{"properties":{"b":{"items":{"type":"integer"}}}}}}"#)
        #expect(found?.path == "a.b[1]")
    }
}
