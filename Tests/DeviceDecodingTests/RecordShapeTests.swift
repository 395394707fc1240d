import AssetModel
import DeviceDecoding
import Testing

/// A record of a known shape is read another way than the first of its kind; both must say the same.
struct RecordShapeTests {
    private static let impinj =
        #"{"timestamp":"2026-11-21T12:00:00.5Z","hostname":"impinj-14-46-36-storehouse","#
        + #""eventType":"tagInventory","tagInventoryEvent":{"epc":"4oARcAAAEjRWeKvN","#
        + #""epcHex":"E2801170000012345678ABCD","tidHex":"E28011702000","antennaPort":2,"antennaName":"A2","#
        + #""peakRssiCdbm":-5512,"frequency":922750,"transmitPowerCdbm":3000,"#
        + #""lastSeenTime":"2026-11-21T11:59:59.123456789Z","phaseAngle":123.046875}}"#
    private static let zebra =
        #"{"data":{"CRC":"a1b2","PC":"3000","TID":"e28011702000","antenna":3,"channel":922.75,"eventNum":7,"#
        + #""format":"epc","hostName":"FXR90-storehouse","idHex":"e2801170000012345678abcd","peakRssi":-55,"#
        + #""phase":-30.5,"reads":12},"timestamp":"2026-11-21T12:00:00.000+0800","type":"INVENTORY"}"#

    /// What may stand in the place of a value, and what only looks like it.
    private static let words = [
        "0", "-0", "1", "01", "-1", "1.5", "1.50", "-1.25", "0.005", "-0.005", "1e3", "1E-2", "1.", ".5", "-",
        "65535", "65536", "9999999", "12345678", "123456789012345678901", "-32768", "-32769", "359.995",
        "360", "-180", "-180.01", "839.999", "840", "960.0004", "null", "true", "\"\"", "[]", "{}",
        "\"E280\"",
        "\"e28\"", "\"E28011700000123\"", "\"E2801170000012345678ABCDE2801170000012345678ABCDE2801170\"",
        "\"E280117000001234E280117000001234E280117000001234E280117000001234\"",
        "\"E280117000001234E280117000001234E280117000001234E280117000001234E280\"", "\"4oAR\"", "\"4oA=\"",
        "\"4oARcAAAEjRWeKvO\"", "\"4o-_cAAAEjRWeKv-\"", "\"4o+/cAAAEjRWeKv+\"", "\"4oB\"", "\"仓\"",
        "\"\\u0041\"", "\"\\u0045280\"", "\"4oA\\u003D\"", "\"\\/oA=\"", "\"4o\\/\\u005FcAAAEjRWeKv\\u002D\"",
        "\"2026-11-21T20:00:00\\u002B08:00\"",
        "\"Error: no tag\"", "\"2026-02-29T00:00:00Z\"", "\"2024-02-29T23:59:59.9999999Z\"",
        "\"2026-11-21T24:00:00Z\"", "\"2026-11-21T12:60:00Z\"", "\"2026-11-21T12:00:60Z\"",
        "\"2026-13-01T12:00:00Z\"", "\"2026-00-10T12:00:00Z\"", "\"2026-11-31T12:00:00Z\"",
        "\"2026-11-21 12:00:00+08:00\"", "\"2026-11-21T12:00:00.1-0530\"", "\"2026-11-21T12:00:00.Z\"",
        "\"2026-11-21T12:00:00.1234567890123Z\"", "\"2026-11-21T12:00:00+0860\"", "\"1970-01-01T00:00:00Z\"",
        "\"0000-01-01T00:00:00Z\"", "\"2026-11-21T12:00:00\"", "\"2026-11-21T12:00:00Zx\"", "1 ", " 1",
    ]

    @Test(arguments: [MessageFormat.impinj, .zebra])
    func `any word in the place of any value means what it means in a message of its own`(
        format: MessageFormat
    ) {
        let text = format == .impinj ? RecordShapeTests.impinj : RecordShapeTests.zebra
        var values = 0
        for value in text.matches(of: /:("[^"]*"|[-0-9.]+)/) {
            let range = text.index(after: value.range.lowerBound)..<value.range.upperBound
            values += 1
            for word in RecordShapeTests.words {
                let changed = Array((text[..<range.lowerBound] + word + text[range.upperBound...]).utf8)
                compare(changed, after: text, format)
            }
        }
        #expect(values > 10)
    }

    @Test(arguments: [MessageFormat.impinj, .zebra])
    func `20,000 mutated records, alone and in lists`(format: MessageFormat) {
        let text = Array((format == .impinj ? RecordShapeTests.impinj : RecordShapeTests.zebra).utf8)
        var random = SplitMix64(seed: 4)
        for round in 0..<20_000 {
            var payload =
                round % 2 == 0 ? text : [0x5B] + text + [0x2C, 0x20] + text + [0x2C] + text + [0x5D]
            for _ in 0...random.below(2) {
                let at = random.below(payload.count)
                switch random.below(3) {
                case 0: payload[at] ^= 1 << UInt8(random.below(8))
                case 1: payload.remove(at: at)
                default: payload.insert(payload[random.below(payload.count)], at: at)
                }
            }
            compare(payload, after: String(decoding: text, as: UTF8.self), format)
        }
    }

