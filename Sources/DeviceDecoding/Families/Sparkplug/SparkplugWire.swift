import AssetModel

/// Reads the protobuf form of a Sparkplug message, `org.eclipse.tahu.protobuf`.
///
///     Payload       1 timestamp uint64 | 2 metrics* | 3 seq uint64 | 4 uuid string | 5 body bytes
///     Metric        1 name | 2 alias uint64 | 3 timestamp uint64 | 4 datatype uint32 | 5 is_historical |
///                   6 is_transient | 7 is_null | 8 metadata | 9 properties |
///                   one of 10 int uint32, 11 long uint64, 12 float, 13 double, 14 boolean, 15 string,
///                   16 bytes, 17 dataset, 18 template, 19 extension
///     DataSet       1 num_of_columns uint64 | 2 columns string* | 3 types uint32* | 4 rows*
///     Row           1 elements*, each one of 1 int, 2 long, 3 float, 4 double, 5 boolean, 6 string
///     Template      1 version | 2 metrics* | 3 parameters* | 4 template_ref | 5 is_definition
///     PropertySet   1 keys string* | 2 values*, each 1 type, 2 is_null, 3 int, 4 long, …
///
/// - Of a field that stands twice the last wins; fields that are not listed are skipped; `types` may be
///   packed.
/// - Bounded: metrics by ``SparkplugPayload/metricsMax`` (`oversize_payload`), templates inside templates by
///   `depthMax` (`nested_too_deep`), everything else by the size of the payload.
/// - Source: Sparkplug specification 3.0, `sparkplug_b.proto`.
struct SparkplugWire {
    private let bytes: UnsafeRawBufferPointer
    private var metricsLeft = SparkplugPayload.metricsMax

    /// Templates inside one another. What people model in a plant is three or four deep.
    private static let depthMax = 8

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    static func payload(_ bytes: UnsafeRawBufferPointer) throws(Rejection) -> SparkplugPayload {
        var wire = SparkplugWire(bytes)
        return try wire.payload()
    }

    private mutating func payload() throws(Rejection) -> SparkplugPayload {
        var payload = SparkplugPayload()
        var fields = ProtobufReader(bytes)
        while let field = try fields.next() {
            switch field.number {
            case 1: payload.timestamp = try field.varint()
            case 2: payload.metrics.append(try metric(try field.range(), depth: 0))
            case 3: payload.sequenceNumber = try field.varint()
            case 4, 5: _ = try field.range()
            default: break
            }
        }
        return payload
    }

    private mutating func metric(_ range: Range<Int>, depth: Int) throws(Rejection) -> SparkplugMetric {
        guard metricsLeft > 0 else {
            throw Rejection(.oversizePayload, at: "more than \(SparkplugPayload.metricsMax) metrics")
        }
        metricsLeft -= 1
        var metric = SparkplugMetric()
        var fields = ProtobufReader(bytes, range)
        while let field = try fields.next() {
            switch field.number {
            case 1: metric.name = Array(bytes[try field.range()])
            case 2: metric.alias = try field.varint()
            case 3: metric.timestamp = try field.varint()
            case 4: metric.datatype = try field.word()
            case 5: metric.isHistorical = try field.flag()
            case 6: _ = try field.flag()
            case 7: metric.isNull = try field.flag()
            case 8: _ = try field.range()
            case 9: metric.quality = try quality(try field.range()) ?? metric.quality
            case 10...19: metric.value = try value(field, depth: depth)
            default: break
            }
        }
        return metric
    }

    private mutating func value(
        _ field: ProtobufReader.Field, depth: Int
    ) throws(Rejection) -> SparkplugValue {
        switch field.number {
        case 10: return .integer(UInt64(try field.word()), isLong: false)
        case 11: return .integer(try field.varint(), isLong: true)
        case 12: return .float(try field.float())
        case 13: return .double(try field.double())
        case 14: return .flag(try field.flag())
        case 15: return .text(Array(bytes[try field.range()]))
        case 16: return .bytes(Array(bytes[try field.range()]))
        case 17: return .table(try table(try field.range()))
        case 18: return .template(try template(field, depth: depth + 1))
        default:
            _ = try field.range()
            return .other
        }
    }

