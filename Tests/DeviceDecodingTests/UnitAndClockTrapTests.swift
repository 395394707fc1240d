import AssetModel
import DeviceDecoding
import Testing

private let hex = TrapSample.hex
private let base64url = TrapSample.base64url

// MARK: identity

struct UnitAndClockTrapTests {
    @Test(arguments: [
        (MessageFormat.impinj, TrapSample.impinj("", epc: "\"epc\":\"\(base64url)\"")),
        (.impinj, TrapSample.impinj("", epc: "\"epc\":\"MDQle/Ro1IAAAAPo\"")),
        (.impinj, TrapSample.impinj("")),
        (.smartReader, TrapSample.smartReader("")), (.zebra, TrapSample.zebra("")),
        (
            .zebra,
            TrapSample.zebra("").replacing("CUSTOM", with: "DIRECTIONALITY").replacing("idHex", with: "tagId")
        ),
        (.plain, TrapSample.keonn("")), (.csl, TrapSample.csl("")), (.ifm, TrapSample.ifm("")),
        (.llrpkit, TrapSample.llrpkit()), (.plain, "{\"epc\":\"\(hex.lowercased())\"}"),
    ])
    func `EPC key and encoding differ with every vendor and give the same bits`(
        vendor: MessageFormat, payload: String
    ) {
        let (message, format) = decodedAsAuto(payload)
        #expect(format == vendor)
        #expect(message.tagReads.map(\.tag.hex) == [hex], "\(message.summary)")
    }

