// swift-tools-version: 6.2
import PackageDescription

// What the guides quote, and what an app would be: a package of its own that knows the library by its products alone.
let package = Package(
    name: "fex-wallet-examples",
    platforms: [.macOS(.v15), .iOS(.v18)],
    dependencies: [.package(name: "fex-wallet", path: "..", traits: [])],
    targets: [
        .target(
            name: "Guides",
            dependencies: [
                .product(name: "FexValues", package: "fex-wallet"),
                .product(name: "PaymentCodes", package: "fex-wallet"),
                .product(name: "WalletCore", package: "fex-wallet"),
            ]),
        .target(
            name: "ShellModel",
            dependencies: [
                .product(name: "FexValues", package: "fex-wallet"),
                .product(name: "PaymentCodes", package: "fex-wallet"),
                .product(name: "WalletCore", package: "fex-wallet"),
            ]),
        .testTarget(
            name: "ShellModelTests",
            dependencies: ["ShellModel", .product(name: "WalletTesting", package: "fex-wallet")]),
        .executableTarget(
            name: "first-payment",
            dependencies: [
                .product(name: "FexValues", package: "fex-wallet"),
                .product(name: "PaymentCodes", package: "fex-wallet"),
                .product(name: "WalletCore", package: "fex-wallet"),
                .product(name: "WalletCurl", package: "fex-wallet"),
            ]),
        .executableTarget(
            name: "shopper",
            dependencies: [
                .product(name: "FexValues", package: "fex-wallet"),
                .product(name: "PaymentCodes", package: "fex-wallet"),
                .product(name: "WalletCore", package: "fex-wallet"),
                .product(name: "WalletCurl", package: "fex-wallet"),
            ]),
    ])
