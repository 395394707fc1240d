import AssetModel
import GatewayConfiguration
import Testing

struct MappingConfigurationTests {
    @Test(arguments: badMappings.split(separator: "\n").map(String.init))
    func `a fault in a mapping is named with its line, key and place`(row: String) {
        let cells = row.split(separator: "|", maxSplits: 1, omittingEmptySubsequences: false)
        let text = "[[mapping]]\nid = \"m\"\n" + trimmed(cells[0]).replacing(";;", with: "\n")
        let expected = cells[1].split(separator: "&&").map(trimmed).filter { !$0.isEmpty }
        let problems = problems { _ = try MappingFile.read(text, file: "m.toml") }
        #expect(problems.count == expected.count, "\(problems.map(\.description))")
        for line in expected {
            let head = line.prefix { $0 != ":" }
            let words = trimmed(line.dropFirst(head.count + 1))
            let match = problems.contains { "\($0.line) \($0.key)" == head && $0.english.contains(words) }
            #expect(match, "\(line) is not among \(problems.map(\.description))")
        }
        #expect(problems.allSatisfy { !$0.chinese.isEmpty })
    }

    @Test func `a file of mappings alone and a whole configuration are both taken`() throws {
        let alone = "[[mapping]]\nid = 'a'\nepc = 'x'\n[[mapping]]\nid = 'b'\nepc = 'y'\n"
        #expect(try MappingFile.read(alone, file: "m").map(\.id) == ["a", "b"])
        let whole = "[gateway]\nid = 5\n[broker]\nport = 'x'\n" + alone
        #expect(try MappingFile.read(whole, file: "m").map(\.id) == ["a", "b"])
        #expect(problems { _ = try MappingFile.read("", file: "m") }.map(\.key) == ["mapping"])
        #expect(problems { _ = try MappingFile.read("x = 1\n" + alone, file: "m") }.map(\.key) == ["x"])
        #expect(problems { _ = try MappingFile.load(path: "/nonexistent/m.toml") }.map(\.key) == ["file"])
    }