    @Test func `base64 that happens to be hex digits is still base64 under Impinj's epc`() {
        let (message, _) = decodedAsAuto(TrapSample.impinj("", epc: "\"epc\":\"300833B2DDD90140\""))
        #expect(message.tagReads.first?.tag.hex == "DF4D3CDF70760C30FDD35E34")
        #expect(
            decodedAsAuto("{\"epc\":\"300833B2DDD90140\"}").0.tagReads.first?.tag.hex == "300833B2DDD90140")
    }

    // MARK: signal

    @Test(
        arguments: [
            ("Impinj, 1/100 dBm", TrapSample.impinj(",\"peakRssiCdbm\":-5234"), -5_234),
            ("SmartReader, dBm with a fraction", TrapSample.smartReader(",\"peakRssi\":-51.25"), -5_125),
            ("Zebra, whole dBm", TrapSample.zebra(",\"peakRssi\":-37"), -3_700),
            ("Keonn, a text", TrapSample.keonn(",\"rssi\":\"-62\""), -6_200),
            ("CSL, a text", TrapSample.csl(",\"rssi\":\"-70\""), -7_000),
            ("ifm, none", TrapSample.ifm(""), nil),
            ("llrpkit, dBm with a fraction", TrapSample.llrpkit(), -5_225),
            ("plain, 1/100 dBm unannounced", "{\"epc\":\"\(hex)\",\"rssi\":-5234}", nil),
        ] as [(String, String, Int16?)])
    func `RSSI is in another unit and type with every vendor`(name: String, payload: String, centi: Int16?) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.count == 1, "\(name): \(message.summary)")
        #expect(message.tagReads.first?.peakSignal?.centiDBm == centi, "\(name)")
    }

    @Test(
        arguments: [
            ("dbm", "-52", -5_200), ("dbm", "\"-52 dBm\"", -5_200), ("cdbm", "-5200", -5_200),
            ("ddbm", "-520", -5_200), ("-dbm", "52", -5_200), ("-dbm", "\"52.5\"", -5_250),
            ("raw", "187", nil), ("raw", "\"strong\"", nil),
        ] as [(String, String, Int16?)])
    func `a mapping names the unit of a signal`(unit: String, text: String, centi: Int16?) throws {
        let message = try decodedByMapping(
            "{\"e\":\"\(hex)\",\"r\":\(text)}", "epc='e'\nrssi='r'\nrssi_unit='\(unit)'")
        #expect(message.tagReads.count == 1 && message.tagReads.first?.peakSignal?.centiDBm == centi)
    }

    @Test(arguments: [
        ("dbm", "-5200"), ("dbm", "52"), ("cdbm", "5200"), ("ddbm", "-5200"), ("-dbm", "-52"),
        ("-dbm", "-20"), ("-dbm", "187"), ("dbm", "187"),
    ])
    func `a signal in another unit than the mapping says is refused, not taken`(unit: String, text: String)
        throws
    {
        let message = try decodedByMapping(
            "{\"e\":\"\(hex)\",\"r\":\(text)}", "epc='e'\nrssi='r'\nrssi_unit='\(unit)'")
        #expect(message.summary == "rejected number_out_of_range @ r")
    }

    // MARK: antenna, count, batch, frequency

    @Test(
        arguments: [
            ("Impinj, port", TrapSample.impinj(",\"antennaPort\":7"), 7),
            ("Impinj, name alone", TrapSample.impinj(",\"antennaName\":\"Door\""), nil),
            (
                "SmartReader, port and zone",
                TrapSample.smartReader(",\"antennaPort\":2,\"antennaZone\":\"TOP\""), 2
            ),
            ("Zebra", TrapSample.zebra(",\"antenna\":4"), 4), ("Zebra, not sent", TrapSample.zebra(""), nil),
            ("Keonn, a text", TrapSample.keonn(",\"port\":\"3\""), 3),
            ("CSL, a text", TrapSample.csl(",\"antennaPort\":\"1\""), 1),
            ("ifm, gateID is no antenna", TrapSample.ifm(""), nil), ("llrpkit", TrapSample.llrpkit(), 3),
        ] as [(String, String, UInt16?)])
    func `antenna is a number, a text, a name or a gate`(name: String, payload: String, port: UInt16?) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.count == 1, "\(name): \(message.summary)")
        #expect(message.tagReads.first?.antennaPort == port, "\(name)")
    }

    @Test(arguments: [
        ("Zebra", TrapSample.zebra(",\"reads\":7"), 7), ("Zebra, not sent", TrapSample.zebra(""), 1),
        ("Impinj has none", TrapSample.impinj(",\"reads\":7"), 1), ("ifm has none", TrapSample.ifm(""), 1),
        ("plain", "{\"epc\":\"\(hex)\",\"readCount\":\"42\"}", 42),
        (
            "llrpkit, in its events alone",
            """
            {"event":"arrived","reader":"dock","epc":"\(hex)","antenna":3,"dwell_s":null,\
            "reads":4,"at":1795262400}
            """, 4
        ),
    ])
    func `count is reads since the last report, or nothing`(name: String, payload: String, count: UInt32) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.map(\.reads) == [count], "\(name): \(message.summary)")
    }

    @Test(arguments: [
        (MessageFormat.smartReader, TrapSample.smartReader(""), "tag_reads"),
        (.plain, TrapSample.keonn(""), "reads"), (.csl, TrapSample.csl(""), "tags"),
    ])
    func `a batch is an array under the vendor's name`(vendor: MessageFormat, payload: String, key: String) {
        let record = payload.drop { $0 != "[" }.dropFirst().prefix { $0 != "]" }
        let (message, format) = decodedAsAuto(payload.replacing("[\(record)]", with: "[\(record),\(record)]"))
        #expect(format == vendor && message.tagReads.count == 2, "\(message.summary)")
        #expect(payload.contains("\"\(key)\":["))
    }

    @Test func `a batch of Zebra and of an ifm gate is an array of messages`() {
        #expect(decodedAsAuto("[\(TrapSample.zebra("")),\(TrapSample.zebra(""))]").0.tagReads.count == 2)
        let gate = TrapSample.ifm("").dropFirst().dropLast()
        #expect(decodedAsAuto("[\(gate),\(gate)]").0.tagReads.count == 2)
    }

    @Test(
        arguments: [
            ("Impinj, kHz", TrapSample.impinj(",\"frequency\":927250"), 927_250),
            ("SmartReader, kHz", TrapSample.smartReader(",\"frequency\":920625"), 920_625),
            ("Zebra, MHz under the name of a channel", TrapSample.zebra(",\"channel\":915.25"), 915_250),
            ("llrpkit, the index of a channel", TrapSample.llrpkit(), nil),
            ("plain, kHz", "{\"epc\":\"\(hex)\",\"frequency_khz\":902750}", 902_750),
            ("plain, MHz", "{\"epc\":\"\(hex)\",\"freq\":\"922.875\"}", 922_875),
            ("plain, an index", "{\"epc\":\"\(hex)\",\"frequency\":7}", nil),
        ] as [(String, String, UInt32?)])
    func `frequency is in kHz, in MHz or an index`(name: String, payload: String, kilohertz: UInt32?) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.count == 1, "\(name): \(message.summary)")
        #expect(message.tagReads.first?.radio.frequencyKilohertz == kilohertz, "\(name)")
    }

    @Test(
        arguments: [
            ("khz", "920625", 920_625), ("mhz", "920.625", 920_625), ("hz", "920625000", 920_625),
            ("auto", "920625", 920_625), ("auto", "920.625", 920_625), ("auto", "\"920625000\"", 920_625),
            ("mhz", "920625", nil), ("khz", "7", nil), ("auto", "-920.625", nil), ("auto", "\"x\"", nil),
        ] as [(String, String, UInt32?)])
    func `a mapping names the unit of a frequency, and no read is lost for it`(
        unit: String, text: String, kilohertz: UInt32?
    ) throws {
        let message = try decodedByMapping(
            "{\"e\":\"\(hex)\",\"f\":\(text)}", "epc='e'\nfrequency='f'\nfrequency_unit='\(unit)'")
        #expect(message.tagReads.count == 1)
        #expect(message.tagReads.first?.radio.frequencyKilohertz == kilohertz)
    }

    // MARK: who it is

    @Test(arguments: [
        ("Impinj, off by default", TrapSample.impinj(""), ""),
        ("SmartReader", TrapSample.smartReader("", head: ",\"mac\":\"00:16:25:13:F9:0B\""), "gate-1"),
        ("Zebra, off by default", TrapSample.zebra(""), ""),
        ("Zebra, host name", TrapSample.zebra(",\"hostName\":\"FXR90-1\",\"MAC\":\"aa\""), "FXR90-1"),
        ("Zebra, MAC alone", TrapSample.zebra(",\"MAC\":\"84:24:8D:01:02:03\""), "84:24:8D:01:02:03"),
        ("Keonn", TrapSample.keonn(""), "Adv-1"), ("CSL", TrapSample.csl(""), "00057B870000"),
        ("ifm", TrapSample.ifm(""), "490503"), ("llrpkit", TrapSample.llrpkit(), "dock"),
    ])
    func `the reader names itself under many names, and mostly not at all`(
        name: String, payload: String, identity: String
    ) {
        let (message, _) = decodedAsAuto(payload)
        #expect(message.tagReads.count == 1 && message.deviceIdentity == identity, "\(name)")
    }
}
