// swift-tools-version:6.2
import PackageDescription

/// Strict everywhere: Swift 6 language mode is set for the package, these are the upcoming features on top.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// A module of ours. `on` names modules of lower floors (see Tests/TidyTests/FloorTests.swift, which keeps
/// the arrows).
func floor(_ name: String, on lower: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: lower, swiftSettings: strict)
}

func tool(_ name: String, on lower: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: lower, swiftSettings: strict)
}

func tests(_ name: String, on lower: [Target.Dependency], resources: [Resource]? = nil) -> Target {
    .testTarget(name: name, dependencies: lower, resources: resources, swiftSettings: strict)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")

let package = Package(
    name: "tally",
    products: [
        .executable(name: "tallyd", targets: ["tallyd"]),
        .executable(name: "tally", targets: ["tally"]),
        .executable(name: "tally-sim", targets: ["tally-sim"]),
        .executable(name: "tally-bench", targets: ["tally-bench"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1",
            traits: ["FullFoundation"]),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    ],
    targets: [
        // Floor 0: the nouns.
        .systemLibrary(name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        floor("AssetModel", on: ["CLibcrypto"]),
        floor("OperatorAPI"),
        // Floor 1: the rules. A stage never imports a stage.
        floor("DeviceDecoding", on: ["AssetModel"]),
        floor("RegisterBooks", on: ["AssetModel", "OperatorAPI"]),
        .systemLibrary(name: "CLineMemory"),
        floor("ReadRing", on: ["AssetModel", "CLineMemory"]),
        floor("PresenceInference", on: ["AssetModel", "CLineMemory"]),
        floor("VehicleTracking", on: ["AssetModel"]),
        floor("Reconciliation", on: ["AssetModel"]),
        // Floor 2: the path.
        floor(
            "IntakePipeline",
            on: [
                "AssetModel", "DeviceDecoding", "ReadRing", "PresenceInference", "VehicleTracking",
                "Reconciliation",
            ]),
        // Floor 3: the edges that touch the world.
        .systemLibrary(
            name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
        floor("MQTTLink", on: ["AssetModel", "CMosquitto", logging]),
        floor("InventoryStorage", on: ["AssetModel", grdb, grdbSQLite, logging]),
        .systemLibrary(name: "CGlibcExtras"),
        floor("BookEncodings", on: ["RegisterBooks"]),
        // Floor 4: what reads only what is committed.
        floor("Uplink", on: ["AssetModel", "InventoryStorage", logging]),
        floor("RegisterInbox", on: ["AssetModel", "OperatorAPI", "RegisterBooks"]),
        // Floor 5: assembly and the commands.
        floor("GatewayConfiguration", on: ["AssetModel", toml]),
        floor(
            "DaemonAssembly",
            on: [
                "AssetModel", "OperatorAPI", "GatewayConfiguration", "DeviceDecoding", "RegisterBooks",
                "BookEncodings", "RegisterInbox", "IntakePipeline", "MQTTLink",
                "InventoryStorage", "Uplink", "CGlibcExtras", logging, lifecycle, unixSignals, hummingbird,
                httpTypes, nioCore,
            ]),
        tool("tallyd", on: ["DaemonAssembly", "GatewayConfiguration", "AssetModel", arguments, logging]),
        tool(
            "tally",
            on: [
                "OperatorAPI", "AssetModel", "RegisterBooks", "BookEncodings", "DeviceDecoding",
                "GatewayConfiguration", nioCore, nioPosix, nioHTTP1, arguments,
            ]),
        // T: measuring and simulating.
        floor("WarehouseSimulator", on: ["AssetModel"]),
        tool("tally-sim", on: ["WarehouseSimulator", "AssetModel", "CMosquitto", arguments]),
        // Baselines of the benchmarks only: no product links these libraries.
        .target(
            name: "CMapBaselines", path: "Sources/CMapBaselines",
            cxxSettings: [.define("NDEBUG", .when(configuration: .release))],
            linkerSettings: [
                .linkedLibrary("absl_raw_hash_set"), .linkedLibrary("absl_hashtablez_sampler"),
                .linkedLibrary("absl_throw_delegate"),
            ]),
        .target(
            name: "CJSONBaselines",
            cxxSettings: [.define("SIMDJSON_EXCEPTIONS", to: "0"), .unsafeFlags(["-O3", "-std=c++17"])],
            linkerSettings: [.linkedLibrary("simdjson")]),
        tool(
            "tally-bench",
            on: [
                "MQTTLink", "CMosquitto", "AssetModel", "DeviceDecoding", "ReadRing", "CLineMemory",
                "CMapBaselines", "CJSONBaselines", "IntakePipeline", "PresenceInference",
                "WarehouseSimulator", "CGlibcExtras",
                arguments, logging,
            ]),
        // Tests.
        tests("TidyTests", on: ["AssetModel", "DeviceDecoding", "GatewayConfiguration"]),
        tests("AssetModelTests", on: ["AssetModel"]),
        tests("SimulatorTests", on: ["AssetModel", "WarehouseSimulator"]),
        tests(
            "DeviceDecodingTests", on: ["AssetModel", "DeviceDecoding", "GatewayConfiguration"],
            resources: [.copy("Fixtures")]),
        tests("RegisterBooksTests", on: ["AssetModel", "OperatorAPI", "RegisterBooks", "BookEncodings"]),
        tests("RegisterInboxTests", on: ["AssetModel", "OperatorAPI", "RegisterBooks", "RegisterInbox"]),
        tests(
            "StageTests",
            on: ["AssetModel", "ReadRing", "PresenceInference", "VehicleTracking", "Reconciliation"]),
        tests("PipelineTests", on: ["AssetModel", "IntakePipeline"]),
        tests(
            "DeskTests",
            on: [
                "AssetModel", "OperatorAPI", "DaemonAssembly", "GatewayConfiguration", "InventoryStorage",
                "tally", logging,
            ], resources: [.copy("Fixtures")]),
        tests("StorageTests", on: ["AssetModel", "InventoryStorage", "Uplink", grdb, logging]),
        tests("LinkTests", on: ["AssetModel", "MQTTLink", "TestSupport", logging]),
        tests(
            "ConfigurationTests",
            on: [
                "AssetModel", "GatewayConfiguration", "DaemonAssembly", "OperatorAPI",
                logging,
            ]),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "FuzzTargets",
            dependencies: ["AssetModel", "DeviceDecoding", "OperatorAPI", "RegisterBooks", "BookEncodings"],
            path: "Fuzz/Targets", swiftSettings: strict),
        tests("FuzzRegressionTests", on: ["AssetModel", "DeviceDecoding", "FuzzTargets"]),
        tests(
            "DaemonTests",
            on: [
                "AssetModel", "InventoryStorage", "MQTTLink", "TestSupport", "tallyd", "tally", logging,
            ]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
