import CCurl
import FexHTTP
import Foundation
import HTTPTypes

/// One request under way: its handle, and what of the answer has come. Never leaves the loop's thread.
final class CurlTransfer {
    let job: CurlJob
    let handle: CurlHandle
    /// Whether libcurl has begun to send the request on a connection that stands.
    private(set) var mayHaveBeenSent = false

    private var fields = CurlStringList()
    private var head = ResponseHead()
    private var body = Data()
    private var bodyIsTooLarge = false
    private var repetitionWasRefused = false
    private var isTooLate = false

    init(_ job: CurlJob, handle: consuming CurlHandle) {
        self.job = job
        self.handle = handle
    }

    /// Sets the handle up for the request. The transfer has to live until the handle is removed from its multi handle.
    ///
    /// - Returns: Whether libcurl took it all.
    func configure(trust: TLSTrust) -> Bool {
        configureConnection(trust: trust) && configureMethod() && configureFields()
            && configureCallbacks()
    }

    /// How the transfer ended, by libcurl's word and by what came.
    func result(_ code: CURLcode) -> Result<HTTPAnswer, HTTPTransportError> {
        if bodyIsTooLarge {
            return .failure(error(.bodyTooLarge, detail: "a body of more than \(job.call.limits.bodyBytes) bytes"))
        }
        if repetitionWasRefused {
            return .failure(error(.connectionLost, detail: "a kept connection turned out dead"))
        }
        if isTooLate { return .failure(error(.timedOut, detail: HTTPCall.tooLate)) }
        switch head.refusal {
        case .tooLarge: return .failure(error(.bodyTooLarge, detail: "more header fields than are accepted"))
        case .malformed: return .failure(error(.malformedAnswer, detail: "a header line that is none"))
        case nil: break
        }
        guard code == CURLE_OK else {
            let meaning = CurlFailure.code(for: code, mayHaveBeenSent: mayHaveBeenSent)
            let detail =
                meaning == .bodyTooLarge
                ? "a header line that is longer than is accepted"
                : CurlFailure.text(for: code, verification: handle.verification)
            return .failure(error(meaning, detail: detail))
        }
        guard let response = head.response else {
            // libcurl takes a head that breaks off for a whole one.
            return .failure(error(.connectionLost, detail: "the connection ended within the head"))
        }
        return .success(HTTPAnswer(response, body: body))
    }

    /// An error of this transfer.
    func error(_ code: HTTPTransportError.Reason, detail: String) -> HTTPTransportError {
        HTTPTransportError(code, mayHaveBeenSent: mayHaveBeenSent, detail: "\(job.address.origin): \(detail)")
    }

    // MARK: What libcurl reports

    /// A connection stands, and the request is about to be sent on it.
    ///
    /// - Returns: Whether it may. It is asked again when libcurl wants to repeat the request on another connection.
    func willSend() -> Bool {
        repetitionWasRefused = mayHaveBeenSent && !job.call.isRepeatable
        isTooLate = !job.call.mayLeave()
        guard !repetitionWasRefused, !isTooLate else { return false }
        mayHaveBeenSent = true
        return true
    }

    /// A header line came.
    func receive(headerLine: [UInt8]) -> Bool {
        head.receive(headerLine)
    }

    /// A piece of the body came, decompressed.
    func receive(bodyPart: UnsafeRawBufferPointer) -> Bool {
        unsafe body.append(contentsOf: bodyPart)
        bodyIsTooLarge = body.count > job.call.limits.bodyBytes
        return !bodyIsTooLarge
    }
}

extension CurlTransfer {
    private func configureConnection(trust: TLSTrust) -> Bool {
        let address = job.address
        let limits = job.call.limits
        var isSet =
            handle.setID(job.id)
            && handle.set(CURLOPT_URL, address.description)
            && handle.set(CURLOPT_PROTOCOLS_STR, "http,https")
            && handle.set(CURLOPT_FOLLOWLOCATION, 0)
            && handle.set(CURLOPT_CONNECTTIMEOUT_MS, limits.connect.millisecondsRoundedUp)
            && handle.set(CURLOPT_TIMEOUT_MS, job.timeLeft.millisecondsRoundedUp)
            // Signals are the process's own.
            && handle.set(CURLOPT_NOSIGNAL, 1)
            // A name look-up that hangs must not hold up the thread when its call is over.
            && handle.set(CURLOPT_QUICK_EXIT, 1)
            // Not with CURLOPT_PIPEWAIT: a call that waits for another's connection keeps none of its own limits.
            && handle.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
            && handle.set(CURLOPT_SSL_VERIFYPEER, 1)
            && handle.set(CURLOPT_SSL_VERIFYHOST, 2)
            && handle.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
            && handle.set(CURLOPT_PROXY_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
            // What a proxy says about the tunnel is no part of the answer.
            && handle.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
            && handle.set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
            // Every encoding that this libcurl can undo.
            && handle.set(CURLOPT_ACCEPT_ENCODING, "")
        if address.origin.isLoopback {
            isSet = isSet && handle.set(CURLOPT_PROXY, "")
        }
        if let authorities = trust.authorities {
            isSet = isSet && handle.set(CURLOPT_CAINFO, authorities)
        }
        if let keys = trust.pinnedKeys(of: address.origin) {
            isSet = isSet && handle.set(CURLOPT_PINNEDPUBLICKEY, keys)
        }
        return isSet
    }

    private func configureMethod() -> Bool {
        let method = job.call.method
        if method == .head { return handle.set(CURLOPT_NOBODY, 1) }
        // Only methods whose requests usually have a body say of a missing one that it is empty.
        if job.call.body != nil || [.post, .put, .patch].contains(method) {
            guard handle.set(CURLOPT_POST, 1), handle.setBody(job.call.body ?? Data()) else { return false }
        }
        return method == .get || handle.set(CURLOPT_CUSTOMREQUEST, method.rawValue)
    }

    private func configureFields() -> Bool {
        var isWhole = true
        for field in job.call.headerFields {
            let name = field.name.rawName
            // Without a value libcurl would drop the field; a semicolon tells it that none is meant.
            isWhole = isWhole && fields.append(field.value.isEmpty ? "\(name);" : "\(name): \(field.value)")
        }
        // Fields that libcurl would add of itself: one of a form that this is not, and one that costs a round trip.
        if job.call.headerFields[.contentType] == nil {
            isWhole = isWhole && fields.append("Content-Type:")
        }
        return isWhole && fields.append("Expect:") && handle.set(fields)
    }

    private func configureCallbacks() -> Bool {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        return unsafe handle.setBeforeSending(curlWillSend, context: context)
            && handle.set(CURLOPT_HEADERFUNCTION, curlDidReceiveHeaderLine, context: CURLOPT_HEADERDATA, context)
            && handle.set(CURLOPT_WRITEFUNCTION, curlDidReceiveBodyPart, context: CURLOPT_WRITEDATA, context)
    }
}

extension Duration {
    /// The duration in milliseconds, rounded up; at least 1, as 0 means no limit to libcurl, and within 32 bits.
    fileprivate var millisecondsRoundedUp: Int {
        guard self < .milliseconds(Int32.max) else { return Int(Int32.max) }
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
