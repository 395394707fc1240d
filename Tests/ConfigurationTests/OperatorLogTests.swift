import AssetModel
import DaemonAssembly
import GatewayConfiguration
import Glibc
import Synchronization
import Testing
import OperatorAPI

/// A journal in memory with a clock that the test turns.
private final class Journal: Sendable {
    private let lines = Mutex<[String]>([])
    private let time = Mutex(Int64(1_795_223_643_412))

    func makeLog(_ form: OperatorLog.Form = OperatorLog.Form()) -> OperatorLog {
        OperatorLog(
            form: form, now: { UTCInstant(milliseconds: self.time.withLock { $0 }) },
            sink: { line in self.lines.withLock { $0.append(line) } })
    }

    func pass(seconds: Int64) { time.withLock { $0 += seconds * 1_000 } }

    /// Without the line ends, which every line must have.
    func taken() -> [String] {
        let all = lines.withLock { lines in
            defer { lines = [] }
            return lines
        }
        #expect(all.allSatisfy { $0.hasSuffix("\n") && $0.count { $0 == "\n" } == 1 })
        return all.map { String($0.dropLast()) }
    }

    /// Behind the time, which is always the same in these tests.
    func takenWords() -> [String] { taken().map { String($0.drop { $0 != " " }.dropFirst()) } }
}

/// 2026-11-21T09:14:03.412+08:00
private let noon = UTCInstant(milliseconds: 1_795_223_643_412)

private func mismatch() -> Discrepancy {
    var discrepancy = Discrepancy(
        id: "D-0123456789abcdef", code: .locationMismatch,
        subject: .asset(assetNo: "YQJJ2026000431", epcHex: "E280"), cause: noon, openedAt: noon, ruleSet: "v1"
    )
    discrepancy.expected = "421100-M01/Z2"
    discrepancy.actual = "421100-M01/Z5"
    discrepancy.evidenceCount = 14
    discrepancy.exposureFen = 549_900
    return discrepancy
}

struct OperatorLogTests {
    private let journal = Journal()

    @Test func `a discrepancy has the form that both languages share`() {
        journal.makeLog().write(DiscrepancyChange(.opened, mismatch(), at: noon))
        let expected =
            "2026-11-21T09:14:03.412+08:00 WARN  LOCATION_MISMATCH 位置不符 id=D-0123456789abcdef "
            + "asset=YQJJ2026000431 exp=421100-M01/Z2 act=421100-M01/Z5 n=14 rule=v1 value=5499.00"
        #expect(journal.taken() == [expected])
    }

    @Test func `the steps of a discrepancy have their words and levels`() {
        let log = journal.makeLog()
        var discrepancy = mismatch()
        log.write(DiscrepancyChange(.held, discrepancy, at: noon))
        discrepancy.state = .autoResolved
        log.write(DiscrepancyChange(.cleared, discrepancy, at: noon))
        discrepancy.episode = 2
        discrepancy.exposureFen = -5
        log.write(DiscrepancyChange(.reopened, discrepancy, at: noon))
        let lines = journal.takenWords()
        #expect(lines.count == 2)
        #expect(lines.first?.hasPrefix("NOTICE LOCATION_MISMATCH 位置不符（自动消除） id=D-") == true)
        #expect(lines.last?.hasPrefix("WARN  LOCATION_MISMATCH 位置不符（再次出现） id=D-") == true)
        #expect(lines.last?.contains(" episode=2 exp=") == true)
        #expect(lines.last?.hasSuffix(" value=-0.05") == true)
    }

    /// Each row: subject, code, and the beginning of its line.
    @Test(
        arguments: [
            (
                Subject.tag(epcHex: "E280AA"), .surplusUnknownTag,
                "WARN  SURPLUS_UNKNOWN_TAG 盘盈·未登记标签 id=D-1 epc=E280AA"
            ),
            (
                .vehicle(plateNo: "鄂J12345"), .terminalSilent,
                "WARN  TERMINAL_SILENT 终端离线 id=D-1 plate=鄂J·**345"
            ),
            (
                .terminal(phone: "13912345678"), .terminalUnknown,
                "ALARM TERMINAL_UNKNOWN 未登记终端 id=D-1 terminal=139****5678"
            ),
            (.reader(id: "R1"), .readerOffline, "WARN  READER_OFFLINE 读写器离线 id=D-1 reader=R1"),
            (
                .asset(assetNo: "A1", epcHex: nil), .disposedStillPresent,
                "ALARM DISPOSED_STILL_PRESENT 已处置仍在 id=D-1 asset=A1"
            ),
        ] as [(Subject, DiscrepancyCode, String)])
    func `each subject is named by its own key`(subject: Subject, code: DiscrepancyCode, line: String) {
        var discrepancy = Discrepancy(
            id: "D-1", code: code, subject: subject, cause: noon, openedAt: noon, ruleSet: "v1")
        discrepancy.site = "M01"
        journal.makeLog().write(DiscrepancyChange(.opened, discrepancy, at: noon))
        #expect(journal.takenWords() == [line + " site=M01 n=0 rule=v1"])
    }

