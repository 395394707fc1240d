import AssetModel

/// Reads out of the metrics of a data message. There is no RFID profile: the names decide, see
/// ``MetricGroups`` and ``MetricRecord``.
///
///     Antenna 1/EPC, Antenna 1/RSSI        metrics of one path: one read
///     a DataSet with a column EPC          each row is a read
///     a Template with a metric EPC         its metrics are a read
///
/// - A read was heard when its metric says (`timestamp` of the metric with the EPC), else when the message
///   was made. A value from a store without a time of its own has none: refused.
/// - Rows and templates are records by themselves, so that a time and a count in them count; beside a metric
///   they may be anybody's. One with an event in it tells of coming and going and is refused.
struct SparkplugReads {
    private let aliases: SparkplugAliases
    private let messageTime: MetricTime
    private var goesOn = true

    /// Metrics of a path; only `/` divides it.
    static let separators: StaticString = "/"

    /// Of a template's name, which stands before each of its metrics: more would multiply with them.
    private static let pathBytesMax = 255

    private static let beside: Set<PlainField> = [.epc, .tid, .signal, .antenna, .direction]
    private static let within: Set<PlainField> = beside.union([.time, .count, .event, .gone])

    init(aliases: SparkplugAliases, messageTime: MetricTime) {
        self.aliases = aliases
        self.messageTime = messageTime
    }

    mutating func take(_ metrics: [SparkplugMetric], into decoded: inout DecodedMessage) {
        take(metrics, Stem(place: "metrics", path: [], fields: SparkplugReads.beside), into: &decoded)
    }

    /// What the metrics of a message, or of a template in it, have in common.
    private struct Stem {
        var place: String
        /// The end of the template's full name.
        var path: ArraySlice<UInt8>
        var fields: Set<PlainField>
        /// Of the template, for metrics without a time.
        var time = MetricTime.absent
        var isHistorical = false
    }

    private mutating func take(
        _ metrics: [SparkplugMetric], _ stem: Stem, into decoded: inout DecodedMessage
    ) {
        var groups = MetricGroups(separators: SparkplugReads.separators, fields: stem.fields)
        for (index, metric) in metrics.enumerated() where !metric.isAbsent {
            guard goesOn else { break }
            let place = "\(stem.place)[\(index)]"
            guard let (name, datatype) = resolve(metric, stem, place, into: &decoded) else { continue }
            let path = stem.path.isEmpty ? name : Array(stem.path) + [0x2F] + name
            let own = MetricTime(milliseconds: metric.timestamp)
            let time = own == .absent ? stem.time : own
            let isHistorical = metric.isHistorical || stem.isHistorical
            switch metric.value {
            case .table(let table):
                let source = Source(time: time, isHistorical: isHistorical, place: place)
                take(table, path, source, into: &decoded)
            case .template(let template) where !template.isDefinition:
                let inner = Stem(
                    place: place + ".metrics", path: path.suffix(SparkplugReads.pathBytesMax),
                    fields: SparkplugReads.within, time: time, isHistorical: isHistorical)
                take(template.metrics, inner, into: &decoded)
            default:
                guard let scalar = metric.value.scalar(datatype) else { continue }
                if case .other = metric.value, isContainer(datatype) {
                    refuse(.unknownShape, place + ".value", into: &decoded)
                    continue
                }
                groups.add(path, scalar, time: time, isHistorical: isHistorical, index: index)
            }
        }
        // What was found before too much was refused is taken all the same.
        for found in groups.records() { take(found, stem.place, into: &decoded) }
    }

    private func isContainer(_ datatype: UInt32) -> Bool {
        datatype == SparkplugDatatype.dataSet || datatype == SparkplugDatatype.template
    }

    // MARK: names