    @Test(arguments: [MessageFormat.impinj, .zebra])
    func `a record cut off at every byte is no record`(format: MessageFormat) {
        let text = format == .impinj ? RecordShapeTests.impinj : RecordShapeTests.zebra
        for size in 1..<text.utf8.count {
            compare(Array(text.utf8.prefix(size)), after: text, format)
        }
        for rest in ["}", " ", "\n", "x", ",", "\u{0}", text] {
            compare(Array((text + rest).utf8), after: text, format)
        }
    }

    /// Each text is read the long way and becomes no fixed part of a shape, where it would not be compared.
    @Test(arguments: [
        (#""epcHex":"\u0045280","epc":"4oA=""#, #""epcHex":"\u0045280","epc":"4oAR""#),
        (#""epc":"4oA=","epcHex":"E280""#, #""epc":"4oA=","epcHex":"E281""#),
        (#""epc":"4oA\u003D","epcHex":"E280""#, #""epc":"4oA\u003D","epcHex":"E281""#),
        (
            #""epcHex":"E280117000000000E28011700000","epc":"4oARcAAAAADigBFwAAA\u003D""#,
            #""epcHex":"E280117000000000E28011700001","epc":"4oARcAAAAADigBFwAAA\u003D""#
        ),
        (#""epc":"NAA","tidHex":"\u0045280","tid":"4oA""#, #""epc":"NAA","tidHex":"\u0045280","tid":"4oE""#),
        (#""epc":"NAA","tid":"4oA=","tidHex":"E280""#, #""epc":"NAA","tid":"4oA=","tidHex":"E281""#),
    ])
    func `two identities of one record are compared, however they are written`(good: String, other: String) {
        func event(_ fields: String) -> String {
            "{\"timestamp\":\"2026-11-21T12:00:00Z\",\"tagInventoryEvent\":{\(fields)}}"
        }
        #expect(decoded(event(good)).summary == "1 reads")
        #expect(decoded(event(other)).tagReads.isEmpty)
        compare(Array(event(other).utf8), after: event(good), .impinj)
    }

    @Test func `two names of one Zebra tag are compared in a known shape too`() {
        func envelope(_ identity: String, _ tagID: String) -> String {
            "{\"type\":\"CUSTOM\",\"data\":{\"idHex\":\"\(identity)\",\"tagId\":\"\(tagID)\"}}"
        }
        #expect(decoded(envelope("3009", "3008"), as: .zebra).tagReads.isEmpty)
        compare(Array(envelope("3009", "3008").utf8), after: envelope("3008", "3008"), .zebra)
    }

    @Test(arguments: [MessageFormat.impinj, .zebra])
    func `a byte order mark changes nothing but offsets`(format: MessageFormat) {
        let text = format == .impinj ? RecordShapeTests.impinj : RecordShapeTests.zebra
        var bench = DecoderBench(format)
        let plain = bench.decode(Array(text.utf8))
        for _ in 0..<2 {
            #expect(bench.decode(Array("\u{FEFF}\(text)".utf8)).account == plain.account)
            #expect(bench.decode(Array("\u{FEFF}[\(text)]".utf8)).account == plain.account)
        }
        #expect(bench.decode(Array("\u{FEFF}[\(text)".utf8)).refusal?.at == "offset \(text.utf8.count + 4)")
    }

    @Test(arguments: [
        (MessageFormat.impinj, RecordShapeTests.impinj), (.zebra, RecordShapeTests.zebra),
        (.zebraSled, "{\"data\":{\"tagData\":[{\"idHex\":\"3008\"}]}}"),
        (.plain, "{\"epc\":\"E28011606000020934D6FAF7\",\"antenna\":1}"),
    ])
    func `a byte order mark keeps nobody from being recognised`(format: MessageFormat, text: String) {
        var bench = DecoderBench(.auto)
        #expect(bench.decode(Array("\u{FEFF}\(text)".utf8)).summary == "1 reads")
        #expect(bench.decoder.format(of: .reader(0)) == format)
    }

    /// By a decoder that has met the shape, and by one that has not.
    private func compare(_ payload: [UInt8], after text: String, _ format: MessageFormat) {
        var warm = DecoderBench(format)
        _ = warm.decode(Array(text.utf8))
        var cold = DecoderBench(format)
        let (known, unknown) = (warm.decode(payload), cold.decode(payload))
        #expect(known.account == unknown.account, "\(String(decoding: payload, as: UTF8.self))")
    }
}

extension DecodedMessage {
    /// All that the shape of a record bears on.
    fileprivate var account: String {
        "\(summary) \(tagReads) \(String(describing: sentAt)) \(deviceIdentity) "
            + "\(String(describing: reportMode))"
    }
}
