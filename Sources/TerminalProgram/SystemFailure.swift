import FexValues
import Foundation
import PaymentCodes

/// An error of the system or of Foundation, as people are told of it.
package enum SystemFailure {
    /// A sentence about an error; of Foundation's the file and the system's reason, without its domains and numbers.
    package static func sentence(for error: any Error) -> String {
        let isFoundations =
            error is CocoaError || error is POSIXError || error is URLError || type(of: error) is NSError.Type
        guard isFoundations else { return PlainText.clean("\(error)") }
        let error = error as NSError
        let file = error.userInfo[NSFilePathErrorKey] as? String ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
        let what = file.map { "\(Quotation.fitToBeShown($0)): " } ?? ""
        return what + reason(of: error)
    }

    private static func reason(of error: NSError) -> String {
        if error.domain == NSPOSIXErrorDomain { return unsafe String(cString: strerror(Int32(error.code))) }
        if let cause = error.userInfo[NSUnderlyingErrorKey] as? NSError { return reason(of: cause) }
        if error.domain == NSURLErrorDomain { return "the connection failed (\(error.code))" }
        return "the system failed (\(error.code))"
    }
}