    /// The name and the datatype of a metric; `nil` where there are none, which is refused, or where they are
    /// known and of no use.
    private mutating func resolve(
        _ metric: SparkplugMetric, _ stem: Stem, _ place: String, into decoded: inout DecodedMessage
    ) -> (name: [UInt8], datatype: UInt32)? {
        if let name = metric.name, !name.isEmpty {
            guard name.withUnsafeBytes({ UTF8Check.firstFault(in: $0) }) == nil else {
                refuse(.notUTF8, place + ".name", into: &decoded)
                return nil
            }
            return (name, metric.datatype)
        }
        guard let alias = metric.alias else {
            refuse(.unknownShape, place + ".name", into: &decoded)
            return nil
        }
        // Inside a template an alias has no birth that could have named it.
        guard stem.path.isEmpty, let meaning = aliases.named[alias] else {
            if stem.path.isEmpty, aliases.others.contains(alias) { return nil }
            refuse(.unknownAlias, place + ".alias", into: &decoded)
            return nil
        }
        let datatype = metric.datatype == 0 ? meaning.datatype : metric.datatype
        let families = (metric.value.family, SparkplugDatatype.family(meaning.datatype))
        // Text stands for bytes in JSON.
        let isText = families.0 == .text && families.1 == .bytes
        guard families.0 == families.1 || families.0 == .unknown || families.1 == .unknown || isText else {
            refuse(.unknownAlias, place + ".alias", into: &decoded)
            return nil
        }
        return (meaning.name, datatype)
    }

    // MARK: records

    private mutating func take(
        _ found: MetricGroups.Found, _ stem: String, into decoded: inout DecodedMessage
    ) {
        let source = Source(
            time: found.time, isHistorical: found.isHistorical, place: "\(stem)[\(found.index)]")
        take(found.record, source, into: &decoded) { field in
            "\(stem)[\(found.places[field.rawValue] ?? found.index)].value"
        }
    }

    /// Where a record stands, and when it says that it was made.
    private struct Source {
        var time: MetricTime
        var isHistorical: Bool
        var place: String
    }

    private mutating func take(
        _ record: MetricRecord, _ source: Source, into decoded: inout DecodedMessage,
        placeOf: (PlainField) -> String
    ) {
        do throws(MetricFault) {
            guard var read = try record.read() else { return }
            if read.heardAt == nil {
                do throws(Rejection) {
                    read.heardAt = try time(of: source)
                } catch {
                    return refuse(error.reason, error.at, into: &decoded)
                }
            }
            decoded.tagReads.append(read)
        } catch {
            refuse(error.reason, placeOf(error.field), into: &decoded)
        }
    }

    /// - Returns: `nil` where the message carries no time at all.
    private func time(of source: Source) throws(Rejection) -> UTCInstant? {
        switch (source.time, messageTime) {
        case (.at(let instant), _): return instant
        case (.absent, _) where source.isHistorical: break
        case (.absent, .at(let instant)): return instant
        case (.absent, .absent): return nil
        case (.absent, .malformed): throw Rejection(.malformedTime, at: "timestamp")
        case (.malformed, _): break
        }
        throw Rejection(.malformedTime, at: source.place + ".timestamp")
    }

    // MARK: tables

    private mutating func take(
        _ table: SparkplugTable, _ path: [UInt8], _ source: Source, into decoded: inout DecodedMessage
    ) {
        let fields = table.columns.map { column in
            MetricPath.field(column[...]).flatMap { SparkplugReads.within.contains($0.field) ? $0 : nil }
        }
        guard fields.contains(where: { $0?.field == .epc }) else { return }
        let folder = MetricPath.split(path, at: SparkplugReads.separators).prefix
        let port = MetricPath.port(path[...]) ?? MetricPath.port(folder)
        for (index, elements) in table.rows.enumerated() where goesOn {
            let place = "\(source.place).rows[\(index)]"
            guard elements.count == table.columns.count else {
                refuse(.unknownShape, place, into: &decoded)
                continue
            }
            var record = MetricRecord()
            record.port = port
            for (column, element) in elements.enumerated() {
                let datatype = column < table.types.count ? table.types[column] : 0
                guard let (field, rank) = fields[column], let scalar = element.scalar(datatype) else {
                    continue
                }
                record.set(field, rank: rank, scalar)
            }
            take(record, source, into: &decoded) { "\(place).\($0)" }
        }
    }

    private mutating func refuse(
        _ reason: Rejection.Reason, _ place: String, into decoded: inout DecodedMessage
    ) {
        guard goesOn else { return }
        goesOn = decoded.refuseRecord(Rejection(reason, at: place))
    }
}
