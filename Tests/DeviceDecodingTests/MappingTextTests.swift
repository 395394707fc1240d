import AssetModel
import DeviceDecoding
import Testing

/// Decodes one payload by a mapping.
func mapped(_ text: String, topic: String = "any", _ set: (inout PayloadMapping) -> Void) -> DecodedMessage {
    var mapping = PayloadMapping(id: "m")
    set(&mapping)
    var family = MappedReads(mapping: mapping)
    var message = DecodedMessage()
    family.decode(
        RawMessage(topic: topic, payload: Array(text.utf8)), receivedAt: noon, into: &message)
    return message
}

func key(_ name: String) -> MappingSource { .path(MappingPath(keys: [name])) }

/// The forms in which devices write identities, numbers and times.
struct MappingTextTests {
    @Test(arguments: [
        (IdentityEncoding.hex, "300833b2ddd9014000000000", "ok"),
        (.hex, "3008 33B2 DDD9 0140 0000 0000", "ok"), (.hex, "30-08-33-B2-DD-D9-01-40-00-00-00-00", "ok"),
        (.hex, "30:08:33:B2:DD:D9:01:40:00:00:00:00", "ok"), (.hex, "0x300833B2DDD9014000000000", "ok"),
        (.hex, " 300833B2DDD9014000000000 ", "ok"), (.hex, "30_08", "malformed_identity"),
        (.hex, "0x", "identity_length"), (.hex, "30083", "identity_length"),
        (.hex, "----", "identity_length"),
        (.hex, "MAgzst3ZAUAAAAAA", "malformed_identity"),
        (.base64, "MAgzst3ZAUAAAAAA", "ok"), (.base64url, "MAgzst3ZAUAAAAAA", "ok"),
        (.base64, "MAgz-t3Z", "other 300833FADDD9"),
        (.base64url, "MAgz+t3Z", "other 300833FADDD9"), (.base64, "MAgz*t3Z", "malformed_identity"),
        (.base64, "MAgzst3ZAUAAA", "malformed_identity"),
        (.auto, "MAgzst3ZAUAAAAAA", "ok"), (.auto, "300833B2DDD9014000000000", "ok"),
        (.auto, "30 08 33 B2 DD D9 01 40 00 00 00 00", "ok"), (.auto, "no EPC!", "malformed_identity"),
    ])
    func `identities in hex and base64`(encoding: IdentityEncoding, text: String, expected: String) {
        let message = mapped("{\"e\":\"\(text)\"}") {
            $0.epc = key("e")
            $0.epcEncoding = encoding
        }
        let hex = message.tagReads.first?.tag.hex
        switch expected {
        case "ok": #expect(hex == "300833B2DDD9014000000000", "\(message.summary)")
        case let other where other.hasPrefix("other "): #expect(hex == String(other.dropFirst(6)))
        default: #expect(message.summary == "rejected \(expected) @ e")
        }
    }

    /// One signal in three units, as number and as text: any size within the range, by the tenth.
    @Test func `a unit only moves the point`() {
        var random = SplitMix64(seed: 62)
        for _ in 0..<2_000 {
            let centi = -15_000 + random.below(18_001)
            let tenth = Double(centi) / 100
            let forms: [(SignalUnit, String)] = [
                (.centiDBm, "\(centi)"), (.dBm, "\(tenth)"), (.deciDBm, "\(Double(centi) / 10)"),
                (.centiDBm, "\"\(centi).0\""), (.dBm, "\"\(tenth)\""), (.dBm, "\(centi)e-2"),
            ]
            for (unit, text) in forms {
                let message = mapped("{\"epc\":\"3008\",\"r\":\(text)}") {
                    $0.signal = key("r")
                    $0.signalUnit = unit
                }
                #expect(message.tagReads.first?.peakSignal?.centiDBm == Int16(centi), "\(text) \(unit)")
            }
        }
    }

