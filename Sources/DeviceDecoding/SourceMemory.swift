import AssetModel

/// What the decoder remembers about one source: which families its topics are of, and what those keep.
struct SourceMemory: Sendable {
    /// From the configuration: carries the memory over a reload, which indices would not.
    let id: String
    let configured: MessageFormat
    /// One where the configuration names it; with `auto` one for each format found so far.
    var held: [Held] = []
    /// With `auto`: index into `held` for each topic that has decided.
    private var decisions: [String: Int] = [:]

    /// A family, or `nil` in its place where sources share it.
    struct Held: Sendable {
        let format: MessageFormat
        let isShared: Bool
        var family: (any MessageFamily)?

        /// Decodes in place, without taking the family out and back; `nil` where sources share it.
        mutating func decode(
            _ message: RawMessage, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
        ) -> Bool? {
            guard family?.decode(message, receivedAt: receivedAt, into: &decoded) != nil else { return nil }
            return family?.takeStateChanged()
        }
    }

    enum Choice {
        /// Index into `held`; new where the topic has just decided.
        case held(Int, isNew: Bool)
        /// A message that might be of this family and decides nothing.
        case trial(any MessageFamily.Type)
        case none
    }

    /// Topics of one source that are remembered. A reader has a handful; beyond this a topic is recognised
    /// anew with each message, so that topics made up by a stranger cost time and never space.
    private static let topicsMax = 256

    init(id: String, configured: MessageFormat, mapping: PayloadMapping? = nil) {
        self.id = id
        self.configured = configured
        if let mapping {
            held = [Held(format: .mapping, isShared: false, family: MappedReads(mapping: mapping))]
        } else if let family = MessageFamilies.all.first(where: { $0.format == configured }) {
            held = [SourceMemory.hold(family)]
        }
    }

    private static func hold(_ family: any MessageFamily.Type) -> Held {
        Held(
            format: family.format, isShared: family.isShared, family: family.isShared ? nil : family.init())
    }

    /// Which family takes this message.
    mutating func choose(for message: RawMessage, among choices: [any MessageFamily.Type]) -> Choice {
        guard configured == .auto else { return held.isEmpty ? .none : .held(0, isNew: false) }
        if let index = decisions[message.topic] { return .held(index, isNew: false) }
        var candidate: (any MessageFamily.Type)?
        for choice in choices {
            switch choice.recognition(of: message) {
            case .certain: return decide(message.topic, choice)
            case .possible: candidate = candidate ?? choice
            case .none: break
            }
        }
        if held.count == 1 { return .held(0, isNew: false) }
        return candidate.map { .trial($0) } ?? .none
    }

    /// Returns whether what has to outlive a restart changed.
    mutating func decode(
        _ message: RawMessage, _ choice: Choice, shared: inout SharedMemory, _ receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) -> Bool {
        switch choice {
        case .held(let index, let isNew):
            if !held[index].isShared,
                let changed = held[index].decode(message, receivedAt, into: &decoded)
            {
                return changed || isNew
            }
            let format = held[index].format
            return shared.decode(message, as: format, receivedAt, into: &decoded) || isNew
        case .trial(let choice):
            var family = choice.init()
            family.decode(message, receivedAt: receivedAt, into: &decoded)
        case .none:
            decoded.refusal = SourceMemory.unrecognised(message.payload)
        }
        return false
    }

    /// New only where something is remembered that was not: beyond the limit a message changes nothing, and
    /// nothing has to be written for it.
    private mutating func decide(_ topic: String, _ family: any MessageFamily.Type) -> Choice {
        let index = held.firstIndex { $0.format == family.format } ?? held.count
        let isFirst = index == held.count
        let hasRoom = decisions.count < SourceMemory.topicsMax
        if isFirst { held.append(SourceMemory.hold(family)) }
        if hasRoom { decisions[topic] = index }
        return .held(index, isNew: isFirst || hasRoom)
    }

    /// In order, so that the same memory gives the same bytes.
    func topics(decidedAs index: Int) -> [String] {
        decisions.filter { $0.value == index }.keys.sorted()
    }

    /// Takes up what was written, unless the source is configured otherwise now.
    mutating func restore(
        _ format: MessageFormat, _ memory: [UInt8], _ topics: [String]
    ) throws(ByteReader.Damaged) {
        guard configured == .auto || configured == format else { return }
        guard let family = MessageFamilies.all.first(where: { $0.format == format }) else { return }
        var entry = SourceMemory.hold(family)
        try entry.family?.restoreState(memory)
        let index = held.firstIndex { $0.format == format } ?? held.count
        if index == held.count { held.append(entry) } else { held[index] = entry }
        for topic in topics.prefix(SourceMemory.topicsMax) { decisions[topic] = index }
    }

    /// Why no family wants it: not text, not JSON, or JSON of a shape that nobody knows.
    private static func unrecognised(_ payload: [UInt8]) -> Rejection {
        payload.withUnsafeBytes { bytes in
            if bytes.isEmpty { return Rejection(.emptyPayload, offset: 0) }
            if let fault = UTF8Check.firstFault(in: bytes) { return Rejection(.notUTF8, offset: fault) }
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try json.skip()
                try json.finish()
            } catch {
                return error.rejection
            }
            return Rejection(.unknownShape, offset: 0)
        }
    }
}

/// What families remember that sources have in common, see ``MessageFamily/isShared``.
struct SharedMemory: Sendable {
    private(set) var families: [any MessageFamily] = []

    init() {
        for family in MessageFamilies.all where family.isShared { families.append(family.init()) }
    }

    mutating func decode(
        _ message: RawMessage, as format: MessageFormat, _ receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) -> Bool {
        guard let index = index(of: format) else {
            preconditionFailure("\(format) is neither held by its source nor shared")
        }
        families[index].decode(message, receivedAt: receivedAt, into: &decoded)
        return families[index].takeStateChanged()
    }

    mutating func restore(_ format: MessageFormat, _ memory: [UInt8]) throws(ByteReader.Damaged) {
        guard let index = index(of: format) else { return }
        try families[index].restoreState(memory)
    }

    private func index(of format: MessageFormat) -> Int? {
        families.firstIndex { type(of: $0).format == format }
    }
}
