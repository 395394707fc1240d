import Foundation
import TestSupport
import Testing

/// `tally decode` as a filter: the built program, without a daemon.
struct DecodeCommandTests {
    private struct Run {
        var code: Int32
        var output: String

        /// One object for each line.
        func objects() throws -> [[String: Any]] {
            try output.split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
        }
    }

    private func decode(_ arguments: [String], _ input: String, files: [String: String] = [:]) throws -> Run {
        let directory = try TestDirectory()
        try directory.write(input, to: "input")
        for (name, text) in files { try directory.write(text, to: name) }
        let program = DaemonRig.programs.appendingPathComponent("tally").path
        let words = arguments.map { files[$0] == nil ? $0 : directory.file($0) }
        let child = try Child(
            program, ["decode"] + words, input: directory.file("input"), output: directory.file("output"),
            environment: ["SWIFT_BACKTRACE": "enable=no"])
        child.wait()
        return Run(code: child.exitCode, output: directory.read("output"))
    }

    private static let location =
        "7E02000026123456789012007D02000000010000000200BA7F0E07E4F11C0028003C0000"
        + "1810151010100104000000640202007D01137E"

    private static let read = """
        {"timestamp":"2026-11-21T12:00:00Z","eventType":"tagInventory","tagInventoryEvent":\
        {"epcHex":"3034257bf468d480000003ee","antennaPort":2,"peakRssiCdbm":-5234}}
        """

