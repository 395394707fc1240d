import AssetModel
import GatewayConfiguration
import Testing

/// Each row: the lines of a `[[mapping]]` behind its header (line 1) and `id` (line 2), `;;` between lines,
/// and the problems: `line key: words`, separated by `&&`.
private let badMappings = """
    epc = ""                              | 3 mapping.epc: the path is empty
    epc = 5                               | 3 mapping.epc: a path, or { path | constant | topic }
    epc = "a..b"                          | 3 mapping.epc: character 3: a key is missing
    epc = ".a"                            | 3 mapping.epc: character 1: a key is missing
    epc = "a."                            | 3 mapping.epc: character 3: a key is missing
    epc = "a[b]"                          | 3 mapping.epc: character 3: only an index from 0
    epc = "a[1"                           | 3 mapping.epc: character 4: ] is missing
    epc = "a[]"                           | 3 mapping.epc: character 2: [] is for reads
    epc = "a b"                           | 3 mapping.epc: character 2: this character cannot stand
    epc = "a]b"                           | 3 mapping.epc: character 2: this character cannot stand
    epc = "'a"                            | 3 mapping.epc: character 1: the quote is not closed
    epc = "a['b']"                        | 3 mapping.epc: character 3: only an index
    epc = "$.a$"                          | 3 mapping.epc: character 4: this character cannot stand
    epc = "$a"                            | 3 mapping.epc: character 2: this character cannot stand
    epc = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q" | 3 mapping.epc: too many steps
    epc = "^^.a"                          | 3 mapping.epc: more ^ than reads has [] (1)
    epc = "^^.a";;reads = "x[].y[]"       |
    epc = "a";;reads = "^.a"              | 4 mapping.reads: no ^ here
    epc = "a";;reads = "a[].b[x]"         | 4 mapping.reads: character 7: only an index
    epc = "a";;epc_encoding = "utf8"      | 4 mapping.epc_encoding: hex | base64 | base64url | auto
    epc = { constant = "3034" }           | 3 mapping.epc.constant: no constant
    epc = { path = "a", topic = 1 }       | 3 mapping.epc: one field has one source, here are path and topic
    epc = {}                              | 3 mapping.epc: needs one of path, constant, topic
    epc = { key = "a" }                   | 3 mapping.epc.key: unknown key && 3 mapping.epc: needs one of
    epc = "a";;rssi = "r";;rssi_unit = "mw" | 5 mapping.rssi_unit: dbm | cdbm | ddbm
    epc = "a";;rssi_unit = "cdbm"         | 4 mapping.rssi_unit: needs rssi beside it
    epc = "a";;rssi = { constant = "x" }  | 4 mapping.rssi.constant: expected a number, found text
    epc = "a";;rssi = { constant = 31 }   | 4 mapping.rssi.constant: out of range
    epc = "a";;antenna = { constant = 0 } | 4 mapping.antenna.constant: out of range 1...65535
    epc = "a";;antenna = { constant = "1" } | 4 mapping.antenna.constant: expected an integer, found text
    epc = "a";;antenna = { topic = 0 }    | 4 mapping.antenna.topic: levels count from 1
    epc = "a";;antenna = { topic = "x" }  | 4 mapping.antenna.topic: expected an integer
    epc = "a";;antenna_words = { a = 1 }  | 4 mapping.antenna_words: needs antenna beside it
    epc = "a";;antenna = "n";;antenna_words = { a = 0 } | 5 mapping.antenna_words.a: out of range
    epc = "a";;time = { constant = 5 }    | 4 mapping.time.constant: no constant
    epc = "a";;time = "t";;time_format = "min" | 5 mapping.time_format: auto | s | ms | us | ns | iso | local
    epc = "a";;time = "t";;time_format = "local" | 5 mapping.time_format: needs time_zone
    epc = "a";;time = "t";;time_zone = "8:00" | 5 mapping.time_zone: "8:00" is no offset
    epc = "a";;time = "t";;time_zone = "+15:00" | 5 mapping.time_zone: "+15:00" is no offset
    epc = "a";;time = "t";;time_zone = "x y" | 5 mapping.time_zone: character 2
    epc = "a";;time = "t";;time_format = "ms";;time_zone = "Z" | 6 mapping.time_zone: is a number
    epc = "a";;time = "t";;time_format = "iso";;time_pattern = "YYYYMMDDHH" \
    | 6 mapping.time_pattern: no pattern
    epc = "a";;time = "t";;time_pattern = "YY/MM/DD HH" | 5 mapping.time_pattern: character 1
    epc = "a";;time = "t";;time_pattern = "YYYY/MM/DD" | 5 mapping.time_pattern: or hour is missing
    epc = "a";;time = "t";;time_pattern = "YYYY/MM/MM HH" | 5 mapping.time_pattern: character 9: stands twice
    epc = "a";;time_zone = "Z"            | 4 mapping.time_zone: needs time beside it
    epc = "a";;reads_count = { constant = 0 } | 4 mapping.reads_count.constant: out of range
    epc = "a";;direction = { constant = "in" } | 4 mapping.direction.constant: IN | OUT | NONE | UNKNOWN
    epc = "a";;direction = "d";;direction_words = { INN = [] } | 5 mapping.direction_words.INN: unknown key
    epc = "a";;direction = "d";;direction_words = { IN = "x" } | 5 mapping.direction_words.IN: a list
    epc = "a";;direction = "d";;direction_words = { IN = [1.5] } \
    | 5 mapping.direction_words.IN: found a decimal
    epc = "a";;direction = "d";;direction_words = { IN = ["x"], OUT = ["X"] } \
    | 5 mapping.direction_words.OUT: under IN
    epc = "a";;direction_words = { IN = ["x"] } | 4 mapping.direction_words: needs direction
    epc = "a";;reader = { constant = "" } | 4 mapping.reader.constant: empty
    epc = "a";;ignore_when = "x"          | 4 mapping.ignore_when: a table
    epc = "a";;ignore_when = { path = "x" } | 4 mapping.ignore_when: a condition is one of
    epc = "a";;ignore_when = { path = "x", equals = 1, any = [] } | 4 mapping.ignore_when: a condition is
    epc = "a";;ignore_when = { path = "x", topic = 1, equals = 1 } | 4 mapping.ignore_when: a condition is
    epc = "a";;ignore_when = { path = "x", is = 1 } \
    | 4 mapping.ignore_when.is: unknown key && 4 mapping.ignore_when: a condition
    epc = "a";;ignore_when = { path = "x", equals = 1.5 } | 4 mapping.ignore_when.equals: text, an integer
    epc = "a";;ignore_when = [{ path = "x[", equals = 1 },;; 5] \
    | 4 mapping.ignore_when.path: ] is missing && 5 mapping.ignore_when: a table
    epc = "a";;heartbeat_when = { path = "x", present = "yes" } \
    | 4 mapping.heartbeat_when.present: true or false
    epc = "a";;color = "x"                | 4 mapping.color: unknown key; known here: id, reads, epc
    epc = "a";;[[mapping]];;id = "m";;epc = "b" | 5 mapping.id: duplicate id "m", first on line 2
    tid = "t"                             | 1 mapping.epc: where the EPC stands
    """

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
            antenna = { topic = -2 }
            antenna_words = { Left = 3 }
            rssi = { constant = -60 }
            rssi_unit = "ddbm"
            time = "^.at"
            time_format = "local"
            time_zone = "$.zone"
            time_pattern = "DD/MM/YYYY HH:MM:SS"
            reads_count = { constant = 4 }
            direction = { constant = "OUT" }
            reader = "$.mac"
            ignore_when = [{ path = "hb", equals = true }, { topic = 1, any = ["x", 5] }]
            heartbeat_when = { path = "$.ping", present = true }
            """
        let mapping = try #require(MappingFile.read(text, file: "m").first)
        #expect(mapping.reads.steps == [.key(Array("data".utf8)), .each, .key(Array("tags".utf8)), .each])
        let path = try MappingPath("'e.p'[2].c")
        #expect(mapping.epc == .path(path))
        #expect(path.steps == [.key(Array("e.p".utf8)), .index(2), .key(Array("c".utf8))])
        #expect(mapping.epcEncoding == .auto && mapping.tidEncoding == .auto)
        #expect(mapping.antenna == .topicLevel(-2))
        #expect(mapping.antennaWords == [AntennaWord(word: "Left", port: 3)])
        #expect(mapping.signal == .constant("-60.0") && mapping.signalUnit == .deciDBm)
        #expect(mapping.timeZone == .path(try MappingPath("$.zone")))
        #expect(mapping.timePattern == (try TimePattern("DD/MM/YYYY HH:MM:SS")))
        #expect(mapping.readCount == .constant("4") && mapping.direction == .constant("OUT"))
        #expect(mapping.ignoreWhen.map(\.test) == [.any(["true"]), .any(["x", "5"])])
        #expect(mapping.heartbeatWhen.map(\.test) == [.present(true)])
    }

    @Test(arguments: [
        ("Asia/Shanghai", 480), ("UTC", 0), ("Z", 0), ("+8", 480), ("+08", 480), ("+0800", 480),
        ("+08:00", 480), ("-5:00", -300), ("-03:30", -210), ("+14:00", 840),
    ])
    func `a fixed offset has many forms`(text: String, minutes: Int) throws {
        let lines = "[[mapping]]\nid = 'm'\nepc = 'e'\ntime = 't'\ntime_zone = '\(text)'\n"
        #expect(try MappingFile.read(lines, file: "m").first?.timeZone == .minutesEast(minutes))
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
