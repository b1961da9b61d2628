// swift-tools-version: 6.2
import PackageDescription

/// Warnings are errors in the project's own scripts alone: a newer compiler may have new ones, which must not keep an app from
/// being built.
let warningsAreErrors = Context.environment["FEX_WARNINGS_AS_ERRORS"] != nil

/// Settings every target of ours is built with.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

// What an app declares to Apple of this library's use of the system. Elsewhere it is no part of a program.
#if os(macOS)
    let (privacy, noPrivacy): ([Resource]?, [String]) = ([.copy("PrivacyInfo.xcprivacy")], [])
#else
    let (privacy, noPrivacy): ([Resource]?, [String]) = (nil, ["PrivacyInfo.xcprivacy"])
#endif

/// For what only the programs, the sandbox, tests and libnats need: without the trait nobody resolves these packages.
let tools = TargetDependencyCondition.when(traits: ["Tools"])

let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser", condition: tools)
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections", condition: tools)
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird", condition: tools)
let jwtKit = Target.Dependency.product(name: "JWTKit", package: "jwt-kit", condition: tools)
let lifecycle = Target.Dependency.product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle", condition: tools)
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let subprocess = Target.Dependency.product(
    name: "Subprocess", package: "swift-subprocess", condition: .when(platforms: [.linux, .macOS], traits: ["Tools"]))
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system", condition: tools)
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio", condition: tools)
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio", condition: tools)
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio", condition: tools)
let nioWebSocket = Target.Dependency.product(name: "NIOWebSocket", package: "swift-nio", condition: tools)