    @Test func `what a mapping does not say has the documented default`() throws {
        let mapping = try #require(
            MappingFile.read("[[mapping]]\nid = 'm'\nepc = 'tag.code'\n", file: "m").first)
        var expected = PayloadMapping(id: "m")
        expected.epc = .path(try MappingPath("tag.code"))
        #expect(mapping == expected)
        #expect(mapping.epcEncoding == .hex && mapping.timeFormat == .auto && mapping.signalUnit == .dBm)
        #expect(mapping.reads.steps.isEmpty && mapping.timeZone == nil)
    }

    @Test func `every key of a mapping arrives`() throws {
        let text = """
            [[mapping]]
            id = "m"
            reads = "data[].tags[]"
            epc = { path = "'e.p'[2].c" }
            epc_encoding = "auto"
            tid = "tid"
            tid_encoding = "base64"
            epc_offset_bytes = 4
            epc_length_bytes = 12
            pc = "pc"
            pc_encoding = "hex"
            protocol = "air"
            protocol_words = { gb = [2], "6b" = ["B"] }
            antenna = { topic = -2 }
            antenna_first = 0
            antenna_words = { Left = 3 }
            rssi = { first = ["rssi", "^.rssi"] }
            rssi_unit = "ddbm"
            frequency = "khz"
            frequency_unit = "khz"
            phase = "phase"
            tx_power = "power"
            tx_power_unit = "cdbm"
            time = "^.at"
            time_format = "local"
            time_zone = "$.zone"
            time_zone_unit = "min"
            time_pattern = "DD/MM/YYYY HH:MM:SS"
            sent_at = { join = ["$.date", "$.clock"] }
            reads_count = { constant = 4 }
            direction = { topic = 3 }
            direction_words = { IN = ["enter"], NONE = [0] }
            reader = "$.mac"
            ignore_when = [{ path = "hb", equals = true }, { topic = 1, any = ["x", 5] }]
            heartbeat_when = { path = "$.ping", present = true }
            connected_when = { path = "$.e", equals = 1 }
            disconnected_when = { path = "$.e", equals = 2 }
            antenna_connected_when = { path = "e", equals = 3 }
            antenna_disconnected_when = { path = "e", equals = 4 }
            inventory_running_when = { path = "$.e", equals = 5 }
            inventory_idle_when = { path = "$.e", equals = 6 }
            overflow_when = { path = "$.e", equals = 7 }
            """
        let untried = MappingKeys.all.filter { !text.contains("\n\($0) = ") }
        #expect(untried == ["epc_has_pc"], "which excludes epc_length_bytes")
        let mapping = try #require(MappingFile.read(text, file: "m").first)
        #expect(mapping.reads.steps == [.key(Array("data".utf8)), .each, .key(Array("tags".utf8)), .each])
        let path = try MappingPath("'e.p'[2].c")
        #expect(mapping.epc == .path(path))
        #expect(path.steps == [.key(Array("e.p".utf8)), .index(2), .key(Array("c".utf8))])
        #expect(mapping.epcEncoding == .auto && mapping.tidEncoding == .base64)
        #expect(mapping.epcCut == .bytes(offset: 4, count: 12))
        #expect(mapping.protocolControl == .path(try MappingPath("pc")))
        #expect(mapping.protocolControlEncoding == .hex && mapping.antennaFirst == 0)
        #expect(
            mapping.airProtocolWords == [
                AirProtocolWord(word: "B", air: .iso6B), AirProtocolWord(word: "2", air: .gbt29768),
            ])
        #expect(mapping.antenna == .topicLevel(-2))
        #expect(mapping.antennaWords == [AntennaWord(word: "Left", port: 3)])
        let signals = try [MappingPath("rssi"), MappingPath("^.rssi")]
        #expect(mapping.signal == .first(signals.map { .path($0) }) && mapping.signalUnit == .deciDBm)
        #expect(mapping.frequencyUnit == .kHz && mapping.transmitPowerUnit == .centiDBm)
        checkTimesAndConditions(of: mapping, zone: try MappingPath("$.zone"))
    }

    private func checkTimesAndConditions(of mapping: PayloadMapping, zone: MappingPath) {
        #expect(mapping.timeZone == .path(zone) && mapping.timeZoneUnit == .minutes)
        #expect(mapping.timePattern == (try? TimePattern("DD/MM/YYYY HH:MM:SS")))
        #expect(mapping.sentAt?.isAboutMessage == true)
        #expect(mapping.readCount == .constant("4") && mapping.direction == .topicLevel(3))
        #expect(mapping.directionWords.inward == ["enter"] && mapping.directionWords.outward == ["out"])
        #expect(mapping.ignoreWhen.map(\.test) == [.any(["true"]), .any(["x", "5"])])
        #expect(mapping.heartbeatWhen.map(\.test) == [.present(true)])
        let events = [
            mapping.connectedWhen, mapping.disconnectedWhen, mapping.antennaConnectedWhen,
            mapping.antennaDisconnectedWhen, mapping.inventoryRunningWhen, mapping.inventoryIdleWhen,
            mapping.overflowWhen,
        ]
        #expect(events.map { $0.map(\.test) } == (1...7).map { [.any(["\($0)"])] })
    }

    @Test func `the keys that are read are the keys that are known`() {
        #expect(MappingKeys.all.count == Set(MappingKeys.all).count)
    }

    @Test(arguments: [
        ("Asia/Shanghai", 480), ("PRC", 480), ("Asia/Urumqi", 360), ("Asia/Kolkata", 330), ("UTC", 0),
        ("Z", 0), ("+8", 480), ("+08", 480), ("+0800", 480),
        ("+08:00", 480), ("-5:00", -300), ("-03:30", -210), ("+14:00", 840),
    ])
    func `a fixed offset has many forms`(text: String, minutes: Int) throws {
        let lines = "[[mapping]]\nid = 'm'\nepc = 'e'\ntime = 't'\ntime_zone = '\(text)'\n"
        #expect(try MappingFile.read(lines, file: "m").first?.timeZone == .minutesEast(minutes))
    }

    /// 2026: summer time from 29 March to 25 October in Berlin, from 8 March to 1 November in New York; Lord
    /// Howe's summer time is half an hour. Source: the IANA time zone database.
    @Test(arguments: [
        ("Europe/Berlin", "2026-03-29T01:59:59", -60), ("Europe/Berlin", "2026-03-29T03:00:00", -120),
        ("Europe/Berlin", "2026-07-01T12:00:00", -120), ("Europe/Berlin", "2026-10-25T02:30:00", -120),
        ("Europe/Berlin", "2026-10-25T03:00:00", -60), ("America/New_York", "2026-11-01T01:30:00", 240),
        ("America/New_York", "2026-11-01T02:00:00", 300), ("America/New_York", "2041-07-01T00:00:00", 240),
        ("Australia/Lord_Howe", "2026-01-01T00:00:00", -660),
        ("Australia/Lord_Howe", "2026-07-01T00:00:00", -630), ("Asia/Kathmandu", "2026-07-01T00:00:00", -345),
        // 02:30 does not exist that night: the clock has not been moved yet.
        ("Europe/Berlin", "2026-03-29T02:30:00", -60),
    ])
    func `a zone's name stands for its clock, summer time included`(
        name: String, local: String, minutesToUTC: Int64
    ) throws {
        let lines = "[[mapping]]\nid = 'm'\nepc = 'e'\ntime = 't'\ntime_zone = '\(name)'\n"
        let mapping = try #require(try MappingFile.read(lines, file: "m").first)
        let fields = try #require(UTCInstant(rfc3339: local + "Z"))
        let expected = fields + ElapsedTime(seconds: minutesToUTC * 60)
        switch mapping.timeZone {
        case .named(let clock): #expect(clock.instant(ofLocal: fields) == expected)
        case .minutesEast(let minutes): #expect(Int64(minutes) == -minutesToUTC)
        case .path, nil: Issue.record("\(name) is no zone")
        }
    }

    private func trimmed(_ text: some StringProtocol) -> String {
        var text = text[...]
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }

    private func problems(_ body: () throws -> Void) -> [ConfigurationProblem] {
        do {
            try body()
            return []
        } catch {
            return (error as? ConfigurationErrors)?.problems ?? []
        }
    }
}

