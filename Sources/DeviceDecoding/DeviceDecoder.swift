package import AssetModel

/// Step 2 of the path: a topic's bytes become reads, fixes, device events and refusals. Owns what the
/// families remember about each source.
///
/// A source with a format set in the configuration has its family from the start. A source with `auto` has
/// none until a message is certainly of one family; the topic that it came on keeps that one: a later message
/// of another family there is refused, so that a stranger on the topic cannot change how a reader is
/// understood. Other topics of the source (its wills, its management events) decide for themselves; what is
/// certain of nothing there is taken as the source's family, where it has but one.
package struct DeviceDecoder: Sendable {
    private var readers: [SourceMemory]
    private var terminalSources: [SourceMemory]
    /// What families remember that sources have in common, see ``MessageFamily/isShared``.
    private var shared = SharedMemory()
    private var stateChanged = false

    package init(layout: SiteLayout) {
        readers = layout.readers.map {
            SourceMemory(id: $0.id, configured: $0.format, mapping: $0.mapping)
        }
        terminalSources = layout.terminalSources.map { SourceMemory(id: $0.id, configured: $0.format) }
    }

    /// Decodes one message of a source of the layout this decoder was made for. `decoded` is reset first;
    /// reuse it.
    package mutating func decode(
        _ message: RawMessage, from source: MessageSource, receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) {
        decoded.reset()
        if let size = message.oversizeBytes {
            decoded.refusal = Rejection(.oversizePayload, at: "payload of \(size) bytes")
            return
        }
        let changed: Bool
        switch source {
        case .reader(let index):
            precondition(readers.indices.contains(index), "reader \(index) of \(readers.count)")
            let choice = readers[index].choose(for: message, among: MessageFamilies.ofReaders)
            changed = readers[index].decode(message, choice, shared: &shared, receivedAt, into: &decoded)
        case .terminalSource(let index):
            precondition(
                terminalSources.indices.contains(index), "source \(index) of \(terminalSources.count)")
            let choice = terminalSources[index].choose(for: message, among: MessageFamilies.ofTerminals)
            changed = terminalSources[index].decode(
                message, choice, shared: &shared, receivedAt, into: &decoded)
        case .sweep:
            var family = Sweep()
            family.decode(message, receivedAt: receivedAt, into: &decoded)
            changed = false
        }
        if changed { stateChanged = true }
    }

    /// Forgets what `auto` decided, and keeps what sources have in common: for samples of many devices that
    /// follow one another.
    package mutating func forgetDecisions(layout: SiteLayout) {
        let former = shared
        self = DeviceDecoder(layout: layout)
        shared = former
    }

    /// `true` once after fragments or the choice of a family changed: the batch then carries `encodeState`.
    package mutating func takeStateChanged() -> Bool {
        defer { stateChanged = false }
        return stateChanged
    }

    /// What `auto` decided, or what is configured; empty while undecided. Several where the topics of one
    /// source carry several formats.
    package func formats(of source: MessageSource) -> [MessageFormat] {
        switch source {
        case .reader(let index): return readers[index].held.map(\.format)
        case .terminalSource(let index): return terminalSources[index].held.map(\.format)
        case .sweep: return [.sweep]
        }
    }

    /// What `auto` decided for one topic.
    package struct TopicDecision: Hashable, Sendable {
        package let topic: String
        package let format: MessageFormat
    }

    /// By topic; empty where the configuration names the format.
    package func decisions(of source: MessageSource) -> [TopicDecision] {
        let memory: SourceMemory
        switch source {
        case .reader(let index): memory = readers[index]
        case .terminalSource(let index): memory = terminalSources[index]
        case .sweep: return []
        }
        return memory.held.enumerated().flatMap { index, held in
            memory.topics(decidedAs: index).map { TopicDecision(topic: $0, format: held.format) }
        }.sorted { $0.topic < $1.topic }
    }

    /// The family of readers that would take a message: one that is certain of it before others.
    package static func possibleReaderFormat(of message: RawMessage) -> MessageFormat? {
        possibleFormat(of: message, among: MessageFamilies.ofReaders)
    }

    package static func possibleTerminalFormat(of message: RawMessage) -> MessageFormat? {
        possibleFormat(of: message, among: MessageFamilies.ofTerminals)
    }

    private static func possibleFormat(
        of message: RawMessage, among choices: [any MessageFamily.Type]
    ) -> MessageFormat? {
        var candidate: (any MessageFamily.Type)?
        for choice in choices {
            switch choice.recognition(of: message) {
            case .certain: return choice.format
            case .possible: candidate = candidate ?? choice
            case .none: break
            }
        }
        return candidate?.format
    }

    /// The first of ``formats(of:)``; `auto` while undecided.
    package func format(of source: MessageSource) -> MessageFormat { formats(of: source).first ?? .auto }
}

