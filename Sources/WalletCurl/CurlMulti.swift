import CCurl

/// The owner of one multi handle: connections, and the transfers on them. Freed once, with this.
///
/// All but ``wakeup`` belongs to one thread.
@safe
final class CurlMulti {
    /// How many idle connections are kept.
    private static let idleConnections = 16
    /// The longest wait, in milliseconds, when nothing is due; libcurl shortens it to what it has to do next.
    private static let longestWait: Int32 = 60_000

    /// Wakes the thread that waits on this.
    let wakeup: CurlWakeup
    private let pointer: UnsafeMutableRawPointer

    /// A handle, or `nil` if libcurl has none to give.
    init?() {
        guard CurlLibrary.isReady, let pointer = unsafe curl_multi_init() else { return nil }
        unsafe self.pointer = pointer
        unsafe wakeup = CurlWakeup(pointer)
        unsafe fex_curl_multi_setopt_long(pointer, CURLMOPT_MAXCONNECTS, CurlMulti.idleConnections)
    }

    deinit {
        unsafe curl_multi_cleanup(pointer)
    }

    /// Begins the transfer of a handle, which has to live until it is removed.
    func add(_ handle: borrowing CurlHandle) -> Bool {
        unsafe curl_multi_add_handle(pointer, handle.pointer) == CURLM_OK
    }

    /// Ends the transfer of a handle, whatever it has come to.
    func remove(_ handle: borrowing CurlHandle) {
        unsafe curl_multi_remove_handle(pointer, handle.pointer)
    }

    /// Moves all transfers on as far as they go without waiting.
    ///
    /// - Returns: Whether libcurl is well.
    func perform() -> Bool {
        var running: Int32 = 0
        return unsafe curl_multi_perform(pointer, &running) == CURLM_OK
    }

    /// A transfer that has come to its end, or `nil` if there is no further.
    func nextFinished() -> (CurlJob.ID, CURLcode)? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(pointer, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE, let handle = unsafe message.pointee.easy_handle else {
                continue
            }
            return unsafe (CurlHandle.id(of: handle), message.pointee.data.result)
        }
        return nil
    }

    /// Waits until the network, a timer or a wake-up gives cause to go on.
    ///
    /// - Returns: Whether libcurl is well.
    func wait() -> Bool {
        unsafe curl_multi_poll(pointer, nil, 0, CurlMulti.longestWait, nil) == CURLM_OK
    }
}

/// The one thing that other threads may do with a multi handle: end its wait.
///
/// It must not be used once the handle is freed; ``CurlLoopState`` forgets it before.
@safe
struct CurlWakeup: @unchecked Sendable {
    // Unchecked: `curl_multi_wakeup` is documented to be callable from any thread while the handle lives.
    private let multi: UnsafeMutableRawPointer

    @unsafe
    init(_ multi: UnsafeMutableRawPointer) {
        unsafe self.multi = multi
    }

    /// Ends the present wait, or the next one if there is none.
    func wake() {
        unsafe curl_multi_wakeup(multi)
    }
}
