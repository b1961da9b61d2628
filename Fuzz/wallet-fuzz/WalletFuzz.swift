import Foundation

#if LIBFUZZER
    import CLibFuzzer
#endif

/// Gives what reads bytes from outside bytes that nobody would send in good faith: see `Scripts/fuzz`.
///
/// - `wallet-fuzz TARGET --write-corpus DIRECTORY`: writes the inputs to begin with, a file each.
/// - `wallet-fuzz TARGET --maximum-length`: says how long an input is worth trying, in bytes.
/// - `wallet-fuzz TARGET --runs N [--seed S] [--trace FILE]`: tries so many seeded changes of those, without libFuzzer.
/// - `wallet-fuzz TARGET …`: whatever libFuzzer takes, in a build with it.
@main struct WalletFuzz {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard let target = FuzzTarget.all.first(where: { $0.name == arguments.first }) else { fail("no such target") }
        switch arguments.dropFirst().first {
        case "--maximum-length": print(target.maximumLength)
        case "--write-corpus": try writeCorpus(of: target, to: arguments.dropFirst(2).first ?? "")
        case "--runs":
            try run(
                target, number(arguments, "--runs") ?? 0, seed: number(arguments, "--seed") ?? 1,
                trace: value(arguments, "--trace"))
        default: drive(target)
        }
    }

    private static func value(_ arguments: [String], _ name: String) -> String? {
        guard let index = arguments.firstIndex(of: name), index + 1 < arguments.count else { return nil }
        return arguments[index + 1]
    }

    private static func number(_ arguments: [String], _ name: String) -> Int? {
        value(arguments, name).flatMap { Int($0) }
    }

    private static func writeCorpus(of target: FuzzTarget, to path: String) throws {
        let folder = URL(filePath: path, directoryHint: .isDirectory)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (index, seed) in try target.seeds().enumerated() {
            try Data(seed).write(to: folder.appending(path: "seed-\(index)"))
        }
    }

    /// Tries seeded changes. The process ends with the first that does harm.
    ///
    /// - Parameter trace: A file that holds the input that is being tried: a process that traps says nothing more.
    private static func run(_ target: FuzzTarget, _ runs: Int, seed: Int, trace: String?) throws {
        let seeds = try target.seeds()
        var mutations = SeededMutations(seeds, maximumLength: target.maximumLength, seed: UInt64(seed))
        func attempt(_ input: [UInt8]) throws {
            if let trace { try Data(input).write(to: URL(filePath: trace)) }
            target.run(input)
        }
        try seeds.forEach(attempt)
        for _ in 0..<runs { try attempt(mutations.next()) }
        print("\(target.name): \(seeds.count) seeds and \(runs) changes of them, seed \(seed): none did harm")
    }

    private static func fail(_ problem: String) -> Never {
        let names = FuzzTarget.all.map(\.name).joined(separator: ", ")
        FileHandle.standardError.write(Data("wallet-fuzz: \(problem): \(names)\n".utf8))
        exit(2)
    }
}

#if LIBFUZZER
    /// What libFuzzer's callback, which holds no context, gives its input to.
    nonisolated(unsafe) private var driven = FuzzTarget.codes

    /// What libFuzzer calls, and what its archive wants to be there when it is linked.
    @c(LLVMFuzzerTestOneInput) func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
        unsafe driven.run(Array(UnsafeBufferPointer(start: bytes, count: size)))
        return 0
    }

    extension WalletFuzz {
        private static func drive(_ target: FuzzTarget) {
            unsafe driven = target
            var count = CommandLine.argc - 1
            // libFuzzer wants its own name first, and not the target's.
            var arguments = unsafe Optional(CommandLine.unsafeArgv + 1)
            exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, testOneInput))
        }
    }
#else
    extension WalletFuzz {
        private static func drive(_ target: FuzzTarget) { fail("this build has no libFuzzer; --runs N, or one of") }
    }
#endif
