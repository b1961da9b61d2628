import WalletTesting

/// What a seed has happen to the wallet, from outside, in the order of time.
struct Plan {
    /// How closely the platform looks at the proofs of decisions.
    static let proofs = PlatformModel.Rules.Proofs.signed

    /// One thing that happens. Numbers stand for one of those that there are at that moment.
    enum Event {
        case till(cents: Int, lifetime: Int64)
        case code(cents: Int, lifetime: Int64)
        case foreignTill(cents: Int)
        case forgedEvent(Int)
        case push(process: Int, intent: Int)
        case answer(process: Int, request: Int, isYes: Bool, again: Again)
        case pay(process: Int, code: Int, again: Again)
        case withdraw(process: Int)
        case merchantCancels(Int)
        case otherPays(Int)
        case sync(process: Int)
        case sendAll(process: Int)
        case offline(device: Int, duration: Int64)
        case crash(process: Int, afterMoments: Int)
        case clockStep(device: Int, by: Int64)
        case logOut(process: Int)
        case logIn(process: Int)
        case sessionsEnd
        case keyLost(device: Int)
        case unreadable(Int)
        case renumberRequests
        /// A request changes so often, in what a wallet does not show.
        case touch(Int, times: Int)
        case backUp(device: Int)
        case restore(device: Int)
        case correctClock(by: Int64)
        case listen(process: Int, duration: Int64)
    }

    /// What a customer does right after an answer.
    enum Again: CaseIterable {
        case no
        case same
        case opposite
    }

    var events: [(at: Int64, what: Event)] = []
    var hasSecondProcess: Bool
    var hasSecondDevice: Bool
    /// How far each device's clock is off at the beginning.
    var skews: [Int64]
    /// How many calls of a hundred meet with a fault.
    var faults: Int
    /// How long a call's way takes at most.
    var slowness: Int
    /// How many calls of a hundred something on the way answers.
    var lies = 0

    /// When the world becomes kind again.
    static let end: Int64 = 480_000

    init(_ random: inout SeededRandom, troubles: Set<Trouble>) {
        hasSecondProcess = random.chance(50)
        hasSecondDevice = random.chance(50)
        skews = [Plan.skew(&random), Plan.skew(&random)]
        faults = random.pick([0, 10, 25, 50])
        slowness = random.pick([50, 500, 8000])
        add(random.int(2...6), &random) { .till(cents: $0.int(100...20_000), lifetime: Int64($0.int(10...240)) * 1000) }
        add(random.int(1...3), &random) { .code(cents: $0.int(100...20_000), lifetime: Int64($0.int(10...240)) * 1000) }
        add(random.int(0...1), &random) { .foreignTill(cents: $0.int(100...9000)) }
        add(random.int(0...2), &random) { .forgedEvent($0.int(0...99)) }
        add(random.int(0...3), &random) { .push(process: $0.int(0...2), intent: $0.int(0...99)) }
        add(random.int(4...10), &random) {
            .answer(
                process: $0.int(0...2), request: $0.int(0...99), isYes: $0.chance(70), again: $0.pick(Again.allCases))
        }
        add(random.int(1...5), &random) {
            .pay(process: $0.int(0...2), code: $0.int(0...99), again: $0.pick(Again.allCases))
        }
        add(random.int(0...1), &random) { .withdraw(process: $0.int(0...2)) }
        add(random.int(0...2), &random) { .merchantCancels($0.int(0...99)) }
        add(random.int(0...1), &random) { .otherPays($0.int(0...99)) }
        add(random.int(4...9), &random) { .sync(process: $0.int(0...2)) }
        add(random.int(1...4), &random) { .sendAll(process: $0.int(0...2)) }
        add(random.int(0...2), &random) {
            .offline(device: $0.int(0...1), duration: Int64($0.int(1...120)) * 1000)
        }
        add(random.int(0...4), &random) { .crash(process: $0.int(0...2), afterMoments: $0.int(0...24)) }
        add(random.int(0...2), &random) { .clockStep(device: $0.int(0...1), by: Plan.skew(&$0)) }
        var other = SeededRandom(random.next())
        add(troubles, &other)
        events.sort { $0.at < $1.at }
    }

    private mutating func add(_ troubles: Set<Trouble>, _ random: inout SeededRandom) {
        // Each is drawn in every world, so that leaving one out changes nothing of the others.
        for trouble in Trouble.allCases {
            var own = SeededRandom(random.next())
            if troubles.contains(trouble) { add(trouble, &own) }
        }
    }

    private mutating func add(_ trouble: Trouble, _ random: inout SeededRandom) {
        switch trouble {
        case .lies: lies = random.pick([0, 10, 25, 50])
        case .sessions:
            add(random.int(0...2), &random) { .logOut(process: $0.int(0...2)) }
            add(random.int(0...3), &random) { .logIn(process: $0.int(0...2)) }
            if random.chance(20) { add(1, &random) { _ in .sessionsEnd } }
        case .lostKeys:
            if random.chance(30) { add(1, &random) { .keyLost(device: $0.int(0...1)) } }
        case .unreadableRows: add(random.int(0...2), &random) { .unreadable($0.int(0...99)) }
        case .renumberedFeeds:
            add(random.int(1...2), &random) { _ in .renumberRequests }
            // So the numbers that a device has seen lie above those that come after; not so many that reading takes for ever.
            add(random.int(1...2), &random) { .touch($0.int(0...99), times: $0.int(4...8)) }
        case .restoredDevices:
            guard random.chance(25) else { return }
            let device = random.int(0...1)
            add(2, &random) { _ in .backUp(device: device) }
            add(1, &random) { _ in .restore(device: device) }
        case .listening:
            guard random.chance(40) else { return }
            add(1, &random) { .listen(process: $0.int(0...2), duration: Int64($0.int(20...90)) * 1000) }
        case .correctedClocks:
            guard random.chance(25) else { return }
            add(random.int(1...2), &random) {
                .correctClock(by: Int64($0.pick([-3_600_000, -100_000, 100_000, 3_600_000])))
            }
        }
    }

    private mutating func add(
        _ count: Int, _ random: inout SeededRandom, _ make: (inout SeededRandom) -> Event
    ) {
        for _ in 0..<count {
            // Some moments are shared: whole seconds, so that times of creation meet.
            let at = Int64(random.int(0...Int(Plan.end)))
            events.append((random.chance(30) ? at / 20_000 * 20_000 : at, make(&random)))
        }
    }

    private static func skew(_ random: inout SeededRandom) -> Int64 {
        Int64(random.pick([0, 0, -3_600_000, -90_000, -20_000, -2000, 2000, 20_000, 90_000, 3_600_000]))
    }
}
