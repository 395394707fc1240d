/// Writes Sparkplug payloads for tests, field by field as the schema numbers them. Independent of the
/// decoder: it knows no more than protobuf's encoding.
struct SparkplugBytes {
    private(set) var bytes: [UInt8] = []

    mutating func putVarint(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    mutating func put(_ number: UInt64, varint value: UInt64) {
        putVarint(number << 3)
        putVarint(value)
    }

    mutating func put(_ number: UInt64, bytes value: some Collection<UInt8>) {
        putVarint(number << 3 | 2)
        putVarint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func put(_ number: UInt64, text: String) { put(number, bytes: Array(text.utf8)) }

    mutating func put(_ number: UInt64, float value: Float) {
        putVarint(number << 3 | 5)
        for shift in stride(from: 0, to: 32, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt32(shift)))
        }
    }

    mutating func put(_ number: UInt64, double value: Double) {
        putVarint(number << 3 | 1)
        for shift in stride(from: 0, to: 64, by: 8) {
            bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(shift)))
        }
    }
}

/// One metric for a test.
struct TestMetric: Sendable {
    enum Value: Sendable {
        case none
        case int(UInt32)
        case long(UInt64)
        case float(Float)
        case double(Double)
        case flag(Bool)
        case text(String)
        case bytes([UInt8])
        /// Columns with types, and rows; `.none` is a null.
        case table([(String, UInt32)], [[Value]])
        case template([TestMetric])

        /// Two's complement, as signed numbers travel.
        static func signed(_ value: Int32) -> Value { .int(UInt32(bitPattern: value)) }
    }

    var name: String?
    var alias: UInt64?
    var timestamp: UInt64?
    var datatype: UInt32?
    var isHistorical = false
    var isNull = false
    var quality: UInt32?
    var value = Value.none

    init(_ name: String? = nil, alias: UInt64? = nil, _ datatype: UInt32? = nil, _ value: Value = .none) {
        self.name = name
        self.alias = alias
        self.datatype = datatype
        self.value = value
    }

    func at(_ milliseconds: UInt64) -> TestMetric {
        var metric = self
        metric.timestamp = milliseconds
        return metric
    }

    var historical: TestMetric {
        var metric = self
        metric.isHistorical = true
        return metric
    }

    func quality(_ quality: UInt32) -> TestMetric {
        var metric = self
        metric.quality = quality
        return metric
    }

    var bytes: [UInt8] {
        var out = SparkplugBytes()
        if let name { out.put(1, text: name) }
        if let alias { out.put(2, varint: alias) }
        if let timestamp { out.put(3, varint: timestamp) }
        if let datatype { out.put(4, varint: UInt64(datatype)) }
        if isHistorical { out.put(5, varint: 1) }
        if isNull { out.put(7, varint: 1) }
        if let quality {
            var value = SparkplugBytes()
            value.put(1, varint: 3)
            value.put(3, varint: UInt64(quality))
            var properties = SparkplugBytes()
            properties.put(1, text: "Quality")
            properties.put(2, bytes: value.bytes)
            out.put(9, bytes: properties.bytes)
        }
        TestMetric.put(value, into: &out)
        return out.bytes
    }

    private static func put(_ value: Value, into out: inout SparkplugBytes) {
        switch value {
        case .none: break
        case .int(let value): out.put(10, varint: UInt64(value))
        case .long(let value): out.put(11, varint: value)
        case .float(let value): out.put(12, float: value)
        case .double(let value): out.put(13, double: value)
        case .flag(let value): out.put(14, varint: value ? 1 : 0)
        case .text(let value): out.put(15, text: value)
        case .bytes(let value): out.put(16, bytes: value)
        case .table(let columns, let rows): out.put(17, bytes: table(columns, rows))
        case .template(let metrics):
            var template = SparkplugBytes()
            for metric in metrics { template.put(2, bytes: metric.bytes) }
            out.put(18, bytes: template.bytes)
        }
    }

    private static func table(_ columns: [(String, UInt32)], _ rows: [[Value]]) -> [UInt8] {
        var table = SparkplugBytes()
        table.put(1, varint: UInt64(columns.count))
        for column in columns { table.put(2, text: column.0) }
        for column in columns { table.put(3, varint: UInt64(column.1)) }
        for row in rows {
            var elements = SparkplugBytes()
            for value in row { elements.put(1, bytes: element(value)) }
            table.put(4, bytes: elements.bytes)
        }
        return table.bytes
    }

    private static func element(_ value: Value) -> [UInt8] {
        var element = SparkplugBytes()
        switch value {
        case .int(let value): element.put(1, varint: UInt64(value))
        case .long(let value): element.put(2, varint: value)
        case .float(let value): element.put(3, float: value)
        case .double(let value): element.put(4, double: value)
        case .flag(let value): element.put(5, varint: value ? 1 : 0)
        case .text(let value): element.put(6, text: value)
        case .none, .bytes, .table, .template: break
        }
        return element.bytes
    }

    static func payload(_ metrics: [TestMetric], timestamp: UInt64? = nil, seq: UInt64? = nil) -> [UInt8] {
        var out = SparkplugBytes()
        if let timestamp { out.put(1, varint: timestamp) }
        for metric in metrics { out.put(2, bytes: metric.bytes) }
        if let seq { out.put(3, varint: seq) }
        return out.bytes
    }
}
