import AssetModel

/// The columns of a trace that are used.
enum TraceColumn: String, CaseIterable {
    case time = "t_ms"
    case reader
    case antenna
    case tag = "epc"
    case signal = "rssi_dbm"
    case session

    var isRequired: Bool { self != .signal && self != .session }
}

/// One read of a trace.
struct TraceRow {
    /// On the clock of the session.
    var milliseconds: Int64
    var reader: String
    var antenna: UInt16?
    var tag: EPC
    /// A JSON number, dBm.
    var signal: String?
    var session: String

    /// 3,170 years, so that the length of a session cannot overflow.
    static let millisecondsMax: Int64 = 100_000_000_000_000

    /// A message of the `plain` family in replay form; the reader's name needs no escapes.
    func replayLine(at instant: UTCInstant) -> String {
        let time = instant.rfc3339()
        var line =
            #"{"t":"\#(time)","kind":"message","topic":"trace/\#(reader)","payload":{"epc":"\#(tag.hex)""#
        if let antenna { line += #","antenna":\#(antenna)"# }
        if let signal { line += #","rssi":\#(signal)"# }
        return line + #","time":"\#(time)"}}"#
    }
}

/// The rows of a trace, one after the other.
struct TraceRows {
    private var lines: TraceLines
    private let path: String
    private let names: TraceNames
    private var places: [TraceColumn: Int] = [:]

    init(path: String, names: TraceNames) throws(TallyFailure) {
        self.path = path
        self.names = names
        lines = try TraceLines(path: path)
        guard let heading = try lines.next() else {
            throw TallyFailure(.badData, "\(path) 是空文件", "\(path) is empty")
        }
        for (index, cell) in heading.enumerated() {
            if let column = TraceColumn(rawValue: cell), places[column] == nil { places[column] = index }
        }
        let missing = TraceColumn.allCases.filter { $0.isRequired && places[$0] == nil }.map(\.rawValue)
        guard missing.isEmpty else {
            let list = missing.joined(separator: ", ")
            throw TallyFailure(
                .badData, "\(path):1: 表头缺少列 \(list)", "\(path):1: the heading row lacks the columns \(list)")
        }
    }

    /// The next row; `nil` at the end of the file.
    mutating func next() throws(TallyFailure) -> TraceRow? {
        guard let cells = try lines.next() else { return nil }
        return TraceRow(
            milliseconds: try milliseconds(cell(.time, of: cells)),
            reader: try reader(cell(.reader, of: cells)),
            antenna: try antenna(cell(.antenna, of: cells)),
            tag: try tag(cell(.tag, of: cells)),
            signal: try signal(cell(.signal, of: cells)),
            session: cell(.session, of: cells))
    }

    func fault(_ column: TraceColumn, _ chinese: String, _ english: String) -> TallyFailure {
        let (row, name) = (lines.number, column.rawValue)
        return TallyFailure(
            .badData, "\(path):\(row): 列 \(name): \(chinese)", "\(path):\(row): column \(name): \(english)")
    }

    private func cell(_ column: TraceColumn, of cells: [String]) -> String {
        guard let place = places[column], place < cells.count else { return "" }
        return cells[place]
    }

    // MARK: the cells

    private func milliseconds(_ text: String) throws(TallyFailure) -> Int64 {
        guard let number = TraceNumber(text), let value = number.rounded,
            value.magnitude <= TraceRow.millisecondsMax.magnitude
        else {
            throw fault(.time, "“\(shown(text))” 不是毫秒数", "\"\(shown(text))\" is no number of milliseconds")
        }
        return value
    }

    /// It becomes a level of a topic.
    private func reader(_ text: String) throws(TallyFailure) -> String {
        let isLevel = text.unicodeScalars.allSatisfy {
            !"/+#\"\\".unicodeScalars.contains($0) && $0.value >= 0x20 && $0.value != 0x7F
        }
        guard !text.isEmpty, isLevel, text.utf8.count <= TraceRows.readerBytesMax else {
            throw fault(
                .reader, #"须为 1–128 字节，不含 / + # " \ 和控制字符"#,
                #"is 1–128 bytes without / + # " \ and control characters"#)
        }
        return text
    }

    /// A name on a label, and short enough for any topic.
    private static let readerBytesMax = 128

    private func antenna(_ text: String) throws(TallyFailure) -> UInt16? {
        if text.isEmpty { return nil }
        guard let port = UInt16(text), port > 0 else {
            throw fault(
                .antenna, "“\(shown(text))” 不是端口号；从 1 起，最大 65535",
                "\"\(shown(text))\" is no port: they count from 1 to 65535")
        }
        return port
    }

    private func tag(_ text: String) throws(TallyFailure) -> EPC {
        if let tag = names.tags[text] ?? EPC(hex: text) { return tag }
        throw fault(
            .tag,
            "“\(shown(text))” 不是 EPC（4–64 位十六进制，4 的倍数）；用 --epc-map 给它一个，文件中一行: "
                + "\(shown(text)),E28011700000020000000001",
            "\"\(shown(text))\" is no EPC (4 to 64 hex digits, a multiple of 4); give it one by --epc-map, "
                + "with a line: \(shown(text)),E28011700000020000000001")
    }

    /// What no antenna can report is a mistake of the file, as a unit that is not dBm would be.
    private func signal(_ text: String) throws(TallyFailure) -> String? {
        if text.isEmpty { return nil }
        guard let number = TraceNumber(text), let value = Double(number.json), value >= -150, value <= 30
        else {
            throw fault(
                .signal, "“\(shown(text))” 不是 dBm 值（-150 至 30）",
                "\"\(shown(text))\" is no value in dBm (-150 to 30)")
        }
        return number.json
    }

    /// Enough of a cell to recognise it, and nothing in it that steers a terminal.
    private func shown(_ text: String) -> String { DisplayText.plain(String(text.prefix(40))) }
}

/// A decimal number without exponent: `-63.5`.
struct TraceNumber {
    /// As JSON writes it.
    let json: String
    /// To a whole number, halves away from zero; `nil` where it has over 18 digits.
    let rounded: Int64?

    init?(_ text: String) {
        var digits = text.utf8[...]
        let isNegative = digits.first == UInt8(ascii: "-")
        if isNegative || digits.first == UInt8(ascii: "+") { digits = digits.dropFirst() }
        let parts = digits.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDigits = parts.allSatisfy { part in
            !part.isEmpty && part.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        guard parts.count <= 2, isDigits, digits.count <= 40 else { return nil }
        let whole = String(parts[0].drop { $0 == UInt8(ascii: "0") }) ?? ""
        let sign = isNegative ? "-" : ""
        let fraction = parts.count == 2 ? "." + (String(parts[1]) ?? "") : ""
        json = sign + (whole.isEmpty ? "0" : whole) + fraction
        let isUp = parts.count == 2 && (parts[1].first ?? 0) >= UInt8(ascii: "5")
        let size = (Int64(whole) ?? 0) + (isUp ? 1 : 0)
        rounded = whole.utf8.count > 18 ? nil : isNegative ? -size : size
    }
}

/// `text,epc_hex`, one to a line: the EPCs of a trace whose tags have names instead. A heading row may stand
/// first.
struct TraceNames {
    private(set) var tags: [String: EPC] = [:]

    init() {}

    init(path: String) throws(TallyFailure) {
        var lines = try TraceLines(path: path)
        while let cells = try lines.next() {
            guard cells.count >= 2, let tag = EPC(hex: cells[1]) else {
                if lines.number == 1 { continue }
                throw TallyFailure(
                    .badData, "\(path):\(lines.number): 列 epc_hex: 须为 4–64 位十六进制，4 的倍数",
                    "\(path):\(lines.number): column epc_hex: 4 to 64 hex digits, a multiple of 4")
            }
            guard tags.updateValue(tag, forKey: cells[0]) == nil else {
                throw TallyFailure(
                    .badData, "\(path):\(lines.number): 列 text: 重复",
                    "\(path):\(lines.number): column text: repeated")
            }
        }
    }
}
