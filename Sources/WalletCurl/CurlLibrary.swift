import CCurl

/// libcurl's own set-up, done once in a process.
enum CurlLibrary {
    /// Whether libcurl can be used; asking sets it up.
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
