import ArgumentParser
import AssetModel
import DeviceDecoding
import Foundation

/// The families that `tally-bench decode` makes messages of.
enum DecodeFormat: String, CaseIterable, ExpressibleByArgument {
    case impinj, zebra, plain, jt808, emqx
    /// No message: identities by themselves.
    case epc

    var messageFormat: MessageFormat {
        switch self {
        case .impinj: return .impinj
        case .zebra: return .zebra
        case .plain: return .plain
        case .jt808: return .jt808
        case .emqx: return .emqx
        case .epc: return .auto
        }
    }

    /// Vehicle terminals report positions, readers report tags.
    var isOfTerminals: Bool { self == .jt808 || self == .emqx }

    var hasSimdjsonBaseline: Bool { self == .impinj || self == .zebra }

    /// One source, which has the format from its configuration.
    var layout: SiteLayout {
        var reader = SiteLayout.Reader(id: "rA", site: 0, topics: ["readers/rA/#"])
        reader.format = messageFormat
        let terminals = SiteLayout.TerminalSource(id: "fleet", topics: ["jt808/#"], format: messageFormat)
        return SiteLayout(
            sites: [SiteLayout.Site(id: "S1")], readers: isOfTerminals ? [] : [reader],
            terminalSources: isOfTerminals ? [terminals] : [])
    }

    var source: MessageSource { isOfTerminals ? .terminalSource(0) : .reader(0) }
}

/// One message, in the forms that the product and the baseline take.
struct DecodeSample {
    var message: RawMessage
    var data: Data
    /// Reads or fixes in it.
    var records: Int
}

/// Messages of a family, written here from the makers' documents and not by the decoder's own code. Seeded:
/// the same in every run.
struct DecodeSamples {
    static let batchRecords = 50
    /// Enough that the branches of a decoder cannot be learnt by heart; under 150 KiB, so that they stay in
    /// the second cache as a message does that the broker has just handed over.
    private static let singles = 256
    private static let batches = 8
    /// Just after the newest sample.
    static let receivedAt = UTCInstant(milliseconds: 1_795_305_601_000)

    private let format: DecodeFormat
    private var numbers = SeededNumbers(seed: 1)

    private init(_ format: DecodeFormat) {
        self.format = format
    }

    /// Samples by the names of the cases.
    static func cases(of format: DecodeFormat) -> [(name: String, samples: [DecodeSample])] {
        [("single", singleMessages(of: format)), ("batch-50", batchMessages(of: format))]
    }

    static func singleMessages(of format: DecodeFormat) -> [DecodeSample] {
        var samples = DecodeSamples(format)
        return (0..<singles).map { _ in samples.message(records: 1) }
    }

    static func batchMessages(of format: DecodeFormat) -> [DecodeSample] {
        var samples = DecodeSamples(format)
        return (0..<batches).map { _ in samples.message(records: batchRecords) }
    }

    private mutating func message(records: Int) -> DecodeSample {
        let payload: [UInt8]
        switch format {
        case .impinj: payload = Array(listed(records) { $0.impinjEvent() }.utf8)
        case .zebra: payload = Array(listed(records) { $0.zebraEvent() }.utf8)
        case .plain: payload = Array(listed(records) { $0.plainRead() }.utf8)
        case .jt808: payload = frames(fixes: records)
        case .emqx: payload = Array(gatewayMessage(fixes: records).utf8)
        case .epc: payload = []
        }
        let topic = format.isOfTerminals ? "jt808/013812345678/013812345678/up" : "readers/rA/events"
        return DecodeSample(
            message: RawMessage(topic: topic, payload: payload), data: Data(payload), records: records)
    }

    /// One object, or an array of them.
    private mutating func listed(_ count: Int, _ object: (inout DecodeSamples) -> String) -> String {
        if count == 1 { return object(&self) }
        return "[" + (0..<count).map { _ in object(&self) }.joined(separator: ",") + "]"
    }

    private mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &numbers) }

    /// Within one day from 2026-11-21T00:00:00Z.
    private mutating func instant() -> UTCInstant {
        UTCInstant(milliseconds: 1_795_219_200_000 + Int64(number(in: 0...86_399_999)))
    }

    private mutating func tagHex() -> String { String(format: "E28011700000%012llX", numbers.next() >> 16) }
}

/// Readers.
extension DecodeSamples {
    /// An R700 with its optional fields on. Over MQTT it sends one object a message; the array of the batch
    /// is its webhook's form.
    private mutating func impinjEvent() -> String {
        let heardAt = instant()
        let queuedAt = (heardAt + ElapsedTime(milliseconds: 40)).rfc3339()
        let port = number(in: 1...4)
        var text = "{\"timestamp\":\"\(queuedAt)\",\"hostname\":\"impinj-14-46-36\","
        text += "\"eventType\":\"tagInventory\",\"tagInventoryEvent\":{\"epcHex\":\"\(tagHex())\","
        text += "\"tidHex\":\"\(tagHex())\",\"antennaPort\":\(port),\"antennaName\":\"A\(port)\","
        text += "\"peakRssiCdbm\":\(-number(in: 4_000...7_500)),\"frequency\":922750,"
        text += "\"transmitPowerCdbm\":3000,\"lastSeenTime\":\"\(heardAt.rfc3339())\","
        return text + "\"phaseAngle\":\(number(in: 0...359)).5}}"
    }

