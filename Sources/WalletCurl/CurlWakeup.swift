import CCurl

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
