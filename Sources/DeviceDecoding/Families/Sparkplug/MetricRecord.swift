import AssetModel

/// A value that a gateway gives under a name.
enum MetricScalar: Equatable {
    case text([UInt8])
    /// Bytes as text: hex where every character is a hex digit, else base64.
    case encoded([UInt8])
    case bytes([UInt8])
    /// Digits of a number, or `true` and `false`.
    case number([UInt8])
    /// There is a value, and it is of no kind that can be read here.
    case unreadable

    /// Nothing but space: the device says nothing.
    var isBlank: Bool {
        switch self {
        case .text(let text), .encoded(let text): return text.allSatisfy { $0 == 0x20 || $0 == 0x09 }
        case .bytes(let bytes): return bytes.isEmpty
        case .number, .unreadable: return false
        }
    }
}

/// A time as it stands in a message.
enum MetricTime: Hashable {
    case absent
    case at(UTCInstant)
    /// Outside of ``TimeText/plausible``: a clock that counts from its start.
    case malformed

    /// - Parameter milliseconds: since 1970; 0 is how encoders write that they know none.
    init(milliseconds: UInt64?) {
        guard let milliseconds, milliseconds != 0 else {
            self = .absent
            return
        }
        guard let value = Int64(exactly: milliseconds), TimeText.plausible.contains(value) else {
            self = .malformed
            return
        }
        self = .at(UTCInstant(milliseconds: value))
    }

    var instant: UTCInstant? {
        if case .at(let instant) = self { return instant }
        return nil
    }
}

/// Why a record cannot be taken, and which of its values is at fault.
struct MetricFault: Error {
    let field: PlainField
    let reason: Rejection.Reason
}

/// Values that belong to one read, under the usual names of its fields.
///
/// Gateways carry values of any machine, so that the names have to say more than in a payload made for tags:
/// `EPC`, `EPC Hex` and `ID Hex` hold an identity; `Tag ID`, `Tag` and `ID` hold one where a signal or an
/// antenna stands beside them and the text is hex of at least 64 bits.
struct MetricRecord {
    /// By raw value of the field.
    private var values: [MetricScalar?] = Array(repeating: nil, count: PlainField.allCases.count)
    private var ranks: [Int] = Array(repeating: .max, count: PlainField.allCases.count)
    /// From the name of what the record stands in, where it has no antenna of its own.
    var port: UInt16?

    /// 64 bits, the shortest that carries a scheme; shorter hex is a number, a colour, a checksum.
    private static let hexDigitsMin = 16

    /// Of two names for one field the better one wins, and of two equal ones the last.
    mutating func set(_ field: PlainField, rank: Int, _ value: MetricScalar) {
        guard !value.isBlank, rank <= ranks[field.rawValue] else { return }
        values[field.rawValue] = value
        ranks[field.rawValue] = rank
    }

    /// The read, without a time where the record has none; `nil` where it names no tag: the identity is
    /// absent, blank, or nothing but zeros, which is how a register is cleared.
    func read() throws(MetricFault) -> TagRead? {
        guard let tag = try identity(), !tag.isBlank else { return nil }
        // A record of coming and going: whether it says that the tag is there is not in its shape.
        for field in [PlainField.event, .gone] where values[field.rawValue] != nil {
            throw MetricFault(field: field, reason: .unknownShape)
        }
        var read = TagRead(tag: tag, antennaPort: port)
        read.tid = try tid()
        if let port = try value(.antenna, FieldText.port) { read.antennaPort = port }
        // A signal in a unit that nobody wrote down is unknown, and the read stands.
        read.peakSignal = try value(.signal) { .success(FieldText.plainSignal($0)) } ?? nil
        if let time = try value(.time, TimeReading().instant(of:)) { read.heardAt = time }
        read.reads = try value(.count, FieldText.readCount) ?? 1
        read.direction = try value(.direction) {
            .success(MappedDirectionWords().direction(of: NumberText.trimmed($0)))
        }
        return read
    }

    private func identity() throws(MetricFault) -> EPC? {
        guard let value = values[PlainField.epc.rawValue] else { return nil }
        let reading = MetricRecord.identity(value)
        guard ranks[PlainField.epc.rawValue] >= PlainField.epcNamesCertain else {
            switch reading {
            case .success(let tag): return tag
            case .failure(let fault): throw MetricFault(field: .epc, reason: fault.reason)
            }
        }
        let isVouchedFor =
            port != nil || values[PlainField.signal.rawValue] != nil
            || values[PlainField.antenna.rawValue] != nil
        guard isVouchedFor, case .text(let text) = value, text.count >= MetricRecord.hexDigitsMin,
            case .success(let tag) = reading
        else { return nil }
        return tag
    }