/// The decoder's memory as bytes: part of the batch that changed it, and of each checkpoint.
///
///     version UInt8 | count UInt32 | count × entry
///     entry: kind UInt8 | id text | format text | family's state bytes | topics UInt32 | topics × text
///
/// Sources in the order of the layout, readers (kind 0) before terminal sources (kind 1); a source that is as
/// the configuration makes it and remembers nothing is left out. Families that sources share (kind 2) come
/// last, without an id. Version 1 had no topics and nothing shared.
extension DeviceDecoder {
    private static let stateVersion: UInt8 = 2
    private static let stateVersionWithoutTopics: UInt8 = 1

    package func encodeState() -> [UInt8] {
        var entries = ByteWriter()
        var count: UInt32 = 0
        for (kind, sources) in [(UInt8(0), readers), (UInt8(1), terminalSources)] {
            for source in sources {
                for (index, held) in source.held.enumerated() {
                    let memory = held.family?.encodeState() ?? []
                    guard source.configured == .auto || !memory.isEmpty else { continue }
                    entries.put(kind)
                    entries.put(source.id)
                    entries.put(held.format.rawValue)
                    entries.put(bytes: memory)
                    entries.put(topics: source.topics(decidedAs: index))
                    count += 1
                }
            }
        }
        for family in shared.families {
            let memory = family.encodeState()
            guard !memory.isEmpty else { continue }
            entries.put(UInt8(2))
            entries.put("")
            entries.put(type(of: family).format.rawValue)
            entries.put(bytes: memory)
            entries.put(topics: [])
            count += 1
        }
        var state = ByteWriter(capacity: entries.bytes.count + 5)
        state.put(DeviceDecoder.stateVersion)
        state.put(count)
        return state.bytes + entries.bytes
    }

    /// Takes up what `encodeState` wrote, perhaps under another layout: sources are found by their id, and
    /// what belongs to a source that is gone, or that is configured otherwise now, is dropped.
    package mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        var reader = ByteReader(bytes)
        let version: UInt8 = try reader.take()
        guard version == DeviceDecoder.stateVersion || version == DeviceDecoder.stateVersionWithoutTopics
        else { throw reader.damage }
        let count: UInt32 = try reader.take()
        for _ in 0..<count {
            let kind: UInt8 = try reader.take()
            let id = try reader.takeText()
            let format = MessageFormat(rawValue: try reader.takeText())
            let memory = try reader.takeBytes()
            let topics = version == DeviceDecoder.stateVersion ? try reader.takeTopics() : []
            guard let format else { throw reader.damage }
            switch kind {
            case 0: try DeviceDecoder.restore(&readers, id: id, format, memory, topics)
            case 1: try DeviceDecoder.restore(&terminalSources, id: id, format, memory, topics)
            case 2:
                try shared.restore(format, memory)
            default: throw reader.damage
            }
        }
        guard reader.atEnd else { throw reader.damage }
    }

    private static func restore(
        _ sources: inout [SourceMemory], id: String, _ format: MessageFormat, _ memory: [UInt8],
        _ topics: [String]
    ) throws(ByteReader.Damaged) {
        guard let index = sources.firstIndex(where: { $0.id == id }) else { return }
        try sources[index].restore(format, memory, topics)
    }
}

extension ByteWriter {
    fileprivate mutating func put(topics: [String]) {
        put(UInt32(topics.count))
        for topic in topics { put(topic) }
    }
}

extension ByteReader {
    fileprivate mutating func takeTopics() throws(Damaged) -> [String] {
        let count: UInt32 = try take()
        var topics: [String] = []
        for _ in 0..<count { topics.append(try takeText()) }
        return topics
    }
}
