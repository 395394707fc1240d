import GatewayConfiguration
import Testing

/// A layout without fault, one statement a line, so that a table can say which line is replaced.
private let goodLines = """
    [gateway]
    id = "g1"
    [broker]
    [[site]]
    id = "M01"
    [[zone]]
    id = "Z1"
    site = "M01"
    [[reader]]
    id = "R1"
    site = "M01"
    topics = ["r/1"]
    [[reader.antenna]]
    port = 1
    zone = "Z1"
    """

/// Each row: the line of `goodLines` that is replaced (16 stands behind the last), what stands there instead
/// (`;;` is a line end), and the problems that follow, `line key: words`, all of them and in this order.
private let badConfigurations = """
    1  | [gatewy]                                  | 1 gateway.id: missing | 1 gatewy: unknown key
    1  | # no header                               | 1 gateway.id: missing | 2 id: unknown key
    2  |                                           | 1 gateway.id: missing
    2  | id = ""                                   | 2 gateway.id: empty
    2  | id = 7                                    | 2 gateway.id: expected text, found an integer
    2  | id = "a/b"                                | 2 gateway.id: must not contain / + #
    2  | id = "a b"                                | 2 gateway.id: spaces
    2  | id = "g1";;language = "de"                | 3 gateway.language: zh | en
    2  | id = "g1";;name = "x"                     | 3 gateway.name: known here: id, language
    3  |                                           | 1 broker: the daemon needs a broker
    3  | [broker];;port = 0                        | 4 broker.port: 0 is out of range 1...65535
    3  | [broker];;port = 65536                    | 4 broker.port: out of range
    3  | [broker];;port = "1883"                   | 4 broker.port: expected an integer, found text
    3  | [broker];;port = 1883.0                   | 4 broker.port: found a decimal number
    3  | [broker];;socket = "/s";;host = "h"       | 4 broker.socket: either socket or host
    3  | [broker];;password_file = "/p"            | 4 broker.password_file: needs username_file
    3  | [broker];;cert_file = "/c"                | 4 broker.cert_file: needs key_file
    3  | [broker];;receive_maximum = 0             | 4 broker.receive_maximum: out of range
    3  | [broker];;publisher = {client_id="tallyd"} | 4 broker.publisher.client_id: different client ids
    3  | [broker];;publisher = {client="x"}        | 4 broker.publisher.client: unknown key
    3  | [broker];;publisher = 3                   | 4 broker.publisher: expected a table
    3  | broker = 3                                | 3 gateway.broker: unknown | 1 broker: needs a broker
    5 | | 4 site.id: missing | 8 zone.site: "M01" | 11 reader.site: "M01"
    5  | id = "M01";;state = "closed"              | 6 site.state: active | reserved | retired
    5  | id = "M01";;role = "cellar"               | 6 site.role: unknown value
    5  | id = "M01";;timezone = "Europe/Berlin"    | 6 site.timezone: Asia/Shanghai | UTC | +08:00
    5  | id = "M01";;timezone = "+15:00"           | 6 site.timezone: unknown value
    5  | id = "M01";;[[site]];;id = "M01"          | 7 site.id: duplicate id "M01", first on line 5
    5  | id = "M/1"                                | 5 site.id: / + # | 8 zone.site: no | 11 reader.site: no
    7  | id = "Z1";;kind = "tent"                  | 8 zone.kind: shelf | room | gate | yard | walk-by
    7  | id = "Z1";;neighbours = ["Z1"]            | 8 zone.neighbours: no neighbour of itself
    7  | id = "Z1";;neighbours = ["Z9"]            | 8 zone.neighbours: no [[zone]] has the id "Z9"
    7  | id = "Z1";;neighbours = "Z2"              | 8 zone.neighbours: expected a list of texts, found text
    7  | id = "Z1";;locations = ["a", 5]           | 8 zone.locations: expected text, found an integer
    7  | id = "Z1";;missing_after_seconds = 0      | 8 zone.missing_after_seconds: out of range 1...31622400
    7  | id = "Z1";;missing_after_seconds = nan    | 8 zone.missing_after_seconds: expected a number
    7  | id = "Z1";;missing_after_seconds = true   | 8 zone.missing_after_seconds: found true or false
    7  | id = "Z1";;name = 2026-11-21              | 8 name: no key takes a date
    8  |                                           | 6 zone.site: missing
    8  | site = "M02"                              | 8 zone.site: no [[site]] has the id "M02"
    10 |                                           | 9 reader.id: missing
    10 | id = "sweep:M01"                          | 10 reader.id: kept for handheld sweeps
    10 | id = "R1";;vendor = "acme"                | 11 reader.vendor: unknown value "acme"
    10 | id = "R1";;vendor = "mapping shelf"       | 11 reader.vendor: no [[mapping]] has the id "shelf"
    10 | id = "R1";;vendor = "mapping"             | 11 reader.vendor: no [[mapping]] has the id ""
    10 | id = "R1";;identities = "a"               | 11 reader.identities: expected a list of texts
    10 | id = "R1";;identities = ["a", ""]         | 11 reader.identities: must not be empty
    10 | id = "R1";;liveness = "ping"              | 11 reader.liveness: will | heartbeat | traffic
    10 | id = "R1";;report_interval_seconds = -1   | 11 reader.report_interval_seconds: out of range
    10 | id = "R1";;offline_after_seconds = 0      | 11 reader.offline_after_seconds: out of range
    10 | report_interval_seconds = 90;;id = "R1";;offline_after_seconds = 90 \
    | 12 reader.offline_after_seconds: must exceed
    11 |                                           | 9 reader.site: missing
    11 | site = "M02"                              | 11 reader.site: no [[site]]
    12 |                                           | 9 reader.topics: at least one
    12 | topics = []                               | 12 reader.topics: at least one
    12 | topics = "r/1" | 12 reader.topics: expected a list | 12 reader.topics: at least one
    12 | topics = ["r/#/x"]                        | 12 reader.topics: # must stand alone in the last level
    12 | topics = ["r/x#"]                         | 12 reader.topics: # must stand alone
    12 | topics = ["r/a+"]                         | 12 reader.topics: + must stand alone
    12 | topics = [""]                             | 12 reader.topics: it is empty
    12 | topics = ["$share/g/r"]                   | 12 reader.topics: shared subscriptions
    12 | topics = ["r/1",;; "r/2",;; "r/1"]        | 14 reader.topics: used twice, first on line 12
    12 | topics = ["r/1","r/1"];;identities = ["a"] | 12 reader.topics: used twice, first on line 12
    14 |                                           | 13 reader.antenna.port: missing
    14 | port = 0                                  | 14 reader.antenna.port: out of range 1...256
    14 | port = 257                                | 14 reader.antenna.port: out of range
    14 | port = 9223372036854775807                | 14 reader.antenna.port: out of range
    15 |                                           | 13 reader.antenna.zone: missing
    15 | zone = "Z9"                               | 15 reader.antenna.zone: no [[zone]] has the id "Z9"
    15 | zone = "Z1";;side = "left"                | 16 reader.antenna.side: inside | outside
    16 | [[reader.antenna]];;port = 1;;zone = "Z1" | 17 reader.antenna.port: duplicate port 1, first on \
    line 14
    16 | [[reader.light_barrier]];;zone = "Z1"     | 16 reader.light_barrier.pin: missing
    16 | [[reader.light_barrier]];;pin = 65;;zone = "Z1" | 17 reader.light_barrier.pin: out of range 1...64
    16 | [[reader.light_barrier]];;pin = 1         | 16 reader.light_barrier.zone: missing
    16 | [[reader.light_barrier]];;pin = 1;;zone = "Z9" | 18 reader.light_barrier.zone: no [[zone]] has
    16 | [[reader.light_barrier]];;pin = 1;;zone = "Z1";;side = "top" | 19 reader.light_barrier.side: inside
    16 | [[reader.light_barrier]];;pin = 1;;zone = "Z1";;active = "on" | 19 reader.light_barrier.active: low
    16 | [[zone]];;id = "Z1";;site = "M01"         | 17 zone.id: duplicate id
    16 | [[reader]];;id = "R1";;site = "M01";;topics = ["q"] | 17 reader.id: duplicate id
    16 | [[reader]];;id = "R2";;site = "M01";;topics = ["r/1"] | 19 reader.topics: first on line 12 \
    | 19 reader.topics: line 9 then needs identities
    16 | [reader2];;x = 1                          | 16 reader2: unknown key
    16 | [[terminal_source]]                       | 16 terminal_source.id: missing
    16 | [[terminal_source]];;id = "t";;format = "x" | 18 terminal_source.format: unknown value
    16 | [[terminal_source]];;id = "t";;datum = "x" | 18 terminal_source.datum: wgs84 | gcj02 | bd09
    16 | [[terminal_source]];;id = "t";;topics = ["r/1"] | 18 terminal_source.topics: first on line 12
    16 | [[mapping]]                               | 16 mapping.id: missing | 16 mapping.epc: missing
    16 | [number_space];;epc_prefixes = ["34x"]    | 17 number_space.epc_prefixes: hex digits
    16 | [number_space];;epc_prefixes = [""]       | 17 number_space.epc_prefixes: hex digits
    16 | [number_space];;lists = ["34FF1"]         | 17 number_space.lists: no whole EPC
    16 | [number_space];;ranges = ["3400"]         | 17 number_space.ranges: "FROM-TO"
    16 | [number_space];;ranges = ["3400-33FF"]    | 17 number_space.ranges: from <= to
    16 | [number_space];;ranges = ["3400-34000000"] | 17 number_space.ranges: same length
    16 | [number_space];;ranges = [{from="3400"}]  | 17 number_space.ranges.to: missing
    16 | [number_space];;ranges = [5]              | 17 number_space.ranges: found an integer
    16 | [rules];;place_certainty = 0.49           | 17 rules.place_certainty: out of range 0.5...0.9999
    16 | [rules];;place_certainty = 1              | 17 rules.place_certainty: out of range
    16 | [rules];;reopen_window_seconds = "1d"     | 17 rules.reopen_window_seconds: expected a number
    16 | [rules];;rule_set = ""                    | 17 rules.rule_set: empty
    16 | [rules];;clock_skew_after_seconds = 0     | 17 rules.clock_skew_after_seconds: range 1...86400
    16 | [rules];;coverage_gap_after_seconds = 86401 | 17 rules.coverage_gap_after_seconds: range
    16 | [rules];;no_fix_after_seconds = "3m"      | 17 rules.no_fix_after_seconds: expected a number
    16 | [register];;directory = "books"           | 17 register.directory: full path
    16 | [register];;directory = ""                | 17 register.directory: empty
    16 | [register];;strict = 1                    | 17 register.strict: expected true or false
    16 | [register];;headings = "cn"               | 17 register.headings: auto | cn-generic | cn-pandian
    16 | [register];;folder = "/b"                 | 17 register.folder: known here: directory, strict
    16 | [limits];;payload_bytes_max = 1048577     | 17 limits.payload_bytes_max: out of range
    16 | [limits];;batch_bytes_max = 4096          | 17 limits.batch_bytes_max: smaller than payload_bytes_max
    16 | [limits];;redelivery_window_messages = 1999 | 17 limits.redelivery_window_messages: \
    receive_maximum (2000)
    16 | [store];;synchronous = "normal"           | 17 store.synchronous: full
    16 | [store];;path = ""                        | 17 store.path: empty
    16 | [retention];;tracks_days = 30             | 17 retention.tracks_days: this section has none yet
    16 | [outputs];;mqtt = "yes"                   | 17 outputs.mqtt: expected true or false
    16 | [site]                                    | 16 site: column
    16 | [#x]                                      | 16 toml: a header must begin with a key
    16 | [[ =x]]                                   | 16 toml: a header must begin with a key
    16 | [.x]                                      | 16 .x: a header must begin with a key
    16 | []                                        | 16 toml: column
    16 | a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 1     | 16 a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a: dotted keys
    16 | a = {b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b.b=1} | 16 a: dotted keys
    14 | port = ;;[#x]                             | 14 port: not a value
    16 | x = 07:32:00                              | 16 x: no key takes a date
    16 | x = 1979-05-27Tx                          | 16 x: no key takes a date
    16 | x = [1,;; yes]                            | 16 x: text needs quotes
    16 | x = 0x                                    | 16 x: not a value
    16 | x = 0_                                    | 16 x: column
    16 | x = 1e                                    | 16 x: column
    16 | x = "                                     | 16 x: column
    16 | x = = 1                                   | 16 x: not a value
    16 | [rules];;place_certainty = 0.9;;place_certainty = 0.8 | 18 place_certainty: column
    """

