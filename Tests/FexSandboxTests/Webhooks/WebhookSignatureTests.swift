import Foundation
import Testing

@testable import FexSandbox

@Suite struct WebhookSignatureTests {
    /// RFC 4231, section 4.3.
    private let vector = (
        secret: "Jefe", body: Data("what do ya want for nothing?".utf8),
        signature: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )

    @Test func `a signature is the published one`() {
        #expect(WebhookSignature.sign(vector.body, secret: vector.secret) == vector.signature)
        #expect(WebhookSignature.isValid(vector.signature, of: vector.body, secret: vector.secret))
    }

    @Test(arguments: [
        "", "5bdc", "5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3842",
        "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843 ", "é",
    ])
    func `anything else is none`(signature: String) {
        #expect(!WebhookSignature.isValid(signature, of: vector.body, secret: vector.secret))
    }

    @Test func `another body or another secret has another signature`() {
        #expect(!WebhookSignature.isValid(vector.signature, of: vector.body + Data([0]), secret: vector.secret))
        #expect(!WebhookSignature.isValid(vector.signature, of: vector.body, secret: "jefe"))
    }
}
