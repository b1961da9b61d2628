// swift-tools-version: 6.2
import PackageDescription

/// As in the package of the wallet.
let warningsAreErrors = Context.environment["FEX_WARNINGS_AS_ERRORS"] != nil

/// Settings every target of ours is built with: those of the package of the wallet.
let strict: [SwiftSetting] =
    [
        .swiftLanguageMode(.v6),
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

// Only a root package may have unsafe flags: this is one of its own, so that the wallet's can be a dependency.
let package = Package(
    name: "fex-wallet-bindings",
    platforms: [.macOS(.v15)],
    products: [.library(name: "fexwallet", type: .dynamic, targets: ["FexWalletLibrary"])],
    dependencies: [.package(name: "fex-wallet", path: "..", traits: [])],
    targets: [
        .target(name: "CFexWallet", path: "c/Sources/CFexWallet"),
        .target(
            name: "FexWalletLibrary",
            dependencies: [
                "CFexWallet",
                .product(name: "QRCode", package: "fex-wallet"),
                .product(name: "WalletCurl", package: "fex-wallet"),
                .product(name: "WalletMessages", package: "fex-wallet"),
                .product(name: "WalletNATS", package: "fex-wallet"),
            ],
            path: "c/Sources/FexWalletLibrary", swiftSettings: strict,
            linkerSettings: [
                // The C functions alone are exported, so that nothing inside meets what else a host has linked. The library
                // stays once it is loaded: Swift's runtime, and its threads, can't be unloaded.
                .unsafeFlags(
                    [
                        "-use-ld=lld", "-Xlinker", "--version-script=\(Context.packageDirectory)/c/exports.map",
                        "-Xlinker", "-soname=libfexwallet.so", "-Xlinker", "-z", "-Xlinker", "nodelete",
                    ], .when(platforms: [.linux])),
                .unsafeFlags(
                    ["-static-stdlib", "-Xlinker", "--gc-sections"],
                    .when(platforms: [.linux], configuration: .release)),
            ]),
    ]
)
