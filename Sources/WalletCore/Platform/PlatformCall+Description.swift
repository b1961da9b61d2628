import FexHTTP
import HTTPTypes

// A form that asks for tokens, and the document that brings them, are neither printed, dumped nor mirrored.

extension PlatformCall: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "\(method.rawValue) \(address.origin)\(address.target.prefix { $0 != "?" })" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension PlatformAnswer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "\(status)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
