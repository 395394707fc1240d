import AssetModel

/// A Sparkplug message, taken apart whole before anything is concluded from it: what is malformed anywhere is
/// refused, and nothing of it half taken.
struct SparkplugPayload {
    /// Milliseconds since 1970, when the message was made.
    var timestamp: UInt64?
    /// 0...255 in order.
    var sequenceNumber: UInt64?
    var metrics: [SparkplugMetric] = []

    /// Metrics of one message, those inside templates too. A birth of half a megabyte, the default limit of a
    /// message, has about ten thousand.
    static let metricsMax = 32_768

    /// The session number of a birth or death certificate.
    var birthDeathSequence: UInt64? {
        for metric in metrics where metric.name?.elementsEqual("bdSeq".utf8) == true {
            return metric.unsigned
        }
        return nil
    }
}

struct SparkplugMetric {
    /// The path as UTF-8; absent or empty where an alias stands for it.
    var name: [UInt8]?
    var alias: UInt64?
    /// Milliseconds since 1970, when the value was taken.
    var timestamp: UInt64?
    /// 0 where it is not said.
    var datatype: UInt32 = 0
    /// From a store of what could not be sent earlier.
    var isHistorical = false
    var isNull = false
    /// Property `Quality`: 0 bad, 192 good, 500 stale.
    var quality: Int64?
    var value = SparkplugValue.absent

    /// Good in the numbering that the property comes from; everything else is bad, uncertain or stale.
    private static let goodQuality: ClosedRange<Int64> = 192...255

    /// The device has no value, or does not stand by it.
    var isAbsent: Bool {
        if case .absent = value { return true }
        return isNull || quality.map { !SparkplugMetric.goodQuality.contains($0) } ?? false
    }

    /// A whole number, for counters.
    var unsigned: UInt64? {
        switch value {
        case .integer(let value, _): return value
        case .number(let digits):
            return digits.withUnsafeBytes { NumberText.number(of: $0)?.integer }.flatMap {
                UInt64(exactly: $0)
            }
        default: return nil
        }
    }
}

enum SparkplugValue {
    case absent
    /// `int_value` or `long_value`: signed numbers in two's complement, by the datatype.
    case integer(UInt64, isLong: Bool)
    case float(Float)
    case double(Double)
    case flag(Bool)
    case text([UInt8])
    case bytes([UInt8])
    case table(SparkplugTable)
    case template(SparkplugTemplate)
    /// Digits of a JSON number.
    case number([UInt8])
    /// An extension, or a JSON object or array.
    case other
}

/// A `DataSet`: columns with names, and rows.
struct SparkplugTable {
    var columns: [[UInt8]] = []
    var types: [UInt32] = []
    var rows: [[SparkplugValue]] = []
}

struct SparkplugTemplate {
    var metrics: [SparkplugMetric] = []
    /// Says what instances look like and holds no values.
    var isDefinition = false
}

/// Datatypes as the schema numbers them, those that decide how a value is read.
enum SparkplugDatatype {
    static let int8: UInt32 = 1
    static let int16: UInt32 = 2
    static let int32: UInt32 = 3
    static let int64: UInt32 = 4
    static let uint8: UInt32 = 5
    static let uint16: UInt32 = 6
    static let uint32: UInt32 = 7
    static let uint64: UInt32 = 8
    static let dateTime: UInt32 = 13
    static let dataSet: UInt32 = 16
    static let bytes: UInt32 = 17
    static let file: UInt32 = 18
    static let template: UInt32 = 19
    static let int8Array: UInt32 = 22
    static let uint8Array: UInt32 = 26

    /// The words of the JSON form, lower case; the index is the number.
    private static let words: [StaticString] = [
        "unknown", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float",
        "double", "boolean", "string", "datetime", "text", "uuid", "dataset", "bytes", "file", "template",
    ]

    /// 0 for a word that is none of them.
    static func number(of word: UnsafeRawBufferPointer) -> UInt32 {
        for (number, known) in words.enumerated() where PlainField.isName(word, known) {
            return UInt32(number)
        }
        return 0
    }

    /// Kinds of values that no encoder confuses: an alias that a birth gave to one and that comes with
    /// another means something else by now.
    enum Family: UInt8 {
        case unknown, scalar, text, bytes, table, template
    }

    static func family(_ datatype: UInt32) -> Family {
        switch datatype {
        case 1...11, dateTime: return .scalar
        case 12, 14, 15: return .text
        case dataSet: return .table
        case bytes, file, 22...34: return .bytes
        case template: return .template
        default: return .unknown
        }
    }
}

extension SparkplugValue {
    var family: SparkplugDatatype.Family {
        switch self {
        case .absent, .other: return .unknown
        case .integer, .float, .double, .flag, .number: return .scalar
        case .text: return .text
        case .bytes: return .bytes
        case .table: return .table
        case .template: return .template
        }
    }

    /// What a record can use; `nil` for values that are records of their own.
    func scalar(_ datatype: UInt32) -> MetricScalar? {
        switch self {
        case .absent, .table, .template: return nil
        case .integer(let bits, let isLong): return SparkplugValue.whole(bits, isLong, datatype)
        case .float(let value): return value.isFinite ? .number(Array("\(value)".utf8)) : .unreadable
        case .double(let value): return value.isFinite ? .number(Array("\(value)".utf8)) : .unreadable
        case .flag(let value): return .number(Array("\(value)".utf8))
        case .number(let digits): return .number(digits)
        case .text(let text):
            let isBytes = datatype == SparkplugDatatype.bytes || datatype == SparkplugDatatype.file
            return isBytes ? .encoded(text) : .text(text)
        case .bytes(let bytes):
            // In arrays of wider elements the bytes stand in another order.
            let isWide = datatype > SparkplugDatatype.int8Array && datatype != SparkplugDatatype.uint8Array
            return isWide ? .unreadable : .bytes(bytes)
        case .other: return .unreadable
        }
    }

    /// - Parameter datatype: where it is not known the number counts as signed: no antenna, signal or time
    ///   needs the upper half of the unsigned range.
    private static func whole(_ bits: UInt64, _ isLong: Bool, _ datatype: UInt32) -> MetricScalar {
        let value: Int64?
        switch datatype {
        case SparkplugDatatype.int8: value = signed(bits, width: 8)
        case SparkplugDatatype.int16: value = signed(bits, width: 16)
        case SparkplugDatatype.int32: value = signed(bits, width: 32)
        case SparkplugDatatype.uint8: value = UInt8(exactly: bits).map { Int64($0) }
        case SparkplugDatatype.uint16: value = UInt16(exactly: bits).map { Int64($0) }
        case SparkplugDatatype.uint32: value = UInt32(exactly: bits).map { Int64($0) }
        case SparkplugDatatype.uint64, SparkplugDatatype.dateTime: value = Int64(exactly: bits)
        default:
            value = isLong ? Int64(bitPattern: bits) : Int64(Int32(truncatingIfNeeded: bits))
        }
        return value.map { .number(Array("\($0)".utf8)) } ?? .unreadable
    }

    /// A narrow signed number travels in a wider unsigned field, extended by its sign or not; `nil` where the
    /// bits above it are neither.
    private static func signed(_ bits: UInt64, width: UInt64) -> Int64? {
        let shift = 64 - width
        let value = Int64(bitPattern: bits << shift) >> Int64(shift)
        let extended = UInt64(bitPattern: value)
        let forms = [extended, extended & 0xFFFF_FFFF, extended & (UInt64.max >> shift)]
        return forms.contains(bits) ? value : nil
    }
}
