import FexValues
import Foundation
import WalletCore
import WalletTesting

extension World {
    /// What a process says of its listening for longer than this without an answer to its questions is not true.
    private static let longestSilence: Int64 = 200_000

    /// Has a process listen for a while, with an event server that may be away, and go deaf.
    func listen(in slot: Int, for duration: Int64) {
        let process = processes[slot]
        guard let wallet = process.wallet, !process.isDead, process.listener == nil else { return }
        note("\(process.name) listens for \(duration)")
        count("troubles", "listening")
        process.lastAnswer = timeline.now
        let watching = timeline.run { [weak process] in
            for await listening in wallet.sync.watchListening() { process?.said = listening }
        }
        process.listener = timeline.run { [self] in
            do { try await wallet.sync.run() } catch {
                let code = (error as? any WalletError)?.code ?? "\(type(of: error))"
                if !process.isDead { note("\(process.name) listens no more: \(code)") }
            }
            process.listener = nil
            watching.cancel()
        }
        timeline.schedule(after: duration, "listened") { process.listener?.cancel() }
        for _ in 0..<network.int(0...3) {
            let what = network.int(0...3)
            timeline.schedule(after: Int64(network.int(0...Int(duration))), "events") { [self] in
                change(process.broker, what)
            }
        }
    }

    private func change(_ broker: InMemoryEventBroker, _ what: Int) {
        count("troubles", ["event server away", "event server there", "event stream deaf", "event server there"][what])
        switch what {
        case 0: broker.disconnect()
        case 2: broker.deafen()
        default: broker.connect()
        }
    }

    /// What is said of listening is true: only who runs says that it hears, and not for long after its session has ended.
    func checkListening() {
        for process in processes where process.said != .no {
            if process.listener == nil {
                report(.listeningIsAsSaid, "\(process.name) says \(process.said) and listens no more")
            }
            if process.said == .poll, timeline.now - process.lastAnswer > Self.longestSilence {
                report(.listeningIsAsSaid, "\(process.name) says that it asks, and has no answers")
            }
        }
    }

    /// Who has no session doesn't say for long that it hears, once an event has made it ask.
    func checkListeningAtEnd() {
        let doubtful = processes.filter { $0.said != .no && isSessionOver(on: $0.device) }
        guard !doubtful.isEmpty else { return }
        let subject = "wallets.\(World.wallet).wallet.balance.updated"
        for process in doubtful { process.broker.deliver(Data("{}".utf8), to: subject) }
        // A stream that is deaf is found out by its next echo.
        step(until: timeline.now + 260_000)
        for process in processes where process.said != .no && isSessionOver(on: process.device) {
            report(.listeningIsAsSaid, "\(process.name) says \(process.said) and has no session")
        }
    }
}
