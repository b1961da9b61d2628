import FexHTTP
import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization

/// Sends the webhooks of committed changes: one intent's in order, different intents' concurrently.
///
/// An attempt is recorded when its outcome is known. A sandbox that ends in between makes it again, so a receiver may
/// see a webhook more than once; it has the same `X-Webhook-Delivery` each time.
struct WebhookSender: Service {
    private let services: Services
    private let transport: any HTTPTransport
    private let logger: Logger

    /// The most attempts under way at the same time.
    static let parallelAttempts = 32

    init(services: Services, transport: any HTTPTransport, logger: Logger) {
        self.services = services
        self.transport = transport
        self.logger = logger
    }

    /// Runs until it is asked to stop; attempts under way then are given up, and made again by the next start.
    func run() async throws {
        let underWay = WebhooksUnderWay()
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                while !Task.isCancelled {
                    let nudges = services.clock.nudges
                    let busy = underWay.count
                    let found = try? await services.store.transaction { transaction in
                        (
                            due: try transaction.dueWebhooks(limit: WebhookSender.parallelAttempts + busy),
                            next: try transaction.nextWebhookAttempt()
                        )
                    }
                    for webhook in found?.due ?? []
                    where underWay.begin(webhook.id, limit: WebhookSender.parallelAttempts) {
                        group.addTask {
                            await attempt(webhook)
                            underWay.end(webhook.id)
                            // Recording the outcome ended all waits, but this webhook still counted as under way then.
                            services.clock.nudge()
                        }
                    }
                    await services.clock.wait(until: found?.next, since: nudges)
                }
                group.cancelAll()
            }
        }
    }

    /// Makes one attempt and records its outcome.
    private func attempt(_ webhook: Webhook) async {
        do {
            let secret = try await services.store.transaction { try $0.webhookSecret(intentID: webhook.intentID) }
            let outcome = await send(webhook, secret: secret ?? "")
            guard !Task.isCancelled else { return }
            try await services.store.transaction { try $0.record(outcome, of: webhook) }
        } catch {
            logger.warning(
                "a webhook's delivery could not be recorded", metadata: ["delivery": "\(webhook.id)"])
        }
    }

    private func send(_ webhook: Webhook, secret: String) async -> WebhookOutcome {
        // Also those that were enqueued by a sandbox that was started with other options.
        if let problem = services.webhookDestinations.problem(with: webhook.url) {
            return WebhookOutcome(unsendable: "the address \(problem)")
        }
        guard let call = WebhookCall.make(webhook, secret: secret) else {
            return WebhookOutcome(unsendable: "the address can't be used")
        }
        do {
            return WebhookOutcome(status: try await transport.send(call).response.status.code)
        } catch {
            return WebhookOutcome(error)
        }
    }
}

/// Which webhooks are being sent right now.
private final class WebhooksUnderWay: Sendable {
    private let ids = Mutex<Set<String>>([])

    var count: Int { ids.withLock { $0.count } }

    /// Takes a webhook on, unless it is under way or there are too many.
    func begin(_ id: String, limit: Int) -> Bool {
        ids.withLock { ids in
            guard ids.count < limit else { return false }
            return ids.insert(id).inserted
        }
    }

    func end(_ id: String) { _ = ids.withLock { $0.remove(id) } }
}
