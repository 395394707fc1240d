import AssetModel
import Foundation
import Testing

@testable import tally

/// CSV in, replay form out; and what is refused, with its row and column.
struct ImportTraceTests {
    private static let heading = "t_ms,reader,antenna,epc,rssi_dbm,session,label\n"
    private static let tag = "E28011700000020000000001"

    /// What a trace becomes: a line for each read.
    private struct Made {
        var lines: [String] = []
        var sorted: [String] = []
    }

    private func trace(
        _ csv: String, map: String? = nil, gap: Int64 = 60, heldMax: Int = 100
    ) throws -> Made {
        let directory = try TemporaryDirectory()
        let (file, names) = (directory.path + "/trace.csv", directory.path + "/map.csv")
        try csv.write(toFile: file, atomically: true, encoding: .utf8)
        try map?.write(toFile: names, atomically: true, encoding: .utf8)
        let clock = TraceClock(
            start: try #require(UTCInstant(rfc3339: "2026-01-05T08:00:00+08:00")),
            gap: ElapsedTime(seconds: gap))
        var run = ImportTrace(
            path: file, names: try map.map { _ in try TraceNames(path: names) } ?? TraceNames(), clock: clock)
        run.sortedRowsMax = heldMax
        var made = Made()
        made.sorted = try run.run {
            made.lines.append($0)
            return true
        }
        withExtendedLifetime(directory) {}
        return made
    }

    /// `time reader antenna signal`, of lines that hold nothing else and one tag.
    private func short(_ lines: [String]) throws -> [String] {
        try lines.map { line in
            let fields = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let payload = try #require(fields["payload"] as? [String: Any])
            #expect(fields["t"] as? String == payload["time"] as? String)
            #expect(payload["epc"] as? String == ImportTraceTests.tag)
            let time = try #require(fields["t"] as? String).dropFirst(11).dropLast(1)
            let topic = try #require(fields["topic"] as? String)
            let port = payload["antenna"].map { "\($0)" } ?? "-"
            return "\(time) \(topic) \(port) \(payload["rssi"].map { "\($0)" } ?? "-")"
        }
    }

