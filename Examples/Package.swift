// swift-tools-version: 6.2
import PackageDescription

/// What an app of any kind links.
let library: [Target.Dependency] = [
    .product(name: "FexValues", package: "fex-wallet"),
    .product(name: "PaymentCodes", package: "fex-wallet"),
    .product(name: "WalletCore", package: "fex-wallet"),
]

// What the guides quote, and what an app would be: a package of its own that knows the library by its products alone.
let package = Package(
    name: "fex-wallet-examples",
    platforms: [.macOS(.v15), .iOS(.v18)],
    dependencies: [.package(name: "fex-wallet", path: "..", traits: [])],
    targets: [
        .target(name: "Guides", dependencies: library),
        .target(name: "ShellModel", dependencies: library),
        .testTarget(
            name: "ShellModelTests",
            dependencies: ["ShellModel", .product(name: "WalletTesting", package: "fex-wallet")]),
        .executableTarget(
            name: "first-payment", dependencies: library + [.product(name: "WalletCurl", package: "fex-wallet")]),
        .executableTarget(
            name: "shopper", dependencies: library + [.product(name: "WalletCurl", package: "fex-wallet")]),
    ])