    @Test func `English puts English words beside the same codes`() {
        var form = OperatorLog.Form()
        form.language = .english
        let log = journal.makeLog(form)
        log.write(.gatewayStarted, ["version": "0.1.0"])
        var discrepancy = mismatch()
        discrepancy.state = .autoResolved
        log.write(DiscrepancyChange(.cleared, discrepancy, at: noon))
        let lines = journal.takenWords()
        #expect(lines.first == "INFO  GATEWAY_STARTED gateway started version=0.1.0")
        #expect(lines.last?.hasPrefix("NOTICE LOCATION_MISMATCH wrong place (cleared by itself) id=") == true)
    }

    @Test func `every event has a code, a level and a word in both languages`() {
        for event in GatewayEvent.allCases {
            #expect(event.rawValue.allSatisfy { $0.isUppercase || $0 == "_" })
            #expect(event.word(in: .chinese) != event.word(in: .english))
            #expect(event.word(in: .english).allSatisfy { $0.isASCII })
        }
        #expect(GatewayEvent(rawValue: "CONFIG_REFUSED")?.level == .warning)
        #expect(GatewayEvent.storeFull.level == .error && GatewayEvent.brokerUp.level == .notice)
    }

    @Test func `under the journal a line begins with its priority`() {
        var form = OperatorLog.Form()
        form.showsPriority = true
        form.offsetMinutes = 0
        let log = journal.makeLog(form)
        log.write(.brokerDown)
        log.write(.storeFull)
        log.write(.brokerUp)
        log.write(.gatewayStarted)
        log.write(.alarm, code: "X", fields: [])
        log.write(.debug, code: "Y", fields: [])
        let lines = journal.taken()
        #expect(lines.first == "<4>2026-11-21T01:14:03.412Z WARN  BROKER_DOWN 消息服务器断开")
        #expect(lines.map { $0.prefix(3) } == ["<4>", "<3>", "<5>", "<6>", "<2>", "<7>"])
    }

    /// Each row: what a field holds and what stands in the line.
    @Test(arguments: [
        ("plain", "plain"), ("", "\"\""), ("two words", "\"two words\""), ("a=b", "\"a=b\""),
        ("say \"x\"", "\"say \\\"x\\\"\""), ("a\nb", "a\\nb"), ("a\r\tb", "a\\r\\tb"), ("c:\\x", "c:\\\\x"),
        ("\u{1B}[31m", "\\u{1b}[31m"), ("a\u{202E}b", "a\\u{202e}b"), ("a\u{2028}b", "a\\u{2028}b"),
        ("\u{85}", "\\u{85}"), ("读写器", "读写器"), ("x\" \u{301}y", "\"x\\\" \u{301}y\""),
        ("车 鄂J12345 在库", "\"车 鄂J·**345 在库\""),
    ])
    func `a value can neither break the line nor pass for another field`(value: String, shown: String) {
        journal.makeLog().write(.configNote, ["text": value])
        #expect(journal.takenWords() == ["WARN  CONFIG_NOTE 配置提示 text=" + shown])
    }

    @Test func `keys of others are made harmless, and a long line is cut between characters`() {
        let log = journal.makeLog()
        log.write(.info, code: "A B\nC", fields: [LogLine.Field("k =\n键", "v"), LogLine.Field("", "v")])
        #expect(journal.takenWords() == ["INFO  A B\\nC k____=v _=v"])
        log.write(.info, code: "LONG", fields: [LogLine.Field("v", String(repeating: "长", count: 301))])
        #expect(journal.takenWords() == ["INFO  LONG v=" + String(repeating: "长", count: 300) + "…"])
        let fields = (0..<50).map { LogLine.Field("f\($0)", String(repeating: "长", count: 300)) }
        log.write(.info, code: "LONG", fields: fields)
        let line = journal.taken().first ?? ""
        #expect(line.utf8.count <= LogLine.bytesMax - 1 && line.utf8.count > LogLine.bytesMax - 8)
        #expect(line.hasSuffix("长…"))
    }

    @Test func `a line leaves through standard error`() async {
        let result = await #expect(processExitsWith: .success, observing: [\.standardErrorContent]) {
            let log = OperatorLog(form: OperatorLog.Form(), now: { UTCInstant(milliseconds: 0) })
            log.write(.brokerUp, ["host": "localhost"])
            exit(0)
        }
        let text = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
        #expect(text.contains("1970-01-01T08:00:00.000+08:00 NOTICE BROKER_UP 消息服务器已连接 host=localhost\n"))
    }

    @Test func `the form follows the configuration and the place of standard error`() throws {
        let text =
            "[gateway]\nid = 'g'\nlanguage = 'en'\n[[site]]\nid = 'M'\ntimezone = 'UTC'\n"
            + "[limits]\nlog_lines_per_minute_per_cause = 7\n"
        let configuration = try TallyConfiguration.parse(text, file: "t", needsBroker: false)
        let form = OperatorLog.Form(configuration, environment: [:])
        #expect(form.language == .english && form.offsetMinutes == 0 && form.linesPerMinutePerCause == 7)
        #expect(!form.showsPriority)
    }
}

