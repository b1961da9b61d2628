import CCurl

/// libcurl's own set-up, done once in a process.
enum CurlLibrary {
    /// Whether libcurl can be used; asking sets it up.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}

extension CurlTransport {
    /// The version of libcurl that this process runs with: `7.88.1`.
    public static var libraryVersion: String {
        guard let information = unsafe curl_version_info(CURLVERSION_NOW), let version = unsafe information.pointee.version
        else { return "unknown" }
        return unsafe String(cString: version)
    }
}
