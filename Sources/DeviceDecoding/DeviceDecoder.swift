package import AssetModel

/// Step 2 of the path: a topic's bytes become reads, fixes, device events and refusals. Owns what the
/// families remember about each source.
///
/// A source with a format set in the configuration has its family from the start. A source with `auto` has
/// none until a message is certainly of one family, and keeps that one: a later message of another family is
/// refused, so that a stranger on the topic cannot change how a reader is understood.
package struct DeviceDecoder: Sendable {
    private var readers: [SourceState]
    private var terminalSources: [SourceState]
    private var stateChanged = false

    private struct SourceState: Sendable {
        /// From the configuration: carries the state over a reload, which indices would not.
        var id: String
        var configured: MessageFormat
        var family: (any MessageFamily)?

        init(id: String, configured: MessageFormat, mapping: PayloadMapping? = nil) {
            self.id = id
            self.configured = configured
            family = mapping.map(MappedReads.init(mapping:)) ?? MessageFamilies.family(configured)
        }
    }

    package init(layout: SiteLayout) {
        readers = layout.readers.map {
            SourceState(id: $0.id, configured: $0.format, mapping: $0.mapping)
        }
        terminalSources = layout.terminalSources.map { SourceState(id: $0.id, configured: $0.format) }
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
            changed = DeviceDecoder.decode(
                message, &readers[index], MessageFamilies.ofReaders, receivedAt, into: &decoded)
        case .terminalSource(let index):
            precondition(
                terminalSources.indices.contains(index), "source \(index) of \(terminalSources.count)")
            changed = DeviceDecoder.decode(
                message, &terminalSources[index], MessageFamilies.ofTerminals, receivedAt, into: &decoded)
        case .sweep:
            var family = Sweep()
            family.decode(message, receivedAt: receivedAt, into: &decoded)
            changed = false
        }
        if changed { stateChanged = true }
    }

    /// `true` once after fragments or the choice of a family changed: the batch then carries `encodeState`.
    package mutating func takeStateChanged() -> Bool {
        defer { stateChanged = false }
        return stateChanged
    }

    /// What `auto` decided, or what is configured; `auto` while undecided.
    package func format(of source: MessageSource) -> MessageFormat {
        let state: SourceState
        switch source {
        case .reader(let index): state = readers[index]
        case .terminalSource(let index): state = terminalSources[index]
        case .sweep: return .sweep
        }
        return state.family.map { type(of: $0).format } ?? .auto
    }

    /// Returns whether the source's memory changed.
    private static func decode(
        _ message: RawMessage, _ state: inout SourceState, _ choices: [any MessageFamily.Type],
        _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) -> Bool {
        if state.family != nil {
            state.family?.decode(message, receivedAt: receivedAt, into: &decoded)
            return state.family?.takeStateChanged() ?? false
        }
        var candidate: (any MessageFamily.Type)?
        for choice in choices {
            switch choice.recognition(of: message) {
            case .certain:
                var family = choice.init()
                family.decode(message, receivedAt: receivedAt, into: &decoded)
                state.family = family
                return true
            case .possible: candidate = candidate ?? choice
            case .none: break
            }
        }
        if var family = candidate?.init() {
            family.decode(message, receivedAt: receivedAt, into: &decoded)
        } else {
            decoded.refusal = unrecognised(message.payload)
        }
        return false
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

/// The decoder's memory as bytes: part of the batch that changed it, and of each checkpoint.
///
///     version UInt8 | count UInt32 | count × { kind UInt8 | id text | format text | family's state bytes }
///
/// Sources in the order of the layout, readers (kind 0) before terminal sources (kind 1); a source that is as
/// the configuration makes it and remembers nothing is left out.
extension DeviceDecoder {
    private static let stateVersion: UInt8 = 1

    package func encodeState() -> [UInt8] {
        var entries = ByteWriter()
        var count: UInt32 = 0
        for (kind, sources) in [(UInt8(0), readers), (UInt8(1), terminalSources)] {
            for source in sources {
                guard let family = source.family else { continue }
                let memory = family.encodeState()
                guard source.configured == .auto || !memory.isEmpty else { continue }
                entries.put(kind)
                entries.put(source.id)
                entries.put(type(of: family).format.rawValue)
                entries.put(bytes: memory)
                count += 1
            }
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
        guard version == DeviceDecoder.stateVersion else { throw reader.damage }
        let count: UInt32 = try reader.take()
        for _ in 0..<count {
            let kind: UInt8 = try reader.take()
            let id = try reader.takeText()
            let format = MessageFormat(rawValue: try reader.takeText())
            let memory = try reader.takeBytes()
            guard let format, kind <= 1 else { throw reader.damage }
            if kind == 0 {
                try DeviceDecoder.restore(&readers, id: id, format, memory)
            } else {
                try DeviceDecoder.restore(&terminalSources, id: id, format, memory)
            }
        }
        guard reader.atEnd else { throw reader.damage }
    }

    private static func restore(
        _ sources: inout [SourceState], id: String, _ format: MessageFormat, _ memory: [UInt8]
    ) throws(ByteReader.Damaged) {
        guard let index = sources.firstIndex(where: { $0.id == id }) else { return }
        let configured = sources[index].configured
        guard configured == .auto || configured == format, var family = MessageFamilies.family(format) else {
            return
        }
        try family.restoreState(memory)
        sources[index].family = family
    }
}
