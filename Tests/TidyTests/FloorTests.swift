import Testing

/// Which modules a target may import: the floors of the design. Arrows point down only; a stage never imports
/// a stage; nothing below floor 3 knows Foundation, a clock, a logger or a thread.
enum Floors {
    /// What comes with the toolchain and the system, from floor 3 up.
    private static let platform: Set<String> = [
        "Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch", "CDispatch",
    ]
    private static let nio: Set<String> = ["NIOCore", "NIOPosix", "NIOHTTP1", "HTTPTypes"]

    static let allowedImports: [String: Set<String>] = [
        // Floor 0: the nouns.
        "CLibcrypto": [],
        // Of the C library only sine and its like, for datums.
        "AssetModel": ["CLibcrypto", "Glibc"],
        "OperatorAPI": ["Foundation", "FoundationEssentials"],
        // Floor 1: the rules.
        "DeviceDecoding": ["AssetModel"],
        "RegisterBooks": ["AssetModel", "OperatorAPI"],
        "CLineMemory": [],
        "ReadRing": ["AssetModel", "CLineMemory"],
        "PresenceInference": ["AssetModel", "CLineMemory"],
        "VehicleTracking": ["AssetModel"],
        "Reconciliation": ["AssetModel"],
        // Floor 2: the path.
        "IntakePipeline": [
            "AssetModel", "DeviceDecoding", "ReadRing", "PresenceInference", "VehicleTracking",
            "Reconciliation",
        ],
        // Floor 3: the edges that touch the world.
        "CMosquitto": [],
        "CGlibcExtras": [],
        "BookEncodings": platform.union(["RegisterBooks"]),
        "MQTTLink": platform.union(["AssetModel", "CMosquitto", "Logging"]),
        "InventoryStorage": platform.union(["AssetModel", "GRDB", "GRDBSQLite", "Logging"]),
        // Floor 4: what reads only what is committed.
        "Uplink": platform.union(["AssetModel", "MQTTLink", "InventoryStorage", "Logging"]),
        "RegisterInbox": platform.union(["AssetModel", "OperatorAPI", "RegisterBooks"]),
        // Floor 5: assembly and the commands.
        "GatewayConfiguration": platform.union(["AssetModel", "TOMLKit"]),
        "DaemonAssembly": platform.union(nio).union([
            "AssetModel", "OperatorAPI", "GatewayConfiguration", "DeviceDecoding", "RegisterBooks",
            "BookEncodings", "RegisterInbox", "IntakePipeline", "MQTTLink",
            "InventoryStorage", "Uplink", "CGlibcExtras", "Logging", "ServiceLifecycle", "UnixSignals",
            "Hummingbird",
        ]),
        "tallyd": platform.union([
            "DaemonAssembly", "GatewayConfiguration", "AssetModel", "ArgumentParser", "Logging",
        ]),
        "tally": platform.union(nio).union([
            "OperatorAPI", "AssetModel", "RegisterBooks", "BookEncodings", "DeviceDecoding",
            "GatewayConfiguration", "ArgumentParser",
        ]),
        // T: simulating and measuring. The simulator shares only nouns with what it tests.
        "WarehouseSimulator": ["AssetModel", "Foundation"],
        "tally-sim": platform.union(["WarehouseSimulator", "AssetModel", "CMosquitto", "ArgumentParser"]),
        "tally-bench": platform.union([
            "MQTTLink", "CMosquitto", "AssetModel", "DeviceDecoding", "ReadRing", "CLineMemory",
            "CMapBaselines", "CJSONBaselines", "IntakePipeline", "PresenceInference", "WarehouseSimulator",
            "CGlibcExtras",
            "ArgumentParser", "Logging",
        ]),
        "CMapBaselines": [],
        "CJSONBaselines": [],
    ]

    /// The targets whose code is pure: no clock, no task, no output.
    static let belowThree: Set<String> = [
        "AssetModel", "DeviceDecoding", "RegisterBooks", "ReadRing", "PresenceInference", "VehicleTracking",
        "Reconciliation", "IntakePipeline",
    ]

    /// Imports that the table does not allow, and targets that it does not know.
    static func breaches(in file: Repository.File) -> [Breach] {
        guard let allowed = allowedImports[file.target] else {
            return [Breach(path: file.path, line: 1, rule: "target \(file.target) stands on no floor")]
        }
        let code = SwiftCode(file.text)
        return code.lines.indices.compactMap { number in
            guard let module = importedModule(code.text(number)), !allowed.contains(module) else {
                return nil
            }
            return Breach(path: file.path, line: number + 1, rule: "\(file.target) imports \(module)")
        }
    }

    /// The module of an import line, whatever stands before `import` (`package`, `@testable`) or after it
    /// (`struct`).
    static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ")
        guard let place = words.firstIndex(of: "import"), place + 1 < words.count else { return nil }
        guard words[..<place].allSatisfy({ modifiers.contains($0) || $0.hasPrefix("@") }) else { return nil }
        let kinds: Set<Substring> = [
            "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
        ]
        let name =
            kinds.contains(words[place + 1]) && place + 2 < words.count ? words[place + 2] : words[place + 1]
        return name.split(separator: ".").first.map(String.init)
    }

    private static let modifiers: Set<Substring> = [
        "package", "public", "internal", "private", "fileprivate",
    ]
}

@Suite struct `floors` {
    @Test func `arrows point down only`() throws {
        let files = try Repository.swiftFiles(in: "Sources")
        #expect(files.count > 50)
        expectNone(files.flatMap(Floors.breaches))
    }

    @Test func `a stage that imports a stage is found`() {
        let text = "import AssetModel\n// import Foundation\npackage import ReadRing\n"
        let file = Repository.File(path: "Sources/PresenceInference/Planted.swift", text: text)
        #expect(
            Floors.breaches(in: file) == [
                Breach(path: file.path, line: 3, rule: "PresenceInference imports ReadRing")
            ])
    }

    @Test func `Foundation below floor 3 is found, and a target without a floor`() {
        let pure = Repository.File(
            path: "Sources/ReadRing/Planted.swift", text: "@preconcurrency import struct Foundation.Date")
        #expect(Floors.breaches(in: pure).map(\.rule) == ["ReadRing imports Foundation"])
        let unknown = Repository.File(path: "Sources/Cellar/Planted.swift", text: "")
        #expect(Floors.breaches(in: unknown).map(\.rule) == ["target Cellar stands on no floor"])
    }

    @Test(
        arguments: [
            ("import AssetModel", "AssetModel"), ("package import AssetModel", "AssetModel"),
            ("@testable import ReadRing", "ReadRing"), ("import struct Foundation.Date", "Foundation"),
            ("let text = import", nil), ("imports.append(x)", nil), ("", nil),
        ])
    func `an import line names a module`(line: String, module: String?) {
        #expect(Floors.importedModule(line) == module)
    }
}
