import CCurl

/// The owner of one of libcurl's lists of texts. Freed once, with this.
@safe
struct CurlStringList: ~Copyable {
    private(set) var pointer: UnsafeMutablePointer<curl_slist>?

    /// An empty list.
    init() {}

    deinit {
        unsafe curl_slist_free_all(pointer)
    }

    /// Adds a copy of a text.
    ///
    /// - Returns: Whether there was memory for it.
    mutating func append(_ text: String) -> Bool {
        guard let longer = unsafe curl_slist_append(pointer, text) else { return false }
        unsafe pointer = longer
        return true
    }
}
