/// Reads separated records one at a time, as RFC 4180 writes them.
///
///     record = field *(separator field) (CRLF / LF / end of file)
///     field  = *(any byte but '"' separator CR LF)  /  '"' *(any byte but '"'  /  '""') '"'
///
/// - UTF-8, with or without a byte order mark; the caller has made sure of the encoding
///   (``firstInvalidByte(in:)``).
/// - The separator is a comma, or what the caller found to separate the headings. A file whose first line
///   ends in a bare CR, as old Macintosh programs write it, and has no LF near it, is read by its CRs.
/// - A quoted field may hold commas, quotes and line ends. Spaces belong to the field.
/// - A spreadsheet's text guard `="0012"` is read as the quoted field `0012`.
/// - What breaks the grammar is a fault of that record, and reading goes on at the next line; only a quote
///   that is never closed has no next line.
/// - The reader holds one record at a time; a field or record over its limit is cut, marked and skipped.
package struct CSVReader: Sendable {
    package struct Limits: Sendable, Equatable {
        /// The longest field kept, in bytes. A spreadsheet cell holds 32,767 characters of at most 4 bytes
        /// each.
        package var fieldBytesMax = 131_072
        /// The widest record kept. The widest card template in use has about a hundred columns.
        package var fieldsPerRecordMax = 512

        package init() {}
    }

    private let bytes: [UInt8]
    private let limits: Limits
    private let separator: UInt8
    private let endsLinesWithCR: Bool
    private var at = 0
    private var line = 1
    private var field: [UInt8] = []

    /// What stands between two fields.
    package enum Separator: String, Sendable, CaseIterable {
        case comma = ","
        case tab = "tab"
        case semicolon = ";"

        fileprivate var byte: UInt8 {
            switch self {
            case .comma: return Ascii.comma
            case .tab: return Ascii.tab
            case .semicolon: return 0x3B
            }
        }
    }

    package init(_ bytes: [UInt8], separator: Separator = .comma, limits: Limits = Limits()) {
        self.bytes = bytes
        self.separator = separator.byte
        self.limits = limits
        endsLinesWithCR = CSVReader.endsLinesWithCR(bytes)
        if bytes.starts(with: CSVReader.byteOrderMark) { at = CSVReader.byteOrderMark.count }
    }

    /// U+FEFF in UTF-8, as spreadsheets write it in front of a file.
    package static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// Where the bytes stop being UTF-8, or `nil` where they never do.
    package static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
            return nil
        } catch {
            return error.byteOffsets.lowerBound
        }
    }

    /// The next record, or `nil` at the end of the file. An empty line is a record of one empty field.
    package mutating func next() -> CSVRecord? {
        guard at < bytes.count else { return nil }
        var record = CSVRecord(line: line, byteOffset: at)
        var ended = false
        while !ended {
            field.removeAll(keepingCapacity: true)
            ended = readField(of: &record)
            if record.fields.count < limits.fieldsPerRecordMax {
                record.fields.append(String(decoding: field, as: UTF8.self))
            } else {
                record.note(.tooManyFields)
            }
        }
        return record
    }

    /// Reads one field and what ends it; `true` where that was the end of the record.
    private mutating func readField(of record: inout CSVRecord) -> Bool {
        if opensGuard { at += 1 }
        if byte(at) == Ascii.quote {
            at += 1
            readQuoted(of: &record)
        }
        while at < bytes.count {
            let next = bytes[at]
            switch next {
            case separator:
                at += 1
                return false
            case Ascii.lineFeed:
                endLine(1)
                return true
            case Ascii.carriageReturn where endsLinesWithCR:
                endLine(1)
                return true
            case Ascii.carriageReturn where byte(at + 1) == Ascii.lineFeed:
                endLine(2)
                return true
            case Ascii.quote:
                record.note(.strayQuote)
                at += 1
            default:
                keep(next, of: &record)
                at += 1
            }
        }
        return true
    }

    /// Reads to the closing quote, which is consumed. Anything but a separator after it is a stray quote.
    private mutating func readQuoted(of record: inout CSVRecord) {
        while at < bytes.count {
            let next = bytes[at]
            at += 1
            if next == Ascii.quote {
                if byte(at) == Ascii.quote {
                    keep(next, of: &record)
                    at += 1
                    continue
                }
                if !endsField { record.note(.strayQuote) }
                return
            }
            if next == (endsLinesWithCR ? Ascii.carriageReturn : Ascii.lineFeed) { line += 1 }
            if next == Ascii.lineFeed || next == Ascii.carriageReturn {
                append(next, of: &record)
            } else {
                keep(next, of: &record)
            }
        }
        record.note(.unterminatedQuote)
    }

    /// `="` at the start of a field.
    private var opensGuard: Bool { byte(at) == Ascii.equals && byte(at + 1) == Ascii.quote }

    /// Whether a separator, a line end or the end of the file comes next.
    private var endsField: Bool {
        guard let next = byte(at) else { return true }
        if next == separator || next == Ascii.lineFeed { return true }
        return next == Ascii.carriageReturn && (endsLinesWithCR || byte(at + 1) == Ascii.lineFeed)
    }

    /// Whether a CR ends a line although no LF follows it: only where no line ends otherwise, as far as the
    /// first pages show.
    private static func endsLinesWithCR(_ bytes: [UInt8]) -> Bool {
        var isQuoted = false
        var hasCR = false
        for byte in bytes.prefix(sniffedBytesMax) {
            switch byte {
            case Ascii.quote: isQuoted.toggle()
            case Ascii.lineFeed where !isQuoted: return false
            case Ascii.carriageReturn where !isQuoted: hasCR = true
            default: continue
            }
        }
        return hasCR
    }

    /// 64 KiB: hundreds of lines.
    private static let sniffedBytesMax = 65_536

    private func byte(_ index: Int) -> UInt8? {
        index < bytes.count ? bytes[index] : nil
    }

    private mutating func endLine(_ size: Int) {
        at += size
        line += 1
    }

    /// Control characters have no place in a register: they come from binary files and would reach terminals.
    private mutating func keep(_ next: UInt8, of record: inout CSVRecord) {
        if next == Ascii.delete || (next < Ascii.space && next != Ascii.tab) {
            record.note(.controlCharacter)
        }
        append(next, of: &record)
    }

    private mutating func append(_ next: UInt8, of record: inout CSVRecord) {
        guard field.count < limits.fieldBytesMax else {
            record.note(.fieldTooLong)
            return
        }
        field.append(next)
    }
}

