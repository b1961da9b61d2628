import Crypto
import FexValues
public import Foundation

/// The signature of a webhook as published: HMAC-SHA256 of the raw body in lower-case hexadecimal digits.
///
/// The key is the secret's text in UTF-8: the secret looks like hexadecimal digits, and these are not decoded.
public enum WebhookSignature {
    /// The header field that carries it.
    public static let headerName = "X-Webhook-Signature"

    /// The signature of a body.
    public static func sign(_ body: Data, secret: String) -> String {
        Hexadecimal.text(HMAC<SHA256>.authenticationCode(for: body, using: key(secret)))
    }

    /// Whether a signature is that of a body, found out in a time that doesn't depend on where they differ.
    public static func isValid(_ signature: String, of body: Data, secret: String) -> Bool {
        guard let code = Hexadecimal.bytes(signature) else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: body, using: key(secret))
    }

    private static func key(_ secret: String) -> SymmetricKey { SymmetricKey(data: Data(secret.utf8)) }
}
