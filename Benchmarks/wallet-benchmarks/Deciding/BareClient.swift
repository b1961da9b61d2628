import CBareClient

/// Pays and hears requests as a C program would.
@safe final class BareClient {
    private let handle: OpaquePointer

    /// A client on a wallet's database that nobody has open.
    init(database: String, api: String) throws {
        guard let handle = unsafe bare_client_open(database, api, "benchmark") else {
            throw BareFailure("\(database) can't be opened")
        }
        unsafe self.handle = handle
    }

    deinit { unsafe bare_client_close(handle) }

    /// Pays an intent: two commits, and a call between them.
    func pay(_ intent: BenchmarkIntent) throws {
        // As long as the wallet's, with its signature.
        let body = #"{"amount":"\#(intent.amount)","currency":"USD","proof":"\#(String(repeating: "x", count: 700))"}"#
        let isPaid = unsafe intent.id.withCString { id in
            unsafe intent.transaction.withCString { transaction in
                unsafe BenchmarkIntent.merchant.withCString { merchant in
                    unsafe body.withCString { body in
                        unsafe BenchmarkIntent.words.withCString { words in
                            var payment = unsafe bare_payment(
                                intent: id, transaction: transaction, decision: id, key: id, merchant: merchant,
                                body: body, words: words, amount: intent.amount,
                                now: 1_767_225_600_000 + Int64(intent.number) * 10)
                            return unsafe bare_pay(handle, &payment)
                        }
                    }
                }
            }
        }
        guard isPaid else { throw problem }
    }

    /// Listens on a subject.
    func listen(at events: String, on subject: String) throws {
        guard unsafe bare_listen(handle, events, subject) else { throw problem }
    }

    /// Waits for an event, fetches its intent and saves it: when the one was done, and when the other.
    func receive() throws -> (fetched: Int64, saved: Int64) {
        var request = bare_request()
        guard unsafe bare_receive(handle, &request) else { throw problem }
        return (request.fetched_at, request.saved_at)
    }

    private var problem: BareFailure { BareFailure("bare C: \(unsafe String(cString: bare_client_problem(handle)))") }
}

/// Publishes events to both.
@safe final class BarePublisher {
    private let handle: OpaquePointer

    init(at events: String) throws {
        guard let handle = unsafe bare_publisher_open(events) else { throw BareFailure("\(events) can't be had") }
        unsafe self.handle = handle
    }

    deinit { unsafe bare_publisher_close(handle) }

    /// Sends an event before this returns.
    func publish(_ payload: String, to subject: String) throws {
        guard unsafe bare_publish(handle, subject, payload) else { throw BareFailure("an event can't be published") }
    }
}