    /// Mode INVENTORY with the fields it has from the factory; the time zone without a colon is the maker's.
    private mutating func zebraEvent() -> String {
        let time = instant().rfc3339().dropLast() + "+0000"
        var text = "{\"data\":{\"antenna\":\(number(in: 1...8)),\"eventNum\":\(number(in: 1...999_999)),"
        text += "\"format\":\"epc\",\"idHex\":\"\(tagHex().lowercased())\","
        text += "\"peakRssi\":\(-number(in: 40...75)),\"reads\":\(number(in: 1...40))},"
        return text + "\"timestamp\":\"\(time)\",\"type\":\"INVENTORY\"}"
    }

    private mutating func plainRead() -> String {
        let signal = "-\(number(in: 40...75)).\(number(in: 1...9))"
        return "{\"epc\":\"\(tagHex())\",\"antenna\":\(number(in: 1...8)),\"rssi\":\(signal),"
            + "\"timestamp\":\"\(instant().rfc3339())\"}"
    }
}

/// Vehicle terminals.
extension DecodeSamples {
    /// The raw numbers of a location report, as the standard counts them.
    private struct Position {
        var latitude: UInt32
        var longitude: UInt32
        var altitude: UInt16
        var speed: UInt16
        var direction: UInt16
        /// YYMMDDhhmmss, GMT+8.
        var time: String
        var mileage: UInt32
    }

    private mutating func position() -> Position {
        let (hour, minute, second) = (number(in: 8...18), number(in: 0...59), number(in: 0...59))
        return Position(
            latitude: UInt32(number(in: 39_000_000...40_000_000)),
            longitude: UInt32(number(in: 116_000_000...117_000_000)), altitude: UInt16(number(in: 10...90)),
            speed: UInt16(number(in: 0...1_200)), direction: UInt16(number(in: 0...359)),
            time: String(format: "261121%02d%02d%02d", hour, minute, second),
            mileage: UInt32(number(in: 1_000...999_999)))
    }

    /// 0x0200 with one fix, or 0x0704: a frame's body holds at most 1,023 bytes, so 50 fixes stand in two
    /// frames of one payload.
    private mutating func frames(fixes: Int) -> [UInt8] {
        if fixes == 1 { return frame(0x0200, location()) }
        return (0..<2).flatMap { _ in
            let entries = (0..<fixes / 2).flatMap { _ in
                let one = location(items: false)
                return DecodeSamples.big(UInt16(one.count)) + one
            }
            return frame(0x0704, DecodeSamples.big(UInt16(fixes / 2)) + [0] + entries)
        }
    }

    private mutating func location(items: Bool = true) -> [UInt8] {
        let position = position()
        var body = DecodeSamples.big(UInt32(0)) + DecodeSamples.big(UInt32(3))
        body += DecodeSamples.big(position.latitude) + DecodeSamples.big(position.longitude)
        body += DecodeSamples.big(position.altitude) + DecodeSamples.big(position.speed)
        body += DecodeSamples.big(position.direction) + DecodeSamples.packed(position.time)
        // Odometer, signal strength, satellites, extended signals, analog inputs: what terminals usually add.
        if items {
            body += [0x01, 4] + DecodeSamples.big(position.mileage) + [0x30, 1, 21, 0x31, 1, 12]
            body += [0x25, 4, 0, 0, 0, 0, 0x2B, 4, 0, 0, 0, 0]
        }
        return body
    }

    /// 2013 header, check code, escapes, delimiters.
    private mutating func frame(_ messageID: UInt16, _ body: [UInt8]) -> [UInt8] {
        var plain = DecodeSamples.big(messageID) + DecodeSamples.big(UInt16(body.count))
        plain += DecodeSamples.packed("013812345678") + DecodeSamples.big(UInt16(number(in: 0...65_535)))
        plain += body
        plain.append(plain.reduce(0, ^))
        let escaped: [UInt8] = plain.flatMap { byte -> [UInt8] in
            byte == 0x7E ? [0x7D, 0x02] : byte == 0x7D ? [0x7D, 0x01] : [byte]
        }
        return [0x7E] + escaped + [0x7E]
    }

    /// What the EMQX gateway makes of the same reports. Its own batches end at 1,023 bytes of frame, which is
    /// 34 fixes; 50 are written here, so that batches of all formats compare.
    private mutating func gatewayMessage(fixes: Int) -> String {
        let locations = (0..<fixes).map { _ in gatewayLocation() }
        let body =
            fixes == 1
            ? locations[0]
            : "{\"type\":0,\"length\":\(fixes),\"location\":[\(locations.joined(separator: ","))]}"
        let header =
            "{\"msg_id\":\(fixes == 1 ? 0x0200 : 0x0704),\"encrypt\":0,\"len\":\(fixes * 40),"
            + "\"phone\":\"013812345678\",\"msg_sn\":\(number(in: 0...65_535))}"
        return "{\"header\":\(header),\"body\":\(body)}"
    }

    private mutating func gatewayLocation() -> String {
        let position = position()
        return "{\"alarm\":0,\"status\":3,\"latitude\":\(position.latitude),"
            + "\"longitude\":\(position.longitude),\"altitude\":\(position.altitude),"
            + "\"speed\":\(position.speed),\"direction\":\(position.direction),"
            + "\"time\":\"\(position.time)\",\"extra\":{\"mileage\":\(position.mileage),"
            + "\"rssi\":21,\"gnss_sat_num\":12}}"
    }

    private static func big(_ value: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: value.bigEndian) { Array($0) }
    }

    /// Two decimal digits a byte.
    private static func packed(_ digits: String) -> [UInt8] {
        let values = digits.utf8.map { $0 - 0x30 }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}
