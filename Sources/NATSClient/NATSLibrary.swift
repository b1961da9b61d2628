import CNATS

/// The C library that talks to the event server.
public enum NATSLibrary {
    /// The version of libnats that this process runs with: `3.6.1`.
    public static var version: String {
        guard let version = unsafe nats_GetVersion() else { return "unknown" }
        return unsafe String(cString: version)
    }
}