struct SharedTopicTests {
    private func layout(_ readers: String) throws -> TallyConfiguration {
        let head = "gateway.id = 'g'\n[[site]]\nid = 'M'\n[[mapping]]\nid = 'k'\nepc = 'e'\n"
        return try TallyConfiguration.parse(head + readers, file: "t", needsBroker: false)
    }

    private func reader(_ id: String, _ rest: String) -> String {
        "[[reader]]\nid = '\(id)'\nsite = 'M'\ntopics = ['shared']\n\(rest)\n"
    }

    @Test func `readers that name themselves share a topic`() throws {
        let read = try layout(
            reader("A", "identities = ['impinj-14-A5-3C', '00:16:25:14:A5:3C']")
                + reader("B", "identities = ['b']") + reader("C", "identities = ['c']"))
        #expect(
            read.layout.readers.map(\.identities) == [
                ["impinj-14-A5-3C", "00:16:25:14:A5:3C"], ["b"], ["c"],
            ])
        #expect(read.subscriptions == ["shared", "tally/v1/M/sweep"])
    }

    @Test(arguments: [
        ("identities = ['a']", "", "the reader on line 12 then needs identities"),
        ("", "identities = ['a']", "the reader on line 7 then needs identities"),
        ("identities = ['a']", "identities = ['A']", "already names the reader on line 7"),
        ("identities = ['a']", "identities = ['b']\nvendor = 'impinj'", "need the same vendor"),
    ])
    func `who cannot be told apart cannot share`(first: String, second: String, words: String) {
        let error = #expect(throws: ConfigurationErrors.self) {
            try layout(reader("A", first) + reader("B", second))
        }
        let problems = error?.problems ?? []
        #expect(problems.count == 1 && problems.allSatisfy { $0.english.contains(words) }, "\(problems)")
    }

    @Test func `a reader finds the mapping that its vendor names`() throws {
        let read = try layout(reader("A", "vendor = 'mapping k'"))
        #expect(read.layout.readers.first?.format == .mapping)
        #expect(read.layout.readers.first?.mapping?.epc == .path(try MappingPath("e")))
        #expect(read.notes.isEmpty)
        #expect(try layout(reader("A", "vendor = 'plain'")).notes.map(\.key) == ["mapping.id"])
    }

    @Test func `not set is another thing than zero`() throws {
        #expect(try layout(reader("A", "")).layout.readers.first?.reportIntervalIsSet == false)
        let set = try layout(reader("A", "report_interval_seconds = 0")).layout.readers.first
        #expect(set?.reportIntervalIsSet == true && set?.reportInterval == .zero)
    }

    @Test(arguments: [
        ("emqx", MessageFormat.emqx), ("emqx-jt808", .emqx), ("jt808", .jt808), ("auto", .auto),
    ])
    func `terminal formats of today`(word: String, format: MessageFormat) throws {
        let source = "[[terminal_source]]\nid = 't'\ntopics = ['v']\nformat = '\(word)'\n"
        #expect(try layout(source).layout.terminalSources.first?.format == format)
    }

    @Test func `the new rules and the register arrive`() throws {
        let read = try layout(
            """
            [rules]
            clock_skew_after_seconds = 30
            coverage_gap_after_seconds = 90
            no_fix_after_seconds = 240
            [register]
            directory = "/srv/books"
            strict = true
            headings = "cn-pandian"
            """)
        #expect(read.rules.clockSkewAfter == ElapsedTime(seconds: 30))
        #expect(read.rules.coverageGapAfter == ElapsedTime(seconds: 90))
        #expect(read.rules.noFixAfter == ElapsedTime(seconds: 240))
        var register = RegisterConfiguration()
        (register.directory, register.strict, register.headings) = ("/srv/books", true, .chineseStocktake)
        #expect(read.register == register)
        let bare = try layout("")
        #expect(bare.register == RegisterConfiguration() && bare.register.directory == nil)
        #expect(bare.keysNeedingRestart(since: read) == ["register"])
    }
}