/// One record, and where it stands in the file.
package struct CSVRecord: Sendable, Equatable {
    /// The line on which the record starts, 1-based; a record may span several.
    package let line: Int
    /// Offset of its first byte in the UTF-8 text, a byte order mark counted.
    package let byteOffset: Int
    package fileprivate(set) var fields: [String] = []
    package fileprivate(set) var fault: Fault?
    /// Index of the field in which the fault stands.
    package fileprivate(set) var faultField = 0

    /// What breaks the grammar or a limit; the first of a record is kept.
    package enum Fault: Sendable, Equatable, CaseIterable {
        case strayQuote, unterminatedQuote, controlCharacter, fieldTooLong, tooManyFields
    }

    fileprivate init(line: Int, byteOffset: Int) {
        self.line = line
        self.byteOffset = byteOffset
    }

    /// Nothing but spaces and separators.
    package var isBlank: Bool { fault == nil && fields.allSatisfy { CellText.folded($0).isEmpty } }

    fileprivate mutating func note(_ fault: Fault) {
        guard self.fault == nil || fault == .unterminatedQuote else { return }
        self.fault = fault
        faultField = fields.count
    }
}

/// The bytes that the grammar is made of.
private enum Ascii {
    static let tab: UInt8 = 0x09
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let comma: UInt8 = 0x2C
    static let equals: UInt8 = 0x3D
    static let delete: UInt8 = 0x7F
}