let package = Package(
    name: "fex-wallet",
    platforms: [.macOS(.v15), .iOS(.v18)],
    products: [
        .library(name: "FexValues", targets: ["FexValues"]),
        .library(name: "FexHTTP", targets: ["FexHTTP"]),
        .library(name: "PaymentCodes", targets: ["PaymentCodes"]),
        .library(name: "WalletCore", targets: ["WalletCore"]),
        .library(name: "WalletCurl", targets: ["WalletCurl"]),
        .library(name: "WalletNATS", targets: ["WalletNATS"]),
        .library(name: "WalletMessages", targets: ["WalletMessages"]),
        .library(name: "QRCode", targets: ["QRCode"]),
        .library(name: "WalletNATSOverWebSocket", targets: ["WalletNATSOverWebSocket"]),
        .library(name: "WalletPassphrase", targets: ["WalletPassphrase"]),
        .library(name: "WalletSecretService", targets: ["WalletSecretService"]),
        .library(name: "WalletTesting", targets: ["WalletTesting"]),
        .library(name: "FexSandbox", targets: ["FexSandbox"]),
        .executable(name: "wallet-cli", targets: ["wallet-cli"]),
        .executable(name: "fex-sandbox", targets: ["fex-sandbox"]),
    ],
    traits: [
        .trait(name: "Tools", description: "The terminal client, the sandbox, tests, and events by libnats."),
        .default(enabledTraits: ["Tools"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", .upToNextMinor(from: "1.6.0")),
        .package(url: "https://github.com/apple/swift-crypto", .upToNextMinor(from: "4.5.2")),
        .package(url: "https://github.com/apple/swift-http-types", .upToNextMinor(from: "1.8.0")),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", .upToNextMinor(from: "7.10.0")),
        .package(url: "https://github.com/hummingbird-project/hummingbird", .upToNextMinor(from: "2.28.1")),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
        .package(url: "https://github.com/vapor/jwt-kit", .upToNextMinor(from: "5.7.1")),
    ],
    targets: [
        // The floors under the wallet and the sandbox: each knows only those before it.
        .target(name: "FexValues", swiftSettings: strict),
        .target(name: "FexHTTP", dependencies: ["FexValues", httpTypes], swiftSettings: strict),
        .target(name: "DurableFiles", swiftSettings: strict),
        .target(name: "Mailboxes", swiftSettings: strict),
        .target(name: "PaymentCodes", dependencies: ["FexValues", crypto], swiftSettings: strict),
        .target(
            name: "SQLiteSalvage",
            dependencies: ["CSQLite", "DurableFiles", grdb, sqlite], swiftSettings: strict),
        .systemLibrary(name: "CSQLite"),

        // The core, and what a phone links.
        .target(
            name: "WalletCore",
            dependencies: [
                "DurableFiles", "FexHTTP", "FexValues", "Mailboxes", "PaymentCodes", "SQLiteSalvage", crypto, grdb,
                httpTypes, logging, sqlite,
            ],
            exclude: noPrivacy, resources: privacy, swiftSettings: strict),

        // Adapters: each is the only one that knows its C library.
        .target(
            name: "WalletCurl",
            dependencies: ["CCurl", "FexHTTP", httpTypes], swiftSettings: strict),
        .target(
            name: "WalletNATS", dependencies: ["FexValues", "Mailboxes", "NATSClient", "WalletCore"],
            swiftSettings: strict),
        .target(name: "NATSClient", dependencies: ["CNATS", "FexValues", "Mailboxes"], swiftSettings: strict),
        // Knows no C library: where there is no libnats, a phone links it.
        .target(
            name: "WalletNATSOverWebSocket", dependencies: ["FexValues", "Mailboxes", "WalletCore"],
            swiftSettings: strict),
        .target(name: "QRCode", dependencies: ["CQREncode"], swiftSettings: strict),
        // Secrets under a passphrase. A phone has a keystore of its own, and doesn't link it.
        .target(
            name: "WalletPassphrase",
            dependencies: [
                "DurableFiles", "FexValues", "WalletCore", crypto, cryptoExtras,
                .target(name: "CKeyUtils", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WalletPassphraseTests",
            dependencies: ["FexValues", "WalletCore", "WalletPassphrase", "WalletTesting"], swiftSettings: strict),
        // Secrets in a desktop's keyring. libsecret is loaded where it is asked for, and not linked.
        .target(
            name: "WalletSecretService",
            dependencies: [
                "FexValues", "WalletCore", .target(name: "CSecretService", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: strict),
        .target(name: "CSecretService", linkerSettings: [.linkedLibrary("dl", .when(platforms: [.linux]))]),
        .testTarget(
            name: "WalletSecretServiceTests", dependencies: ["WalletSecretService", subprocess], swiftSettings: strict),
        .systemLibrary(name: "CKeyUtils", providers: [.apt(["libkeyutils-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"]), .brew(["curl"])]),
        .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"]), .brew(["cnats"])]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),

        // The documents that scripts and other languages read.
        .target(
            name: "WalletDocuments", dependencies: ["FexValues", "PaymentCodes", "WalletCore"], swiftSettings: strict),
        // Requests, events and questions over any door; knows no C library and no standard input.
        .target(
            name: "WalletMessages",
            dependencies: [
                "FexHTTP", "FexValues", "PaymentCodes", "WalletCore", "WalletDocuments", httpTypes, logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WalletMessagesTests",
            dependencies: [
                "FexHTTP", "FexValues", "WalletCore", "WalletMessages", "WalletTesting", httpTypes,
            ],
            swiftSettings: strict),

        // What both programs do alike at a terminal.
        .target(
            name: "TerminalProgram",
            dependencies: ["CProcess", "FexValues", "PaymentCodes", argumentParser], swiftSettings: strict),
        .target(name: "CProcess"),
        .testTarget(
            name: "TerminalProgramTests",
            dependencies: ["FexValues", "TerminalProgram", argumentParser], swiftSettings: strict),

        // The terminal client.
        .target(
            name: "WalletCommands",
            dependencies: [
                "DurableFiles", "FexHTTP", "FexValues", "NATSClient", "PaymentCodes", "QRCode", "TerminalProgram",
                "WalletCore", "WalletCurl", "WalletDocuments", "WalletMessages", "WalletNATS", "WalletPassphrase",
                "WalletSecretService", argumentParser, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "wallet-cli", dependencies: ["TerminalProgram", "WalletCommands"], swiftSettings: strict),

        // The platform as published, for tests and demonstrations.
        .target(
            name: "FexSandbox",
            dependencies: [
                "FexHTTP", "FexValues", "NATSClient", "QRCode", "WalletCurl", crypto, cryptoExtras, grdb, httpTypes,
                hummingbird, jwtKit, lifecycle, logging, sqlite, subprocess,
            ],
            resources: [.embedInCode("Pages")], swiftSettings: strict),
        .executableTarget(
            name: "fex-sandbox",
            dependencies: [
                "DurableFiles", "FexSandbox", "FexValues", "NATSClient", "PaymentCodes", "QRCode", "TerminalProgram",
                "WalletCurl", argumentParser, logging,
            ],
            swiftSettings: strict),

        // For tests, those of apps too: in-memory twins and the suites that every implementation of a boundary passes.
        .target(
            name: "WalletTesting",
            dependencies: ["FexHTTP", "FexValues", "PaymentCodes", "WalletCore", crypto, httpTypes],
            swiftSettings: strict),
        .testTarget(
            name: "WalletTestingTests", dependencies: ["FexValues", "PaymentCodes", "WalletCore", "WalletTesting"],
            swiftSettings: strict),
        // What transports are tested against: servers that do as they are told, and the suite that each transport passes.
        .target(
            name: "HTTPTesting", dependencies: ["FexHTTP", "WalletCore", "WalletTesting", httpTypes, subprocess],
            swiftSettings: strict),
        .testTarget(name: "FexValuesTests", dependencies: ["FexValues"], swiftSettings: strict),
        .testTarget(
            name: "FexHTTPTests", dependencies: ["FexHTTP", "FexValues", "HTTPTesting", "WalletTesting", httpTypes],
            swiftSettings: strict),
        .testTarget(
            name: "PaymentCodesTests", dependencies: ["FexValues", "PaymentCodes"], swiftSettings: strict),
        .testTarget(
            name: "WalletCoreTests",
            dependencies: [
                "DurableFiles", "FexHTTP", "FexValues", "HTTPTesting", "Mailboxes", "PaymentCodes", "SQLiteSalvage",
                "WalletCore",
                "WalletTesting", crypto, grdb, httpTypes, sqlite,
            ],
            exclude: ["Storage/Fixtures"], swiftSettings: strict),
        .target(
            name: "CFaultyDisk", path: "Tests/CFaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        .testTarget(
            name: "StorageFaultTests",
            dependencies: [
                "CFaultyDisk", "FexHTTP", "FexValues", "WalletCore", "WalletTesting", grdb,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WalletCurlTests",
            dependencies: [
                "FexHTTP", "FexValues", "HTTPTesting", "WalletCore", "WalletCurl", "WalletTesting",
            ],
            swiftSettings: strict),
        // The real nats-server, for the tests of both transports.
        .target(
            name: "EventServerProcess", dependencies: ["WalletTesting", subprocess, system],
            path: "Tests/EventServerProcess", swiftSettings: strict),
        // WebSockets as Linux has them, for what takes the place of `URLSession` in tests and measurements.
        .target(
            name: "WebSocketsOverNIO",
            dependencies: ["Mailboxes", "WalletNATSOverWebSocket", nioCore, nioHTTP1, nioPosix, nioWebSocket],
            path: "Tests/WebSocketsOverNIO", swiftSettings: strict),
        .testTarget(
            name: "WalletNATSTests",
            dependencies: [
                "CNATS", "EventServerProcess", "FexValues", "HTTPTesting", "NATSClient", "WalletCore", "WalletNATS",
                "WalletTesting",
            ],
            swiftSettings: strict),
        .testTarget(
            name: "WalletNATSOverWebSocketTests",
            dependencies: [
                "EventServerProcess", "FexSandbox", "FexValues", "WalletCore", "WalletNATSOverWebSocket",
                "WalletTesting", "WebSocketsOverNIO",
            ],
            swiftSettings: strict),
        .testTarget(name: "QRCodeTests", dependencies: ["QRCode", subprocess], swiftSettings: strict),
        .testTarget(
            name: "WalletCommandsTests",
            dependencies: [
                "DurableFiles", "FexHTTP", "FexValues", "TerminalProgram", "WalletCommands", "WalletCore", "WalletCurl",
                "WalletDocuments", argumentParser,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "FexSandboxTests",
            dependencies: [
                "FexHTTP", "FexSandbox", "FexValues", "NATSClient", crypto, grdb, httpTypes, lifecycle, logging,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "wallet-driver",
            dependencies: [
                "FexHTTP", "FexValues", "PaymentCodes", "WalletCore", "WalletCurl", "WalletNATSOverWebSocket",
                "WalletSecretService", "WalletTesting", "WebSocketsOverNIO",
            ],
            path: "Tests/WalletDriver",
            swiftSettings: strict),
        // A world of one thread under a virtual clock, with a seed for everything.
        .target(
            name: "Simulation",
            dependencies: [
                "FexHTTP", "FexValues", "WalletCore", "WalletTesting", grdb, heap, httpTypes,
            ],
            path: "Tests/Simulation",
            swiftSettings: strict),
        .systemLibrary(name: "CSQLiteSetup", path: "Tests/CSQLiteSetup"),
        .executableTarget(
            name: "wallet-simulation", dependencies: ["CSQLiteSetup", "Simulation", argumentParser],
            path: "Tests/wallet-simulation", swiftSettings: strict),
        // Databases that were changed at random.
        .executableTarget(
            name: "wallet-mutations",
            dependencies: [
                "FexHTTP", "FexValues", "WalletCore", "WalletTesting", argumentParser, grdb,
            ],
            path: "Tests/wallet-mutations", swiftSettings: strict),
        // What reads bytes from outside, for libFuzzer (Scripts/fuzz) and for seeded changes.
        .systemLibrary(name: "CLibFuzzer", path: "Fuzz/CLibFuzzer"),
        .executableTarget(
            name: "wallet-fuzz",
            dependencies: [
                "CLibFuzzer", "FexHTTP", "FexValues", "PaymentCodes", "SQLiteSalvage", "TerminalProgram",
                "WalletCommands",
                "WalletCore", "WalletMessages", "WalletNATSOverWebSocket", "WalletTesting", grdb, httpTypes, logging,
            ],
            path: "Fuzz/wallet-fuzz", swiftSettings: strict),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "FexHTTP", "FexValues", "Simulation", "WalletCore", "WalletTesting", crypto, httpTypes,
            ],
            swiftSettings: strict),
        // The wallet beside the bare tools it is built on.
        .target(name: "CBareSQLite", path: "Benchmarks/CBareSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "CBareClient", path: "Benchmarks/CBareClient",
            linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("nats"), .linkedLibrary("sqlite3")]),
        .executableTarget(
            name: "wallet-benchmarks",
            dependencies: [
                "FexHTTP", "FexValues", "CBareClient", "CBareSQLite", "WalletCore", "WalletCurl", "WalletNATS",
                "WalletNATSOverWebSocket", "WebSocketsOverNIO", argumentParser, httpTypes,
            ],
            path: "Benchmarks/wallet-benchmarks", swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "FexHTTP", "FexValues", "HTTPTesting", "WalletCore", "WalletCurl", "WalletTesting", "fex-sandbox",
                "wallet-cli", "wallet-driver", "wallet-mutations", subprocess, system,
            ],
            swiftSettings: strict),
    ]
)