    private mutating func template(
        _ field: ProtobufReader.Field, depth: Int
    ) throws(Rejection) -> SparkplugTemplate {
        guard depth <= SparkplugWire.depthMax else { throw Rejection(.nestedTooDeep, offset: field.offset) }
        var template = SparkplugTemplate()
        var fields = ProtobufReader(bytes, try field.range())
        while let field = try fields.next() {
            switch field.number {
            case 2: template.metrics.append(try metric(try field.range(), depth: depth))
            case 1, 3, 4: _ = try field.range()
            case 5: template.isDefinition = try field.flag()
            default: break
            }
        }
        return template
    }

    private func table(_ range: Range<Int>) throws(Rejection) -> SparkplugTable {
        var table = SparkplugTable()
        var fields = ProtobufReader(bytes, range)
        while let field = try fields.next() {
            switch field.number {
            case 1: _ = try field.varint()
            case 2: table.columns.append(Array(bytes[try field.range()]))
            case 3: try takeTypes(field, into: &table.types)
            case 4: table.rows.append(try row(try field.range()))
            default: break
            }
        }
        return table
    }

    /// One number, or several in a row of bytes.
    private func takeTypes(
        _ field: ProtobufReader.Field, into types: inout [UInt32]
    ) throws(Rejection) {
        guard case .bytes(let range) = field.value else { return types.append(try field.word()) }
        var packed = ProtobufReader(bytes, range)
        while packed.offset < range.upperBound {
            types.append(UInt32(truncatingIfNeeded: try packed.varint()))
        }
    }

    private func row(_ range: Range<Int>) throws(Rejection) -> [SparkplugValue] {
        var row: [SparkplugValue] = []
        var fields = ProtobufReader(bytes, range)
        while let field = try fields.next() {
            guard field.number == 1 else { continue }
            row.append(try element(try field.range()))
        }
        return row
    }

    /// One without a value is a null.
    private func element(_ range: Range<Int>) throws(Rejection) -> SparkplugValue {
        var value = SparkplugValue.absent
        var fields = ProtobufReader(bytes, range)
        while let field = try fields.next() {
            switch field.number {
            case 1: value = .integer(UInt64(try field.word()), isLong: false)
            case 2: value = .integer(try field.varint(), isLong: true)
            case 3: value = .float(try field.float())
            case 4: value = .double(try field.double())
            case 5: value = .flag(try field.flag())
            case 6: value = .text(Array(bytes[try field.range()]))
            default: break
            }
        }
        return value
    }

    /// The property `Quality`, an integer; `nil` where there is none.
    private func quality(_ range: Range<Int>) throws(Rejection) -> Int64? {
        var place: Int?
        var keys = 0
        var values: [Int64?] = []
        var fields = ProtobufReader(bytes, range)
        while let field = try fields.next() {
            switch field.number {
            case 1:
                let key = UnsafeRawBufferPointer(rebasing: bytes[try field.range()])
                if PlainField.isName(key, "quality") { place = keys }
                keys += 1
            case 2: values.append(try property(try field.range()))
            default: break
            }
        }
        guard let place, place < values.count else { return nil }
        return values[place]
    }

    /// The whole number that a property is; `nil` for any other.
    private func property(_ range: Range<Int>) throws(Rejection) -> Int64? {
        var value: Int64?
        var fields = ProtobufReader(bytes, range)
        while let field = try fields.next() {
            switch field.number {
            case 3: value = Int64(Int32(truncatingIfNeeded: try field.word()))
            case 4: value = Int64(bitPattern: try field.varint())
            default: break
            }
        }
        return value
    }
}