    @Test(
        arguments: [
            (SignalUnit.dBm, "-150.004", -15_000), (.dBm, "-150.005", nil), (.dBm, "30.004", 3_000),
            (.dBm, "30.005", nil), (.dBm, "-5234", nil), (.dBm, "1e300", nil), (.dBm, "-1e-300", 0),
            (.centiDBm, "3001", nil), (.deciDBm, "-1500", -15_000), (.deciDBm, "-1501", nil),
            (.dBm, "-52.999999999999999999999999", -5_300),
        ] as [(SignalUnit, String, Int16?)])
    func `what no reader can measure is refused`(unit: SignalUnit, text: String, centi: Int16?) {
        let message = mapped("{\"epc\":\"3008\",\"r\":\(text)}") {
            $0.signal = key("r")
            $0.signalUnit = unit
        }
        #expect(message.tagReads.first?.peakSignal?.centiDBm == centi, "\(message.summary)")
        #expect(message.tagReads.count == (centi == nil ? 0 : 1))
    }

    /// Any instant of the window, in every unit, is found by its magnitude and by its word.
    @Test func `the magnitude tells the unit of an epoch`() {
        var random = SplitMix64(seed: 2_100)
        let window = TimeText.plausible
        var instants = [window.lowerBound, window.upperBound - 1]
        for _ in 0..<500 {
            instants.append(
                window.lowerBound + Int64(random.below(Int(window.upperBound - window.lowerBound))))
        }
        for milliseconds in instants {
            let whole = milliseconds / 1_000 * 1_000
            let forms: [(MappedTimeFormat, String, Int64)] = [
                (.s, "\(milliseconds / 1_000)", whole), (.ms, "\(milliseconds)", milliseconds),
                (.us, "\(milliseconds)999", milliseconds), (.ns, "\"\(milliseconds)999999\"", milliseconds),
                (.s, "\(milliseconds)e-3", milliseconds),
            ]
            for (unit, text, expected) in forms {
                for format in [unit, .auto] {
                    let message = mapped("{\"epc\":\"3008\",\"t\":\(text)}") {
                        $0.time = key("t")
                        $0.timeFormat = format
                    }
                    #expect(message.tagReads.first?.heardAt?.milliseconds == expected, "\(text) as \(format)")
                }
            }
        }
    }

    @Test(arguments: [
        "0", "166973472", "946684799", "946684799999", "4133980800", "4133980800000", "-1795262400", "5000",
        "1e30", "\"17952624OO\"", "20261121", "179526240000", "true", "{}", "99999999999999999999999",
    ])
    func `a number outside every window is no time`(text: String) {
        let message = mapped("{\"epc\":\"3008\",\"t\":\(text)}") { $0.time = key("t") }
        let reason = text == "{}" ? "unknown_shape" : "malformed_time"
        #expect(message.summary == "rejected \(reason) @ t")
    }

    @Test(arguments: [
        ("2026-11-21T12:00:00Z", 0), ("2026-11-21T12:00:00.5Z", 500), ("2026-11-21T12:00:00,25Z", 250),
        ("2026-11-21T12:00:00.123456789Z", 123), ("2026-11-21T20:00:00+08:00", 0),
        ("2026-11-21T20:00:00+0800", 0), ("2026-11-21T20:00:00+08", 0), ("2026-11-21 20:00:00 +8", 0),
        ("2026/11/21 07:00:00 -5:00", 0), ("2026-11-21T12:00Z", 0), ("2026-11-21T12:00:00 UTC", 0),
        ("2026.11.21 12:00:00Z", 0), ("2026-11-21T13:14:30+0114", 30_000),
    ])
    func `ISO 8601 has many relatives`(text: String, millisecond: Int64) {
        for format in [MappedTimeFormat.auto, .iso] {
            let message = mapped("{\"epc\":\"3008\",\"t\":\"\(text)\"}") {
                $0.time = key("t")
                $0.timeFormat = format
            }
            let expected = noon + ElapsedTime(milliseconds: millisecond)
            #expect(message.tagReads.first?.heardAt == expected, "\(message.summary)")
        }
    }

