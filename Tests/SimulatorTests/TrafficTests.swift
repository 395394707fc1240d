import AssetModel
import Foundation
import Testing
import WarehouseSimulator

/// One read of the demo, taken apart without the simulator's help.
struct HeardTag {
    var reader: String
    var epcHex: String
    var dBm: Double
    var at: ElapsedTime
}

@Suite struct `the traffic of the demo` {
    static let world = WarehouseWorld(demo: 20, start: start)
    static let messages = world.messages()
    static let reads = messages.compactMap(read)

    /// Reads of an inventory message; `nil` for everything else.
    static func read(_ message: SimulatedMessage) -> HeardTag? {
        guard message.topic.hasSuffix("/events"),
            let object = try? JSONSerialization.jsonObject(with: Data(message.payload)) as? [String: Any],
            let event = object["tagInventoryEvent"] as? [String: Any], let epc = event["epc"] as? String,
            let bytes = Data(
                base64Encoded: epc.replacing("-", with: "+").replacing("_", with: "/")),
            let signal = event["peakRssiCdbm"] as? Int
        else { return nil }
        let hex = bytes.map { String(format: "%02X", $0) }.joined()
        let reader = String(message.topic.split(separator: "/")[1])
        return HeardTag(reader: reader, epcHex: hex, dBm: Double(signal) / 100, at: message.at - start)
    }

    /// Tags of a zone that nothing happens to.
    static func calmTags(_ location: String) -> Set<String> {
        let disturbed = Set(world.events.flatMap { $0.subject.map(\.value) })
        let cards = world.books.cards.filter {
            $0.locationCode == location && !disturbed.contains($0.assetNo)
        }
        let numbers = Set(cards.map(\.assetNo))
        return Set(world.books.bindings.filter { numbers.contains($0.assetNo) }.map(\.epcHex))
    }

    @Test func `a third of the looks at a tag in its place is missed`() {
        let calm = Self.calmTags("WH1-A")
        let looks = Double(calm.count) * 150 / 5 * 2
        let heard = Double(Self.reads.filter { $0.reader == "r-a" && calm.contains($0.epcHex) }.count)
        #expect((0.30...0.40).contains(1 - heard / looks), "\(1 - heard / looks)")
    }

    @Test func `strays reach the neighbour in about 15 % of the epochs, more weakly, and go no further`() {
        let calm = Self.calmTags("WH1-A")
        let own = Self.reads.filter { $0.reader == "r-a" && calm.contains($0.epcHex) }
        let strays = Self.reads.filter { $0.reader == "r-b" && calm.contains($0.epcHex) }
        let share = Double(strays.count) / (Double(calm.count) * 150 / 5)
        #expect((0.11...0.19).contains(share), "\(share)")
        let mean = { (reads: [HeardTag]) in reads.map(\.dBm).reduce(0, +) / Double(reads.count) }
        #expect((8...12).contains(mean(own) - mean(strays)))
        #expect(!Self.reads.contains { $0.reader == "r-c" && calm.contains($0.epcHex) })
    }

    @Test func `about one message in a hundred comes twice`() {
        let payloads = Self.messages.map { $0.topic + String(decoding: $0.payload, as: UTF8.self) }
        let twice = Double(payloads.count - Set(payloads).count) / Double(payloads.count)
        #expect((0.003...0.02).contains(twice), "\(twice)")
    }

    @Test func `during the outage the will is heard once and then nothing until the birth`() throws {
        let event = try #require(Self.world.events.first { $0.code == .readerOffline })
        let back = try #require(event.until)
        let own = Self.messages.filter { $0.topic.hasPrefix("warehouse/r-c/") }
        let texts = own.filter { $0.topic == "warehouse/r-c/status" }
        #expect(
            texts.map { String(decoding: $0.payload, as: UTF8.self) } == [
                "connected", "connection lost", "connected",
            ])
        #expect(texts.map(\.at) == [start, event.at, back])
        #expect(!own.contains { event.at < $0.at && $0.at < back })
        #expect(own.contains { back < $0.at && $0.topic == "warehouse/r-c/events" })
    }

    @Test func `the removed asset falls silent and the moved one changes readers`() throws {
        for code in [DiscrepancyCode.missingSuspect, .locationMismatch] {
            let event = try #require(Self.world.events.first { $0.code == code })
            let epc = subject(of: code, in: Self.world, .epcHex)
            let late = (event.at - start) + ElapsedTime(milliseconds: 2_400)
            let before = Self.reads.filter { $0.epcHex == epc && $0.at < event.at - start }
            let after = Self.reads.filter { $0.epcHex == epc && late < $0.at }
            #expect(before.count > 3)
            switch code {
            case .missingSuspect: #expect(after.isEmpty)
            default:
                #expect(before.filter { $0.reader == "r-a" }.count > before.count / 2)
                #expect(after.filter { $0.reader == "r-b" }.count > after.count / 2)
            }
        }
    }

    @Test func `all tags but the foreign ones are of our numbers`() {
        let configuration = Self.world.configurationText(for: nil)
        let prefix = "3415A537C"
        #expect(configuration.contains("epc_prefixes = [\"\(prefix)\"]"))
        let foreign = Set(Self.reads.map(\.epcHex).filter { !$0.hasPrefix(prefix) })
        #expect(foreign.count == 4)
        #expect(foreign.allSatisfy { $0.hasPrefix("30") })
    }

    @Test func `ten vehicles and one unknown terminal report every five seconds, one of them not to the end`()
        throws
    {
        var times: [String: [ElapsedTime]] = [:]
        var seen: Set<[UInt8]> = []
        for message in Self.messages
        where message.topic.hasPrefix("vehicles/") && seen.insert(message.payload).inserted {
            #expect(message.topic.hasSuffix("/up"))
            #expect(message.payload.first == 0x7E && message.payload.last == 0x7E)
            times[String(message.topic.split(separator: "/")[1]), default: []].append(message.at - start)
        }
        #expect(times.count == 11)
        let silent = subject(of: .terminalSilent, in: Self.world, .terminalPhone)
        let unknown = subject(of: .terminalUnknown, in: Self.world, .terminalPhone)
        for (phone, reports) in times where phone != silent && phone != unknown {
            #expect((29...30).contains(reports.count))
        }
        #expect((6...9).contains(times[silent]?.count ?? 0))
        #expect((25...28).contains(times[unknown]?.count ?? 0))
    }
}