    @Test func `every input line gives one line, whatever is in it`() throws {
        let run = try decode(["jt808", "--hex"], "\(DecodeCommandTests.location)\n\nzz\r\n7e00")
        #expect(run.code == 0)
        let lines = try run.objects()
        #expect(lines.map { $0["line"] as? Int } == [1, 2, 3, 4])
        #expect(
            lines.map { $0["rejected"] as? String }
                == [nil, "empty_payload", "frame_delimiter", "frame_delimiter"])
        #expect(lines.map { $0["at"] as? String } == [nil, "offset 0", "offset 0", "offset 2"])
        #expect(try decode(["epc"], "").output.isEmpty)
    }

    @Test func `a frame is printed in its units`() throws {
        let run = try decode(["jt808"], DecodeCommandTests.location)
        #expect(
            run.output == """
                {"line":1,"message_id":"0x0200","phone":"123456789012","phone_raw":"123456789012",\
                "serial":126,"fixes":[{"lat_deg":12.222222,"lon_deg":132.444444,"altitude_m":40,\
                "speed_km_h":6,"direction_deg":0,"time_utc":"2018-10-15T02:10:10Z","valid":true,\
                "backfill":false,"odometer_m":10000,"satellites":null,"accuracy_m":null,\
                "alarms":["emergency"],"status":["positioned"],\
                "items":[{"id":"0x01","hex":"00000064"},{"id":"0x02","hex":"007d"}]}],\
                "terminal_events":[],"ignored":null,"pending":false,"rejections":[]}

                """)
    }

    @Test func `what a terminal does not say is null, and a refused line of an encrypted frame has its head`()
        throws
    {
        // Altitude, speed and direction FFFF; the edition of 2013, alarm bit 15; encrypted.
        let frames = [
            "7e0200001c01234567890000010000800000000003025fd74806fa1ff8ffffffffffff261121200000fa7e",
            "7e0200040001234567890000018e7e",
        ]
        let lines = try decode(["jt808"], frames.joined(separator: "\n")).objects()
        let fix = try #require((lines[0]["fixes"] as? [[String: Any]])?.first)
        for key in ["altitude_m", "speed_km_h", "direction_deg", "satellites"] {
            #expect(fix[key] is NSNull, "\(key)")
        }
        #expect(fix["alarms"] as? [String] == ["bit_15"])
        #expect(lines[1]["rejected"] as? String == "frame_encrypted")
        #expect(lines[1]["phone"] as? String == "12345678900" && lines[1]["serial"] as? Int == 1)
        #expect(lines[1]["message_id"] as? String == "0x0200")
    }

    @Test func `a position whose topic names nobody is shown without a phone`() throws {
        let sentence = "$GPRMC,152518.800,A,4013.13669,N,11612.13786,E,0.61,90.50,160621,,,A,V*2C"
        for (topic, phone) in [("gps", nil), ("gps/A1", "A1")] as [(String, String?)] {
            let run = try decode(["terminal", "--topic", topic], sentence)
            let line = try #require(try run.objects().first)
            #expect(line["phone"] as? String == phone && line["rejected"] == nil)
            let fix = try #require((line["fixes"] as? [[String: Any]])?.first)
            #expect(fix["lat_deg"] as? Double == 40.218_945 && fix["phone"] == nil)
            #expect(fix["time_utc"] as? String == "2021-06-16T15:25:18.800Z")
        }
    }

    @Test func `parts wait for each other over the lines`() throws {
        // 0x0801, part 1 of 2 and part 2 of 2, with two bytes of a picture each.
        let parts = [
            "7e08012002001234567890000100020001aabba07e", "7e08012002001234567890000200020002aabba07e",
        ]
        let lines = try decode(["jt808"], parts.joined(separator: "\n")).objects()
        #expect(lines.map { $0["rejected"] as? String } == [nil, nil])
        #expect(lines.map { $0["pending"] as? Bool } == [true, false])
        #expect(lines.map { $0["phone"] as? String } == ["1234567890", "1234567890"])
    }

    @Test func `a platform's payload is printed as its frame is, with where it came from`() throws {
        let payload = """
            {"body":{"alarm":1,"altitude":40,"direction":0,"extra":{"fuel_meter":125,"mileage":100},\
            "latitude":12222222,"longitude":132444444,"speed":60,"status":2,"time":"181015101010"},\
            "header":{"encrypt":0,"len":38,"msg_id":512,"msg_sn":126,"phone":"123456789012"}}
            """
        let input = payload + "\n" + DecodeCommandTests.location
        let lines = try decode(["terminal", "--topic", "jt808/1/1/up"], input).objects()
        #expect(lines.map { $0["vendor"] as? String } == ["emqx", "jt808"])
        let fixes = lines.map { $0["fixes"] as? NSArray }
        #expect(fixes.first == fixes.last && fixes.first??.count == 1)
        #expect(lines.map { $0["serial"] as? Int } == [126, 126])
        let topic = "$SYS/brokers/n1/gateway/jt808/clients/018876638972/disconnected"
        let gone = try decode(
            ["terminal", "--topic", topic, "--format", "emqx-jt808"], #"{"reason":"normal"}"#)
        #expect(gone.output.contains(#""phone":"18876638972""#))
        #expect(gone.output.contains(#""terminal_events":[{"kind":"deregistered"}]"#))
    }

    @Test func `reads of several readers may follow one another`() throws {
        let noEPC = DecodeCommandTests.read.replacing(#""epcHex":"3034257bf468d480000003ee","#, with: "")
        let input = [DecodeCommandTests.read, "connection lost", noEPC, "{", #"{"a":1}"#]
        let run = try decode(["reader", "--topic", "gate"], input.joined(separator: "\n"))
        #expect(
            run.output == """
                {"line":1,"vendor":"impinj","observations":[{"epc_hex":"3034257BF468D480000003EE",\
                "tid_hex":null,"antenna":2,"peak_rssi_dbm":-52.34,"heard_at":"2026-11-21T12:00:00.000Z",\
                "reads":1,"direction":null,"pc_hex":null,"protocol":null,"frequency_khz":null,\
                "phase_deg":null,"tx_power_dbm":null}],"reader_events":[],"ignored":null,"rejections":[]}
                {"line":2,"vendor":"impinj","observations":[],"reader_events":[{"kind":"disconnected"}],\
                "ignored":null,"rejections":[]}
                {"line":3,"vendor":"impinj","observations":[],"reader_events":[],"ignored":null,\
                "rejections":[{"reason":"missing_identity","at":"tagInventoryEvent.epc"}]}
                {"line":4,"vendor":null,"observations":[],"reader_events":[],"ignored":null,\
                "rejected":"malformed_json","at":"offset 1"}
                {"line":5,"vendor":null,"observations":[],"reader_events":[],"ignored":null,\
                "rejected":"unknown_shape","at":"offset 0"}

                """)
        #expect(run.code == 0)
    }

    @Test func `a mapping of a file decodes what no family knows`() throws {
        let mapping = """
            [[mapping]]
            id = "keonn"
            reads = "reads[]"
            epc = "tag"
            rssi = "rssi"
            """
        let input = #"{"reads":[{"tag":"3034257bf468d480000003ee","rssi":"-62.5"}]}"#
        let run = try decode(["mapping", "m.toml", "--topic", "x"], input, files: ["m.toml": mapping])
        #expect(run.code == 0)
        #expect(run.output.contains(#""epc_hex":"3034257BF468D480000003EE""#), "\(run.output)")
        #expect(run.output.contains(#""peak_rssi_dbm":-62.5,"#))
        let two = mapping + "\n" + mapping.replacing("keonn", with: "other")
        let files = ["m.toml": two]
        #expect(try decode(["mapping", "m.toml"], input, files: files).code == 64)
        #expect(try decode(["mapping", "m.toml", "--mapping", "other"], input, files: files).code == 0)
        #expect(try decode(["mapping", "m.toml", "--mapping", "third"], input, files: files).code == 64)
        #expect(try decode(["mapping", "m.toml"], input, files: ["m.toml": "[[mapping]]\n"]).code == 65)
        #expect(try decode(["mapping", "/nowhere/m.toml"], input).code == 66)
    }

    @Test func `a tag is named by the standard`() throws {
        let lines = try decode(["epc"], "3034257bf468d480000003ee\n3034\nxy").objects()
        #expect(lines.first?["hex"] as? String == "3034257BF468D480000003EE")
        #expect(lines.first?["scheme"] as? String == "sgtin-96")
        #expect(lines.first?["pure_identity_uri"] as? String == "urn:epc:id:sgtin:0614141.107346.1006")
        #expect(
            lines.map { $0["rejected"] as? String } == [nil, "identity_length", "malformed_identity"])
    }

    @Test(arguments: [
        ["terminal", "--format", "acme"], ["reader", "--vendor", "mapping"], ["jt808", "--nonsense"],
        ["reader", "--received-at", "soon"], ["epc", "--json", "--text"],
    ])
    func `what is asked wrongly is a usage error`(arguments: [String]) throws {
        #expect(try decode(arguments, "").code == 64)
    }

    @Test func `people get labels, and a line that is too long is refused`() throws {
        let text = try decode(["jt808", "--text"], DecodeCommandTests.location).output
        #expect(text.contains("纬度 lat_deg") && text.contains("紧急报警 emergency"))
        let english = try decode(["jt808", "--text", "--language", "en"], DecodeCommandTests.location).output
        #expect(english.contains("lat_deg") && english.allSatisfy { $0.isASCII || $0 == "─" })
        let long = String(repeating: "a", count: 1_048_577)
        let lines = try decode(["epc"], long + "\n" + long.dropLast() + "\r\n").objects()
        #expect(lines.map { $0["rejected"] as? String } == ["oversize_payload", "identity_length"])
    }
}