    private static func identity(_ value: MetricScalar) -> FieldText.Reading<EPC> {
        switch value {
        case .text(let text): return text.withUnsafeBytes { FieldText.identity($0, .hex) }
        case .encoded(let text): return text.withUnsafeBytes { FieldText.identity($0, .auto) }
        case .bytes(let bytes):
            return EPC(bytes: bytes).map { .success($0) } ?? .failure(FieldFault(reason: .identityLength))
        case .number, .unreadable: return .failure(FieldFault(reason: .malformedIdentity))
        }
    }

    /// `nil` where the reader could not read it and says so.
    private func tid() throws(MetricFault) -> EPC? {
        guard let value = values[PlainField.tid.rawValue] else { return nil }
        let reading: FieldText.Reading<EPC?>
        if case .text(let text) = value {
            reading = text.withUnsafeBytes { FieldText.tid($0, .hex) }
        } else {
            reading = MetricRecord.identity(value).map { $0 }
        }
        switch reading {
        case .success(let tid): return tid.flatMap { $0.isBlank ? nil : $0 }
        case .failure(let fault): throw MetricFault(field: .tid, reason: fault.reason)
        }
    }

    private func value<Value>(
        _ field: PlainField, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MetricFault) -> Value? {
        let bytes: [UInt8]
        switch values[field.rawValue] {
        case nil: return nil
        case .text(let text)?, .number(let text)?: bytes = text
        // Taken as a text that is none of what is asked for.
        case .encoded?, .bytes?, .unreadable?: bytes = []
        }
        switch bytes.withUnsafeBytes(body) {
        case .success(let value): return value
        case .failure(let fault): throw MetricFault(field: field, reason: fault.reason)
        }
    }
}

/// What the path of a metric says.
enum MetricPath {
    /// The last level, and what stands before it without the separator.
    static func split(
        _ name: [UInt8], at separators: StaticString
    ) -> (prefix: ArraySlice<UInt8>, last: ArraySlice<UInt8>) {
        let isSeparator = { (byte: UInt8) in separators.withUTF8Buffer { $0.contains(byte) } }
        guard let at = name.lastIndex(where: isSeparator) else { return (name[0..<0], name[...]) }
        return (name[..<at], name[(at + 1)...])
    }

    /// The field that the last level names.
    static func field(_ last: ArraySlice<UInt8>) -> (field: PlainField, rank: Int)? {
        let plain = last.filter { $0 != 0x20 }
        return plain.withUnsafeBytes { PlainField.named($0) }
    }

    /// The antenna port that a path ends in: `Antenna 1`, `Dock/ant_02`, `readerPort3`, `Antenna/4`. `nil`
    /// for anything else, `Report 3` too.
    static func port(_ path: ArraySlice<UInt8>) -> UInt16? {
        var rest = path
        var digits: [UInt8] = []
        while let last = rest.last, last &- 0x30 <= 9, digits.count <= 5 {
            digits.insert(last, at: 0)
            rest = rest.dropLast()
        }
        while let last = rest.last, last == 0x20 || last == 0x5F || last == 0x2D || last == 0x2F {
            rest = rest.dropLast()
        }
        guard !digits.isEmpty, isAntennaWord(atEndOf: rest) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self)).flatMap { $0 > 0 ? $0 : nil }
    }

    private static let antennaWords: [StaticString] = ["antenna", "port", "ant"]

    private static func isAntennaWord(atEndOf text: ArraySlice<UInt8>) -> Bool {
        antennaWords.contains { word in
            let tail = text.suffix(word.utf8CodeUnitCount)
            guard tail.count == word.utf8CodeUnitCount,
                word.withUTF8Buffer({ word in zip(word, tail).allSatisfy { $0 == $1 | 0x20 } })
            else { return false }
            guard let before = text.dropLast(tail.count).last else { return true }
            let isSmall = (0x61...0x7A).contains(before)
            // A word of its own, or the last one of `readerAntenna`.
            return isSmall
                ? tail.first.map { (0x41...0x5A).contains($0) } ?? false
                : !(0x41...0x5A).contains(before) && before < 0x80
        }
    }
}
