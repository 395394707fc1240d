import AssetModel

/// Collects the aliases that a birth names.
///
/// An alias that stands for two names stands for neither. What does not fit, or has no name, is refused
/// singly; data that comes with it later is refused in its turn.
struct SparkplugBirth {
    private(set) var aliases = SparkplugAliases()
    private let namedMax: Int
    private let allMax: Int
    /// Aliases that stood for two names.
    private var disputed: Set<UInt64> = []

    /// - Parameters:
    ///   - named: names that may still be remembered.
    ///   - all: aliases that may.
    init(named: Int, all: Int) {
        namedMax = named
        allMax = all
    }

    mutating func take(_ metrics: [SparkplugMetric], into decoded: inout DecodedMessage) {
        for (index, metric) in metrics.enumerated() {
            guard let alias = metric.alias, let rejection = define(alias, metric, index) else { continue }
            guard decoded.refuseRecord(rejection) else { return }
        }
    }

    /// - Returns: why the alias stays unknown.
    private mutating func define(_ alias: UInt64, _ metric: SparkplugMetric, _ index: Int) -> Rejection? {
        let place = "metrics[\(index)]"
        guard let name = metric.name, !name.isEmpty else {
            return Rejection(.unknownShape, at: place + ".name")
        }
        guard name.withUnsafeBytes({ UTF8Check.firstFault(in: $0) }) == nil else {
            return Rejection(.notUTF8, at: place + ".name")
        }
        guard !aliases.contains(alias), !disputed.contains(alias) else {
            aliases.remove(alias)
            disputed.insert(alias)
            return Rejection(.unknownAlias, at: place + ".alias")
        }
        guard aliases.count + disputed.count < allMax else {
            return Rejection(.numberOutOfRange, at: "\(place).alias, after \(allMax) others")
        }
        guard isOfRead(name, metric) else {
            aliases.others.insert(alias)
            return nil
        }
        guard name.count <= SparkplugLimit.nameBytesMax else {
            return Rejection(.numberOutOfRange, at: place + ".name")
        }
        guard aliases.named.count < namedMax else {
            return Rejection(.numberOutOfRange, at: "\(place).alias, after \(namedMax) names")
        }
        aliases.named[alias] = SparkplugAliases.Meaning(name: name, datatype: datatype(of: metric))
        return nil
    }

    private func isOfRead(_ name: [UInt8], _ metric: SparkplugMetric) -> Bool {
        switch SparkplugDatatype.family(datatype(of: metric)) {
        case .table, .template: return true
        case .unknown, .scalar, .text, .bytes:
            return MetricGroups.isOfRead(name, separators: SparkplugReads.separators)
        }
    }

    /// Births have to say it; where one does not, the value does.
    private func datatype(of metric: SparkplugMetric) -> UInt32 {
        guard metric.datatype == 0 else { return metric.datatype }
        switch metric.value {
        case .table: return SparkplugDatatype.dataSet
        case .template: return SparkplugDatatype.template
        default: return 0
        }
    }
}