private struct BadRow: CustomTestStringConvertible {
    var replaced: Int
    var text: String
    var expected: [(line: Int, key: String, words: String)]

    init?(_ row: Substring) {
        let cells = row.split(separator: "|", maxSplits: 2, omittingEmptySubsequences: false)
            .map { $0.trimmed }
        guard cells.count == 3, let replaced = Int(cells[0]) else { return nil }
        self.replaced = replaced
        text = cells[1].replacing(";;", with: "\n")
        expected = BadRow.problems(cells[2])
    }

    /// Problems are told apart by their beginning, a number: words may hold the separator.
    private static func problems(_ cell: String) -> [(line: Int, key: String, words: String)] {
        var problems: [(line: Int, key: String, words: String)] = []
        for part in cell.split(separator: " | ") {
            let head = part.trimmed.split(separator: " ", maxSplits: 1)
            if head.count == 2, let line = Int(head[0]), let colon = head[1].firstIndex(of: ":") {
                let words = head[1][head[1].index(after: colon)...]
                problems.append((line, String(head[1][..<colon]), words.trimmed))
            } else if !problems.isEmpty {
                problems[problems.count - 1].words += " | " + part.trimmed
            }
        }
        return problems
    }

    var testDescription: String { "line \(replaced): \(text)" }
}

