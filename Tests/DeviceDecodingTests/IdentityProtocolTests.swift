import AssetModel
import Testing

struct IdentityProtocolTests {
    @Test(
        arguments: [
            ("6C", .gen2), ("EPC", .gen2), ("gen2", .gen2), ("ISO18000-6C", .gen2),
            ("ISO/IEC 18000-63", .gen2),
            ("EPC C1 G2", .gen2), ("EPC Gen2", .gen2), ("EPC Class1 Gen2", .gen2), ("Gen2v2", .gen2),
            ("iso-18000-6b", .iso6B), ("6B", .iso6B), ("6b", .iso6B), ("ISO 18000-6B", .iso6B),
            ("ISO18000-62", .iso6B), ("GB", .gbt29768), ("GBT29768", .gbt29768), ("GB/T 29768", .gbt29768),
            ("GB/T 29768-2013", .gbt29768), ("gb", .gbt29768), ("国标", .gbt29768), ("GJB", .gjb7377),
            ("GJB 7377.1", .gjb7377), ("GJB7377.1-2011", .gjb7377), ("国军标", .gjb7377),
            ("", .other), ("6", .other), ("6CC", .other), ("GBX", .other), ("BLE", .other),
            ("ISO14443A", .other),
            ("国", .other), ("--", .other), (String(repeating: "6C", count: 5_000), .other),
        ] as [(String, AirProtocol)])
    func `an air protocol is recognised by the spellings of readers`(name: String, air: AirProtocol) {
        #expect(AirProtocol(name: name) == air)
        #expect(AirProtocol(name: name.lowercased()) == air)
        #expect(AirProtocol(name: " " + name + "_") == air)
        let bytes = Array(name.utf8)
        #expect(bytes.withUnsafeBytes { AirProtocol(name: $0) } == air)
    }

    @Test(arguments: AirProtocol.allCases) func `the word of a protocol names it`(air: AirProtocol) {
        #expect(AirProtocol(name: air.word) == air)
        #expect(air.word == air.word.lowercased())
        #expect(air.carriesEPC == (air == .gen2))
        #expect(AirProtocol(rawValue: air.rawValue) == air)
    }

    @Test func `bytes that are no text are another protocol`() {
        var random = SplitMix64(seed: 6)
        for _ in 0..<2_000 {
            let bytes = (0..<random.below(9)).map { _ in UInt8(random.below(256)) | 0x80 }
            #expect(bytes.withUnsafeBytes { AirProtocol(name: $0) } == .other)
        }
    }
}
