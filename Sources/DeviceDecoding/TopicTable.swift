package import AssetModel

/// Where a message comes from, by its topic. Indices into the ``SiteLayout`` in force.
package enum MessageSource: Hashable, Sendable {
    case reader(Int)
    case terminalSource(Int)
    /// Handheld sweeps of a site.
    case sweep(site: Int)
}

/// Finds the source of a topic: MQTT topic filters of readers first, then of terminal sources, in the order
/// of the configuration; the first filter that matches wins.
///
/// Filters as in MQTT 5 §4.7: `+` is one level (an empty one too), `#` at the end is the level before it and
/// all below, and neither matches a first level that starts with `$`.
package struct TopicTable: Sendable {
    /// Topics remembered. A site has one or two per reader; terminals have one each, and a fleet of an S box
    /// fits.
    package static let remembered = 8_192

    /// For each reader: its filters name it as one device behind a Sparkplug B edge node.
    package let isDeviceOfGateway: [Bool]
    private let filters: [(levels: [Substring.UTF8View], source: MessageSource)]
    private var known: [String: MessageSource?] = [:]
    /// Readers send in bursts: the topic asked for last is often asked for next.
    private var latest: (topic: String, source: MessageSource?) = ("", nil)

    package init(layout: SiteLayout) {
        var filters: [(levels: [Substring.UTF8View], source: MessageSource)] = []
        for (index, reader) in layout.readers.enumerated() {
            for topic in reader.topics { filters.append((TopicTable.levels(of: topic), .reader(index))) }
        }
        for (index, source) in layout.terminalSources.enumerated() {
            for topic in source.topics {
                filters.append((TopicTable.levels(of: topic), .terminalSource(index)))
            }
        }
        for (index, site) in layout.sites.enumerated() {
            filters.append((TopicTable.levels(of: SiteLayout.sweepTopic(site: site.id)), .sweep(site: index)))
        }
        self.filters = filters
        isDeviceOfGateway = layout.readers.map { $0.topics.contains(where: TopicTable.isOfDevice) }
    }

    /// A filter of one device behind a Sparkplug B node, with its name.
    private static func isOfDevice(_ filter: String) -> Bool {
        SparkplugNamespace.isBehindEdgeNode(filter) && !filter.hasSuffix("/+")
    }

    /// All readers with a filter that matches: those that may be meant by a message where the topic alone
    /// does not say which. They are told apart by how the device names itself in the body.
    package func readers(of topic: String) -> [Int] {
        let levels = TopicTable.levels(of: topic)
        var found: [Int] = []
        for (filter, source) in filters {
            guard case .reader(let reader) = source, found.last != reader else { continue }
            if TopicTable.matches(filter, levels) { found.append(reader) }
        }
        return found
    }

    /// The source, or `nil` for a topic that no filter names. Remembers its answers; when the memory is full
    /// it starts afresh, so that topics made up by a stranger cost time and never space.
    package mutating func source(of topic: String) -> MessageSource? {
        if topic == latest.topic, !topic.isEmpty { return latest.source }
        let answer = lookUp(topic)
        latest = (topic, answer)
        return answer
    }

    private mutating func lookUp(_ topic: String) -> MessageSource? {
        if let answer = known[topic] { return answer }
        let levels = TopicTable.levels(of: topic)
        let answer = filters.first { TopicTable.matches($0.levels, levels) }?.source
        if known.count >= TopicTable.remembered { known.removeAll(keepingCapacity: true) }
        known.updateValue(answer, forKey: topic)
        return answer
    }

    /// Whether one filter matches one topic name.
    package static func matches(filter: String, topic: String) -> Bool {
        matches(levels(of: filter), levels(of: topic))
    }

    private static func levels(of topic: String) -> [Substring.UTF8View] {
        topic.split(separator: "/", omittingEmptySubsequences: false).map(\.utf8)
    }

    private static func matches(_ filter: [Substring.UTF8View], _ topic: [Substring.UTF8View]) -> Bool {
        let isSystem = topic.first?.first == 0x24
        for (index, level) in filter.enumerated() {
            let isAll = isOnly(0x23, level)
            let isAny = isOnly(0x2B, level)
            if index == 0, isSystem, isAll || isAny { return false }
            if isAll { return index == filter.count - 1 && topic.count >= index }
            guard index < topic.count, isAny || level.elementsEqual(topic[index]) else { return false }
        }
        return filter.count == topic.count
    }

    private static func isOnly(_ sign: UInt8, _ level: Substring.UTF8View) -> Bool {
        level.count == 1 && level.first == sign
    }
}
