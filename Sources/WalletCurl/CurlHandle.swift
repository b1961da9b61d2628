import CCurl
import Synchronization

/// The owner of one easy handle. Freed once, with this.
@safe
struct CurlHandle: ~Copyable {
    let pointer: UnsafeMutableRawPointer
    private let counter: CurlHandleCount

    /// A handle with libcurl's defaults, or `nil` if libcurl has none to give.
    init?(countedBy counter: CurlHandleCount) {
        guard let pointer = unsafe curl_easy_init() else { return nil }
        unsafe self.pointer = pointer
        self.counter = counter
        counter.increment()
    }

    deinit {
        unsafe curl_easy_cleanup(pointer)
        counter.decrement()
    }

    /// Sets a number or a switch.
    func set(_ option: CURLoption, _ value: Int) -> Bool {
        unsafe fex_curl_easy_setopt_long(pointer, option, value) == CURLE_OK
    }

    /// Sets a text, which libcurl copies.
    func set(_ option: CURLoption, _ value: String) -> Bool {
        unsafe fex_curl_easy_setopt_string(pointer, option, value) == CURLE_OK
    }

    /// Sets the request body, which libcurl copies.
    func setBody(_ bytes: some Collection<UInt8>) -> Bool {
        // Without a pointer libcurl would read the body from standard input.
        let body = Array(bytes) + [0]
        return unsafe fex_curl_easy_setopt_off_t(pointer, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count - 1))
            == CURLE_OK && fex_curl_easy_setopt_pointer(pointer, CURLOPT_COPYPOSTFIELDS, body) == CURLE_OK
    }

    /// Sets the header fields, which have to live as long as the transfer.
    func set(_ list: borrowing CurlStringList) -> Bool {
        unsafe fex_curl_easy_setopt_list(pointer, CURLOPT_HTTPHEADER, list.pointer) == CURLE_OK
    }

    /// Sets what is called with bytes that came, and what it is given.
    @unsafe
    func set(
        _ option: CURLoption, _ callback: curl_write_callback, context option2: CURLoption,
        _ context: UnsafeMutableRawPointer
    ) -> Bool {
        unsafe fex_curl_easy_setopt_receive(pointer, option, callback) == CURLE_OK
            && fex_curl_easy_setopt_pointer(pointer, option2, context) == CURLE_OK
    }

    /// Sets what is called when a connection stands and the request is about to be sent on it, and what it is given.
    @unsafe
    func setBeforeSending(_ callback: curl_prereq_callback, context: UnsafeMutableRawPointer) -> Bool {
        unsafe fex_curl_easy_setopt_prereq(pointer, callback) == CURLE_OK
            && fex_curl_easy_setopt_pointer(pointer, CURLOPT_PREREQDATA, context) == CURLE_OK
    }

    /// Names the job that the handle carries.
    func setID(_ id: CurlJob.ID) -> Bool {
        unsafe fex_curl_easy_setopt_pointer(pointer, CURLOPT_PRIVATE, UnsafeRawPointer(bitPattern: id)) == CURLE_OK
    }

    /// The job that a handle carries.
    @unsafe
    static func id(of pointer: UnsafeMutableRawPointer) -> CurlJob.ID {
        var id: UnsafeMutableRawPointer?
        unsafe fex_curl_easy_getinfo_pointer(pointer, CURLINFO_PRIVATE, &id)
        return CurlJob.ID(bitPattern: id)
    }

    /// What became of the check of the server's certificate, by OpenSSL's number (`X509_V_ERR_…`); 0 where it was well.
    var verification: Int {
        var number = 0
        unsafe fex_curl_easy_getinfo_long(pointer, CURLINFO_SSL_VERIFYRESULT, &number)
        return number
    }

    /// How long the transfer took, or has taken so far.
    var elapsed: Duration {
        var microseconds: curl_off_t = 0
        unsafe fex_curl_easy_getinfo_off_t(pointer, CURLINFO_TOTAL_TIME_T, &microseconds)
        return .microseconds(microseconds)
    }
}

/// Counts the easy handles that exist, so that a test can tell that none is left behind.
final class CurlHandleCount: Sendable {
    private let value = Atomic(0)

    /// How many there are.
    var count: Int { value.load(ordering: .acquiring) }

    /// One was made.
    func increment() {
        value.add(1, ordering: .acquiringAndReleasing)
    }

    /// One was freed.
    func decrement() {
        value.subtract(1, ordering: .acquiringAndReleasing)
    }
}

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