    @Test(arguments: [
        "2026-11-21T12:00:00", "2026-11-21", "2026-13-21T12:00:00Z", "2026-02-29T12:00:00Z", "12:00:00",
        "2026-11-21T12:00:00+15:00", "2026-11-21T12:00:00+8:0", "2026-11-21T12:00:00.Z",
        "21/11/2026 12:00:00Z",
        "2026-11-21T12:00:00Zx", "2026-11-21T24:00:00Z", "2026-11-21T12:00:00+", "yesterday",
    ])
    func `what is no time is refused`(text: String) {
        let message = mapped("{\"epc\":\"3008\",\"t\":\"\(text)\"}") { $0.time = key("t") }
        #expect(message.summary == "rejected malformed_time @ t")
    }

    @Test(arguments: [
        ("YYYY/MM/DD HH:MM:SS", "2026/11/21 20:00:00"), ("yyyy-mm-dd hh:mm:ss", "2026-11-21 20:00:00.0"),
        ("DD/MM/YYYY HH:MM", "21/11/2026 20:00"), ("YYYYMMDDHHMMSS", "20261121200000"),
        ("HH:MM:SS DD.MM.YYYY", "20:00:00 21.11.2026"), ("YYYY年MM月DD日HH时", "2026年11月21日20时"),
        ("YYYY/MM/DD HH:MM:SS", "2026/11/21 12:00:00Z"), ("YYYY/MM/DD HH:MM:SS", "2026/11/21 07:00:00 -5:00"),
    ])
    func `a local time follows its pattern`(pattern: String, text: String) throws {
        let pattern = try TimePattern(pattern)
        for format in [MappedTimeFormat.local, .auto] {
            let message = mapped("{\"epc\":\"3008\",\"t\":\"\(text)\"}") {
                $0.time = key("t")
                $0.timeFormat = format
                $0.timeZone = .minutesEast(480)
                $0.timePattern = pattern
            }
            #expect(message.tagReads.first?.heardAt == noon, "\(message.summary)")
        }
    }

    @Test(arguments: [
        ("\"Europe/Berlin\"", "$.tz"), ("\"CST\"", "$.tz"), ("\"Asia/Shanghai\"", nil), ("null", "t"),
    ])
    func `a zone of the message that is no offset is refused in its place`(zone: String, place: String?)
        throws
    {
        let path = try MappingPath("$.tz")
        for (time, isLocal) in [("2026-11-21 20:00:00", true), ("2026-11-21T12:00:00Z", false), ("x", nil)] {
            let message = mapped("{\"epc\":\"3008\",\"t\":\"\(time)\",\"tz\":\(zone)}") {
                $0.time = key("t")
                $0.timeZone = .path(path)
            }
            // Only what cannot be read without the zone is refused for it.
            let expected = isLocal == true ? place : isLocal == nil ? "t" : nil
            #expect(message.summary == expected.map { "rejected malformed_time @ \($0)" } ?? "1 reads")
        }
    }

    @Test func `the message's time names its zone too`() throws {
        let paths = try [MappingPath("$.ts"), MappingPath("$.tz")]
        let text = "{\"ts\":\"2026-11-21 20:00:00\",\"tz\":\"Europe/Berlin\",\"epc\":\"3008\"}"
        let message = mapped(text) {
            $0.sentAt = .path(paths[0])
            $0.timeZone = .path(paths[1])
        }
        #expect(message.summary == "rejected malformed_time @ $.tz")
    }

    @Test func `a clock that stands in the year 2000 is a time`() {
        for text in ["946684800", "\"2000-01-01T00:00:00Z\"", "\"1970-01-01T00:00:00Z\""] {
            let message = mapped("{\"epc\":\"3008\",\"t\":\(text)}") { $0.time = key("t") }
            #expect(message.tagReads.count == 1)
        }
    }
}