    @Test func `a read becomes a plain message received when it was read`() throws {
        let made = try trace(
            ImportTraceTests.heading + "0,dock,1,\(ImportTraceTests.tag),-63.5,s1,sit\n")
        let payload =
            #"{"epc":"E28011700000020000000001","antenna":1,"rssi":-63.5,"time":"2026-01-05T00:00:00.000Z"}"#
        #expect(
            made.lines == [
                #"{"t":"2026-01-05T00:00:00.000Z","kind":"message","topic":"trace/dock","payload":"#
                    + payload + "}"
            ])
    }

    @Test func `sessions are laid one after the other, each from its first read`() throws {
        let rows = """
            100,r,1,TAG,-50,a,
            350,r,2,TAG,,a,
            0,q,1,TAG,-51,b,
            1500.6,q,,TAG,-52.25,b,

            -20,r,1,TAG,-053,c,
            """
        let csv = ImportTraceTests.heading + rows.replacing("TAG", with: ImportTraceTests.tag)
        #expect(
            try short(trace(csv, gap: 10).lines) == [
                "00:00:00.000 trace/r 1 -50", "00:00:00.250 trace/r 2 -", "00:00:10.250 trace/q 1 -51",
                "00:00:11.751 trace/q - -52.25", "00:00:21.751 trace/r 1 -53",
            ])
    }

    @Test func `columns come in any order, in quotes, with a byte order mark and CR LF`() throws {
        let csv =
            "\u{FEFF}epc,note,\"reader\",t_ms,antenna\r\n\"\(ImportTraceTests.tag.lowercased())\",\"a, b\","
            + " dock 1 ,0,3\r\n"
        #expect(try short(trace(csv).lines) == ["00:00:00.000 trace/dock 1 3 -"])
    }

    @Test func `a session out of order is sorted, equal times keep their order, and it is told`() throws {
        let csv =
            ImportTraceTests.heading
            + [(500, 1), (0, 2), (500, 3)].map { "\($0),r,\($1),\(ImportTraceTests.tag),,late,\n" }.joined()
            + "9,r,4,\(ImportTraceTests.tag),,next,\n"
        let made = try trace(csv, gap: 1)
        #expect(made.sorted == ["late"])
        #expect(
            try short(made.lines) == [
                "00:00:00.000 trace/r 2 -", "00:00:00.500 trace/r 1 -", "00:00:00.500 trace/r 3 -",
                "00:00:01.500 trace/r 4 -",
            ])
        #expect(throws: TallyFailure.self) { try trace(csv, heldMax: 2) }
        #expect(try trace(csv, heldMax: 3).lines.count == 4)
    }

    @Test func `a text is an EPC only through the map`() throws {
        let csv = ImportTraceTests.heading + "0,r,1,sternum-tag,,s,\n"
        #expect(
            try trace(csv, map: "text,epc_hex\nsternum-tag,e28011700000020000000001\n").lines
                == trace(csv, map: "sternum-tag,E28011700000020000000001").lines)
        let failure = try #require(throws: TallyFailure.self) { try trace(csv) }
        #expect(failure.exit == .badData)
        #expect(failure.english.contains("trace.csv:2: column epc: \"sternum-tag\" is no EPC"))
        #expect(failure.chinese.contains("trace.csv:2: 列 epc: “sternum-tag” 不是 EPC"))
        #expect(failure.english.contains("--epc-map"))
    }

    @Test(
        arguments: [
            ("x,r,1,TAG,-50,s,", "2: column t_ms: \"x\" is no number of milliseconds"),
            ("1e3,r,1,TAG,-50,s,", "2: column t_ms"), (",r,1,TAG,-50,s,", "2: column t_ms"),
            ("100000000000001,r,1,TAG,-50,s,", "2: column t_ms"),
            ("0,,1,TAG,-50,s,", "2: column reader"), ("0,a/b,1,TAG,-50,s,", "2: column reader"),
            ("0,+,1,TAG,-50,s,", "2: column reader"), ("0,r,0,TAG,-50,s,", "2: column antenna"),
            ("0,r,65536,TAG,-50,s,", "2: column antenna"), ("0,r,1,E280117,-50,s,", "2: column epc"),
            ("0,r,1,,-50,s,", "2: column epc"), ("0,r,1,TAG,-150.5,s,", "2: column rssi_dbm"),
            ("0,r,1,TAG,30.5,s,", "2: column rssi_dbm"), ("0,r,1,TAG,63 dB,s,", "2: column rssi_dbm"),
            ("0,r,1,TAG,-50,s,\n1,r,1,TAG,-50,t,\n2,r,1,TAG,-50,s,", "4: column session"),
            ("0,r,1,TAG\n0,r", "3: column epc"), ("0,r,1,\"TAG,-50,s,", "2: is no valid CSV"),
        ])
    func `a bad cell is refused with its row and column, before anything is written`(
        row: String, place: String
    ) throws {
        let good = ImportTraceTests.heading + row.replacing("TAG", with: ImportTraceTests.tag) + "\n"
        let failure = try #require(throws: TallyFailure.self) { try trace(good) }
        #expect(failure.exit == .badData)
        #expect(failure.english.contains("trace.csv:\(place)"), "\(failure.english)")
    }

    @Test func `the last allowed values are taken`() throws {
        let csv =
            ImportTraceTests.heading
            + "-100000000000000,r,65535,\(ImportTraceTests.tag),30,s,\n"
            + "-99999999999999,r,1,\(ImportTraceTests.tag),-150,s,\n"
        #expect(
            try short(trace(csv).lines) == ["00:00:00.000 trace/r 65535 30", "00:00:00.001 trace/r 1 -150"])
    }

    @Test func `a heading row without a needed column, an empty file, a missing file`() throws {
        let failure = try #require(throws: TallyFailure.self) { try trace("t_ms,reader,epc\n") }
        #expect(failure.english.contains("trace.csv:1: the heading row lacks the columns antenna"))
        #expect(try #require(throws: TallyFailure.self) { try trace("") }.exit == .badData)
        let missing = try #require(throws: TallyFailure.self) { try TraceNames(path: "/no/such/map.csv") }
        #expect(missing.exit == .noInput)
        #expect(try trace(ImportTraceTests.heading).lines.isEmpty)
    }

    @Test func `a map that names a text twice, or no EPC, is refused with its line`() throws {
        let csv = ImportTraceTests.heading
        for (map, line) in [("a,E280\na,E281\n", 2), ("text,epc_hex\na,xyz\n", 2), ("text,epc_hex\na\n", 2)] {
            let failure = try #require(throws: TallyFailure.self) { try trace(csv, map: map) }
            #expect(failure.english.contains("map.csv:\(line): column"), "\(failure.english)")
        }
    }

    @Test func `times past the year 9999 are refused`() throws {
        let tag = ImportTraceTests.tag
        let csv = ImportTraceTests.heading + "0,r,1,\(tag),,a,\n100000000000000,r,1,\(tag),,a,\n"
        #expect(try trace(csv).lines.count == 2)
        let three =
            csv + "0,r,1,\(tag),,b,\n100000000000000,r,1,\(tag),,b,\n0,r,1,\(tag),,c,\n"
            + "100000000000000,r,1,\(tag),,c,\n"
        let failure = try #require(throws: TallyFailure.self) { try trace(three) }
        #expect(failure.english.contains("9999"))
    }
}