extension Substring {
    fileprivate var trimmed: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}

struct BadConfigurationTests {
    private static let rows = badConfigurations.split(separator: "\n").map(BadRow.init)

    @Test func `every row of the table can be read`() {
        #expect(BadConfigurationTests.rows.allSatisfy { $0 != nil })
    }

    @Test func `the configuration that the rows spoil has no fault`() throws {
        let configuration = try TallyConfiguration.parse(goodLines, file: "t", needsBroker: true)
        #expect(configuration.notes.isEmpty)
    }

    @Test(arguments: rows.compactMap { $0 })
    private func `a fault is named with its line and key`(row: BadRow) throws {
        var lines = goodLines.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.indices.contains(row.replaced - 1) {
            lines[row.replaced - 1] = row.text
        } else {
            lines.append(row.text)
        }
        let problems = problems(in: lines.joined(separator: "\n"))
        #expect(
            problems.map { "\($0.line) \($0.key)" }.sorted()
                == row.expected.map { "\($0.line) \($0.key)" }.sorted())
        for expected in row.expected {
            let match = problems.contains {
                $0.line == expected.line && $0.key == expected.key && $0.english.contains(expected.words)
            }
            #expect(match, "\(expected) is not among \(problems.map(\.description))")
        }
        #expect(problems.allSatisfy { $0.file == "t.toml" && !$0.chinese.isEmpty })
    }

    @Test func `problems come in the order of the file and read as file, line, key`() {
        let text = "[gateway]\nid = 5\nlanguage = \"fr\"\n[rules]\nplace_certainty = 7\n"
        let problems = problems(in: text)
        #expect(problems.map(\.line) == [1, 2, 3, 5])
        #expect(problems.last?.description.hasPrefix("t.toml:5: rules.place_certainty: 7.0 超出范围") == true)
    }

    @Test func `an antenna must look at a zone of its reader's site`() {
        let text =
            goodLines
            + "\n[[site]]\nid = \"M02\"\n[[reader]]\nid = \"R2\"\nsite = \"M02\"\ntopics = [\"q\"]\n"
            + "antenna = [{ port = 1, zone = \"Z1\" }]\n"
        #expect(problems(in: text).map { "\($0.line) \($0.key)" } == ["22 reader.antenna.zone"])
    }

    @Test func `a text that is no configuration at all ends in a bounded list`() {
        let text = (0..<5_000).map { "k\($0) = 1\n" }.joined()
        #expect((100...200).contains(problems(in: text).count))
    }

    @Test(arguments: ["a\u{0}b = 1", "[gateway]\nid = \"a\\u0000b\""])
    func `a NUL is refused, because the rest of the file would be left out`(text: String) {
        #expect(problems(in: text).map(\.english) == ["a NUL character is not allowed"])
    }

    /// The TOML reader would end the process.
    @Test(arguments: ["\r", "\n", "\u{A0}", "键", "=", "{", "#", "[ ", "[\r", ""])
    func `a header that does not begin with a key is refused`(beginning: String) {
        let problems = problems(
            in: "gateway.id = 'g'\nbroker = {}\n\n[\(beginning)rules]\nrule_set = 'v'\n[x")
        #expect(problems.map(\.line) == [beginning.isEmpty ? 6 : 4])
    }

    @Test func `lists in lists without end are refused`() {
        let text = "x = " + String(repeating: "[", count: 100_000)
        #expect(problems(in: text).map { "\($0.line) \($0.key)" } == ["1 x"])
    }

    @Test func `random damage to a good file is refused or read, and never traps`() {
        let bytes = Array(TallyConfiguration.defaultText.utf8)
        var seed: UInt64 = 20_261_121
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<3 {
                seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                let at = Int(seed >> 33) % damaged.count
                damaged[at] = Array("[]{}\"'\\=.,#\n0x".utf8)[Int(seed >> 20) % 14]
            }
            for problem in problems(in: String(decoding: damaged, as: UTF8.self)) {
                #expect(problem.line >= 1 && !problem.key.isEmpty)
            }
        }
    }

    private func problems(in text: String) -> [ConfigurationProblem] {
        do {
            _ = try TallyConfiguration.parse(text, file: "t.toml", needsBroker: true)
            return []
        } catch {
            return error.problems
        }
    }
}
