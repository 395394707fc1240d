import AssetModel
import Foundation
import GatewayConfiguration
import Testing

struct DefaultConfigurationTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test func `the shipped file is what tallyd config prints, byte for byte`() throws {
        let file = DefaultConfigurationTests.root.appendingPathComponent("config/tallyd.toml")
        #expect(try Data(contentsOf: file) == Data(TallyConfiguration.defaultText.utf8))
    }

    @Test func `the printed default is a configuration without fault`() throws {
        let printed = try TallyConfiguration.parse(
            TallyConfiguration.defaultText, file: "d", needsBroker: true)
        #expect(printed.gatewayID == "gateway-1")
        #expect(printed.notes.isEmpty)
    }

    @Test func `the printed values are the defaults`() throws {
        let printed = try TallyConfiguration.parse(
            TallyConfiguration.defaultText, file: "d", needsBroker: true)
        let bare = try TallyConfiguration.parse("gateway.id = 'g'\n[broker]\n", file: "d", needsBroker: true)
        #expect(printed.language == bare.language)
        #expect(printed.broker == bare.broker)
        #expect(printed.store == bare.store)
        #expect(printed.rules == bare.rules)
        #expect(printed.limits == bare.limits)
        #expect(printed.outputs == bare.outputs)
        #expect(printed.numberSpace == bare.numberSpace)
        #expect(printed.register == bare.register)
    }

    /// Also the optional lists, which the default shows as examples.
    @Test func `every example is valid without its mark, and shows defaults`() throws {
        let example = try TallyConfiguration.parse(uncommented, file: "d", needsBroker: true)
        let layout = example.layout
        #expect(layout.sites == [SiteLayout.Site(id: "M01", name: "主仓")])
        #expect(layout.zones.map(\.id) == ["M01-Z1"])
        #expect(layout.zones.first?.missingAfter == ElapsedTime(seconds: 14_400))
        var reader = SiteLayout.Reader(id: "M01-R1", site: 0, topics: ["readers/M01-R1/#"])
        reader.antennas = [0]
        reader.identities = ["impinj-14-A5-3C"]
        reader.reportIntervalIsSet = true
        reader.lightBarriers = [
            SiteLayout.LightBarrier(pin: 1, zone: 0, side: .inside, isActiveHigh: true)
        ]
        #expect(layout.readers == [reader])
        #expect(layout.antennas == [SiteLayout.Antenna(reader: 0, port: 1, zone: 0, side: .inside)])
        #expect(layout.terminalSources == [SiteLayout.TerminalSource(id: "vehicles", topics: ["jt808/+/up"])])
        #expect(example.broker?.passwordFile == "mqtt-password")
        #expect(example.subscriptions == ["readers/M01-R1/#", "jt808/+/up", "tally/v1/M01/sweep"])
        #expect(example.register.directory == "/var/lib/tallyd/register")
    }

    @Test func `every known key stands in the printed default`() {
        let sections: [(header: String, keys: [String])] = [
            ("[gateway]", ConfigurationKeys.gateway),
            ("[broker]", ConfigurationKeys.broker.filter { $0 != "publisher" }),
            ("[broker.publisher]", ConfigurationKeys.publisher), ("[store]", ConfigurationKeys.store),
            ("[[site]]", ConfigurationKeys.site), ("[[zone]]", ConfigurationKeys.zone),
            ("[[reader]]", ConfigurationKeys.reader.filter { $0 != "antenna" && $0 != "light_barrier" }),
            ("[[reader.antenna]]", ConfigurationKeys.antenna),
            ("[[reader.light_barrier]]", ConfigurationKeys.lightBarrier),
            ("[[terminal_source]]", ConfigurationKeys.terminalSource),
            ("[[mapping]]", ConfigurationKeys.mapping), ("[register]", ConfigurationKeys.register),
            ("[number_space]", ConfigurationKeys.numberSpace), ("[rules]", ConfigurationKeys.rules),
            ("[limits]", ConfigurationKeys.limits), ("[retention]", ConfigurationKeys.retention),
            ("[outputs]", ConfigurationKeys.outputs),
        ]
        for (header, keys) in sections {
            let shown = keysShown(under: header)
            #expect(shown.sorted() == keys.sorted(), "\(header)")
        }
    }

    @Test func `prose is bilingual and fits the width`() {
        let lines = TallyConfiguration.defaultText.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.allSatisfy { $0.count <= 110 })
        #expect(TallyConfiguration.defaultText.hasSuffix("mqtt = true\n"))
        #expect(!TallyConfiguration.defaultText.contains("\n\n\n"))
    }

    @Test func `the example mapping is the one of the Keonn template`() throws {
        let mapping = try #require(MappingFile.read(uncommented, file: "d").first)
        #expect(mapping.id == "keonn")
        #expect(mapping.reads == (try MappingPath("reads[]", isOfRecords: true)))
        #expect(mapping.reader == .path(try MappingPath("$.devid")))
        #expect(mapping.directionWords.inward == ["in", "0", "entered"])
        #expect(mapping.heartbeatWhen.count == 1 && mapping.ignoreWhen.count == 1)
    }

    /// Keys of a section, commented out or not.
    private func keysShown(under header: String) -> [String] {
        var isInside = false
        var keys: [String] = []
        for line in TallyConfiguration.defaultText.split(separator: "\n") where !line.hasPrefix("# ") {
            let text = line.drop { $0 == "#" }
            if text.hasPrefix("[") {
                isInside = text == header
            } else if isInside, let key = text.split(separator: " ").first {
                keys.append(String(key))
            }
        }
        return keys
    }

    /// `socket` excludes `host` and `port`, so it stays as it is.
    private var uncommented: String {
        let lines = TallyConfiguration.defaultText.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.map { line -> String in
            let isExample =
                line.hasPrefix("#") && !line.hasPrefix("# ") && line != "#" && !line.hasPrefix("#socket")
            return String(isExample ? line.dropFirst() : line)
        }.joined(separator: "\n")
    }
}
