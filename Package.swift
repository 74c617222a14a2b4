// swift-tools-version: 6.2
import PackageDescription

/// Every Swift target of ours: Swift 6 mode, warnings are errors, imports say what they expose.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(name: "HummingbirdTesting", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// What every dialect is written with.
let dialect: [Target.Dependency] = ["DepotDialect", "DepotModel", "DepotStore", "TextFormats", httpTypes]

let package = Package(
    name: "depotd",
    products: [
        .executable(name: "depotd", targets: ["depotd"]),
        .executable(name: "depotctl", targets: ["depotctl"]),
        .executable(name: "virtual-usb", targets: ["virtual-usb"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        // C libraries and shims.
        .systemLibrary(name: "CLibUSB", pkgConfig: "libusb-1.0", providers: [.apt(["libusb-1.0-0-dev"])]),
        .systemLibrary(name: "CXKBCommon", pkgConfig: "xkbcommon", providers: [.apt(["libxkbcommon-dev"])]),
        .systemLibrary(
            name: "CUMockdev", pkgConfig: "umockdev-1.0", providers: [.apt(["libumockdev-dev", "umockdev"])]),
        .systemLibrary(name: "CZint", providers: [.apt(["libzint-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinuxShim"),
        .target(name: "CSQLiteShim", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CVirtualUSB", dependencies: ["CUMockdev"]),

        // The pure core: values in, values out; nothing but each other.
        .target(name: "TextFormats", swiftSettings: strict),
        .target(name: "HIDDecoding", dependencies: ["TextFormats"], swiftSettings: strict),
        .target(name: "BarcodeData", dependencies: ["TextFormats"], swiftSettings: strict),
        .target(name: "DepotModel", dependencies: ["TextFormats"], swiftSettings: strict),
        .target(name: "Sheets", dependencies: ["DepotModel", "TextFormats"], swiftSettings: strict),
        .target(
            name: "DepotWorkflow", dependencies: ["DepotModel", "BarcodeData"], swiftSettings: strict),

        // The parts that touch the world.
        .target(
            name: "DepotStore",
            dependencies: ["DepotModel", "Sheets", "TextFormats", "CSQLiteShim", "CZlib", grdb, crypto],
            swiftSettings: strict),
        .target(
            name: "ScannerUSB", dependencies: ["HIDDecoding", "TextFormats", "CLibUSB", "CXKBCommon", "CLinuxShim"],
            swiftSettings: strict),
        .target(
            name: "DepotEngine",
            dependencies: [
                "HIDDecoding", "BarcodeData", "DepotModel", "DepotWorkflow", "DepotStore", logging, yams, deque,
            ],
            swiftSettings: strict),
        .target(
            name: "DepotAPI", dependencies: ["DepotModel", "Sheets", "TextFormats", httpClient, nioCore, nioHTTP1],
            swiftSettings: strict),
        .target(name: "LabelPrinting", dependencies: ["TextFormats", "CZint"], swiftSettings: strict),
        // The dialects: a target each, so that none can know another.
        .target(
            name: "DepotDialect", dependencies: ["DepotModel", "DepotStore", "Sheets", "TextFormats", httpTypes],
            swiftSettings: strict),
        .target(name: "SnipeIT", dependencies: dialect, swiftSettings: strict),
        .target(name: "ATech", dependencies: dialect + ["LabelPrinting", "Sheets"], swiftSettings: strict),
        .target(name: "IncidentIQ", dependencies: dialect, swiftSettings: strict),
        .target(name: "IssueAsset", dependencies: dialect, swiftSettings: strict),

        .target(name: "CEmbedded", exclude: ["openapi.yaml", "screen"]),
        .target(
            name: "DepotHTTP",
            dependencies: [
                "DepotAPI", "DepotDialect", "DepotEngine", "DepotModel", "DepotStore", "BarcodeData", "Sheets",
                "TextFormats", "LabelPrinting", "CLinuxShim", "CEmbedded", crypto, hummingbird, hummingbirdTLS,
                httpTypes, nioCore,
                nioPosix, nioHTTP1,
                nioSSL, logging, lifecycle,
            ],
            swiftSettings: strict),
        .target(name: "VirtualUSB", dependencies: ["CVirtualUSB"], swiftSettings: strict),

        // The programs.
        .executableTarget(
            name: "depotd",
            dependencies: [
                "DepotAPI", "DepotDialect", "DepotEngine", "DepotHTTP", "DepotModel", "DepotStore", "HIDDecoding",
                "ScannerUSB", "SnipeIT", "ATech", "IncidentIQ", "IssueAsset", "CLinuxShim", argumentParser, logging,
                lifecycle, unixSignals,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "depotctl",
            dependencies: ["DepotAPI", "DepotModel", "Sheets", "CLinuxShim", argumentParser],
            swiftSettings: strict),
        .executableTarget(name: "virtual-usb", dependencies: ["VirtualUSB"], swiftSettings: strict),
        .executableTarget(
            name: "depot-demo", dependencies: ["DepotTestKit", "DepotAPI", "DepotModel", argumentParser],
            swiftSettings: strict),

        .executableTarget(
            name: "depot-bench",
            dependencies: [
                "DepotAPI", "DepotEngine", "DepotHTTP", "DepotModel", "DepotStore", "HIDDecoding", argumentParser,
                lifecycle, logging,
            ],
            path: "Benchmarks/depot-bench", swiftSettings: strict),

        // Tests.
        .target(
            name: "DepotTestKit", dependencies: ["DepotAPI", "DepotModel", "CLinuxShim"],
            swiftSettings: strict),
        .testTarget(name: "TextFormatsTests", dependencies: ["TextFormats"], swiftSettings: strict),
        .testTarget(
            name: "SheetsTests", dependencies: ["Sheets", "DepotModel", "DepotTestKit"], swiftSettings: strict),
        .testTarget(
            name: "HIDDecodingTests", dependencies: ["HIDDecoding", "DepotTestKit"], swiftSettings: strict),
        .testTarget(
            name: "ScannerModelTests", dependencies: ["HIDDecoding", "BarcodeData", "DepotModel", "DepotWorkflow"],
            swiftSettings: strict),
        .testTarget(name: "BarcodeDataTests", dependencies: ["BarcodeData"], swiftSettings: strict),
        .testTarget(name: "DepotModelTests", dependencies: ["DepotModel"], swiftSettings: strict),
        .testTarget(
            name: "DepotWorkflowTests", dependencies: ["DepotWorkflow", "DepotModel", "BarcodeData"],
            swiftSettings: strict),
        .testTarget(
            name: "LabelPrintingTests", dependencies: ["LabelPrinting", "DepotTestKit"], swiftSettings: strict),
        .testTarget(
            name: "DepotStoreTests", dependencies: ["DepotStore", "DepotModel", "Sheets", grdb], swiftSettings: strict),
        .testTarget(
            name: "ScannerUSBTests", dependencies: ["ScannerUSB", "HIDDecoding", "DepotTestKit"], swiftSettings: strict),
        .testTarget(
            name: "DepotEngineTests",
            dependencies: [
                "DepotEngine", "DepotStore", "DepotModel", "HIDDecoding", grdb, logging,
            ],
            swiftSettings: strict),
        .testTarget(name: "DepotAPITests", dependencies: ["DepotAPI", "DepotModel"], swiftSettings: strict),
        .testTarget(
            name: "DepotDialectTests", dependencies: ["DepotDialect", "DepotModel", "TextFormats"],
            swiftSettings: strict),
        .target(
            name: "DialectTestKit", dependencies: dialect, path: "Tests/DialectTestKit", swiftSettings: strict),
        .testTarget(
            name: "SnipeITTests", dependencies: dialect + ["SnipeIT", "DialectTestKit"], swiftSettings: strict),
        .testTarget(
            name: "ATechTests", dependencies: dialect + ["ATech", "LabelPrinting", "DialectTestKit"],
            swiftSettings: strict),
        .testTarget(
            name: "IncidentIQTests", dependencies: dialect + ["IncidentIQ", "DialectTestKit"], swiftSettings: strict),
        .testTarget(
            name: "IssueAssetTests", dependencies: dialect + ["IssueAsset", "DialectTestKit"], swiftSettings: strict),
        .testTarget(
            name: "DepotHTTPTests",
            dependencies: [
                "DepotHTTP", "DepotAPI", "DepotDialect", "DepotEngine", "DepotStore", "DepotModel", "Sheets",
                "TextFormats", "SnipeIT",
                "ATech", "IncidentIQ", "IssueAsset", hummingbird, hummingbirdTesting, httpTypes, nioCore, nioEmbedded,
                lifecycle,
                logging,
            ],
            swiftSettings: strict),
        .testTarget(
            name: "CorpusTests", dependencies: ["HIDDecoding", "ScannerUSB", "DepotAPI", "DepotTestKit"],
            swiftSettings: strict),
        .testTarget(
            name: "DaemonTests",
            dependencies: ["DepotAPI", "DepotModel", "DepotTestKit", "depotd", "depotctl", "virtual-usb"],
            swiftSettings: strict),
        .testTarget(
            name: "DialectTests",
            dependencies: ["DepotAPI", "DepotModel", "DepotTestKit", "depotd", "depotctl", "virtual-usb"],
            exclude: ["Seeds"], swiftSettings: strict),
        .testTarget(
            name: "ClientTests",
            dependencies: ["DepotModel", "DepotTestKit", "depotd", "depotctl", "virtual-usb"],
            swiftSettings: strict),
        .testTarget(
            name: "BrowserTests",
            dependencies: ["DepotModel", "DepotTestKit", "depotd", "depotctl", "virtual-usb"],
            swiftSettings: strict),
        .testTarget(name: "VirtualUSBTests", dependencies: ["VirtualUSB"], swiftSettings: strict),
        .testTarget(name: "RepositoryTests", dependencies: ["DepotTestKit"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

/// The readers of bytes from outside: a test of their seeds, or the program of `make fuzz`.
let fuzzed: [Target.Dependency] = [
    "TextFormats", "Sheets", "HIDDecoding", "BarcodeData", "DepotModel", "DepotAPI", "DepotEngine", "DepotDialect",
    "DepotStore", "SnipeIT", "ATech", "IncidentIQ", "IssueAsset", "DepotTestKit",
]
package.targets.append(
    Context.environment["DEPOT_FUZZ"] == nil
        ? .testTarget(name: "FuzzTests", dependencies: fuzzed, exclude: ["Fuzzer.swift"], swiftSettings: strict)
        : .executableTarget(
            name: "depot-fuzz", dependencies: fuzzed, path: "Tests/FuzzTests", exclude: ["FuzzTests.swift"],
            swiftSettings: strict))