struct LogRateTests {
    private let journal = Journal()

    private func log(lines: Int) -> OperatorLog {
        var form = OperatorLog.Form()
        form.linesPerMinutePerCause = lines
        return journal.makeLog(form)
    }

    @Test func `a cause has so many lines a minute, then one that counts the rest`() {
        let log = log(lines: 3)
        for _ in 0..<10 { log.write(.quarantined) }
        log.write(.brokerDown)
        #expect(journal.takenWords().count == 4)
        journal.pass(seconds: 59)
        log.writeSuppressed()
        log.write(.quarantined)
        #expect(journal.takenWords().isEmpty)
        journal.pass(seconds: 1)
        log.writeSuppressed()
        #expect(journal.takenWords() == ["NOTICE SUPPRESSED 同类日志已合并 cause=QUARANTINED n=8"])
        log.writeSuppressed()
        log.write(.quarantined)
        #expect(journal.takenWords() == ["WARN  QUARANTINED 报文已隔离"])
    }

    @Test func `the count is told before the next line of any cause`() {
        let log = log(lines: 1)
        log.write(.gap)
        log.write(.gap)
        journal.pass(seconds: 60)
        log.write(.brokerUp)
        #expect(
            journal.takenWords().map { $0.split(separator: " ")[1] } == ["GAP", "SUPPRESSED", "BROKER_UP"])
    }

    @Test func `discrepancies of one code share a limit, and each code has its own`() {
        let log = log(lines: 2)
        for _ in 0..<5 { log.write(DiscrepancyChange(.opened, mismatch(), at: noon)) }
        var other = mismatch()
        other.code = .missingSuspect
        log.write(DiscrepancyChange(.opened, other, at: noon))
        #expect(journal.takenWords().count == 3)
        log.finish()
        #expect(journal.takenWords() == ["NOTICE SUPPRESSED 同类日志已合并 cause=LOCATION_MISMATCH n=3"])
    }

    @Test func `a clock that is set back ends the minute`() {
        let log = log(lines: 1)
        log.write(.gap)
        log.write(.gap)
        journal.pass(seconds: -86_400)
        log.write(.gap)
        #expect(journal.takenWords().map { $0.split(separator: " ")[1] } == ["GAP", "SUPPRESSED", "GAP"])
    }

    @Test func `causes beyond the table share one count`() {
        let log = log(lines: 2)
        for index in 0..<300 { log.write(.info, code: "C\(index)", fields: []) }
        #expect(journal.takenWords().count == 258)
        log.finish()
        #expect(journal.takenWords() == ["NOTICE SUPPRESSED 同类日志已合并 cause=OTHER n=42"])
    }

    @Test func `a reload changes the limit and the language at once`() {
        let log = log(lines: 1)
        log.write(.gap)
        var form = OperatorLog.Form()
        form.linesPerMinutePerCause = 2
        form.language = .english
        log.adopt(form)
        log.write(.gap)
        log.write(.gap)
        #expect(journal.takenWords() == ["WARN  GAP 可能丢失消息", "WARN  GAP messages may be lost"])
    }
}

struct PlateMaskTests {
    /// Each row: the plate and what may be shown.
    @Test(arguments: [
        ("鄂J12345", "鄂J·**345"), ("鄂J·12345", "鄂J·**345"), ("鄂J 12345", "鄂J·**345"),
        ("鄂AD12345", "鄂A·***345"),
        ("粤Z1234港", "粤Z·**34港"), ("鄂J123", "鄂****"), ("", "*"), ("WJ鄂12345", "WJ·***345"),
    ])
    func `the middle of a plate is hidden`(plate: String, shown: String) {
        #expect(PlateMask.mask(plate) == shown)
    }

    @Test(arguments: [
        ("车辆鄂J12345、鄂J·54321停驶", "车辆鄂J·**345、鄂J·**321停驶"), ("鄂AD12345", "鄂A·***345"),
        ("鄂J1234", "鄂J1234"), ("鄂J1234567", "鄂J1234567"), ("鄂J", "鄂J"), ("鄂", "鄂"), ("M01-Z1", "M01-Z1"),
        ("鄂1J2345", "鄂1J2345"), ("鄂J·**345", "鄂J·**345"),
    ])
    func `plates are found inside any text`(text: String, shown: String) {
        #expect(PlateMask.mask(in: text) == shown)
    }

    @Test(arguments: [
        ("13912345678", "139****5678"), ("013912345678", "013*****5678"), ("123456789", "123**6789"),
        ("12345678", "******78"), ("7", "7"), ("", ""),
    ])
    func `the middle of a terminal's number is hidden`(phone: String, shown: String) {
        #expect(PhoneMask.mask(phone) == shown)
    }
}
