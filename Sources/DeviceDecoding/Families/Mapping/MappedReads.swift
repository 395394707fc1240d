package import AssetModel

/// Payloads whose fields a `[[mapping]]` of the configuration names.
///
/// JSON, one text or one on each line; also the texts of ``ConnectionText``, but for the empty one, which
/// nobody has said to mean anything here. What the mapping's conditions name is an event or ignored; each
/// record that ``PayloadMapping/reads`` leads to is one read or one refusal, named by its way in the payload
/// (`reads[3].rssi`). Never chosen by `auto`: a mapping is the integrator's word.
///
/// Vectors: `Tests/DeviceDecodingTests/Fixtures/mapping.ndjson`.
package struct MappedReads: MessageFamily {
    package static let format = MessageFormat.mapping

    private let plan: MappingPlan
    private var tape = JSONTape()

    package init() { self.init(mapping: PayloadMapping(id: "")) }

    package init(mapping: PayloadMapping) {
        plan = MappingPlan(mapping)
    }

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        let plan = plan
        let levels =
            plan.usesTopic ? message.topic.split(separator: "/", omittingEmptySubsequences: false) : []
        message.payload.withUnsafeBytes { bytes in
            if let event = ConnectionText.event(of: bytes), !bytes.allSatisfy(JSONDocuments.isSpace) {
                return decoded.deviceEvents.append(event)
            }
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                let values = MappedValues(plan: plan, page: page, topicLevels: levels)
                var walk = MappedDocument(values: values, receivedAt: receivedAt)
                return walk.take(into: &decoded)
            }
            // A will was composed when the device connected: its time would make it look like history.
            if decoded.tagReads.isEmpty, decoded.deviceEvents.contains(.disconnected) { decoded.sentAt = nil }
        }
    }
}

/// One JSON text on its way through a mapping.
private struct MappedDocument {
    private let plan: MappingPlan
    private let values: MappedValues
    private var page: JSONPage { values.page }
    /// Where the walk stands: the root, then the element of each array entered, the record last.
    private var elements = [JSONPage.root]
    /// The index in each array entered, for refusals.
    private var indices: [Int] = []
    private var ignoredRecords = 0
    private let receivedAt: UTCInstant
    private var sentAt: FieldText.Reading<UTCInstant>?
    /// The way to the records ended before the first of them.
    private var isWithoutRecords = false

    init(values: MappedValues, receivedAt: UTCInstant) {
        plan = values.plan
        self.values = values
        self.receivedAt = receivedAt
    }

    mutating func take(into decoded: inout DecodedMessage) -> DocumentOutcome {
        if plan.readerIsOfMessage, !takeIdentity(into: &decoded) {
            return .refused(Rejection(.unknownDevice, at: "reader"))
        }
        sentAt = values.sentAt()
        if case .success(let time)? = sentAt { decoded.sentAt = max(time, decoded.sentAt ?? time) }
        if let sign = plan.signsOfMessage.first(where: { values.holds($0.condition, at: elements) }) {
            switch event(of: sign.meaning) {
            case .success(let event?): decoded.deviceEvents.append(event)
            case .success(nil): return .ignored("mapping_ignored")
            case .failure(let fault): return .refused(Rejection(fault.reason, at: fault.field))
            }
            return .taken
        }
        let before = decoded.recordCount
        if !walk(step: 0, from: JSONPage.root, into: &decoded) { return .tooManyRefused }
        if decoded.recordCount > before { return .taken }
        if ignoredRecords > 0 { return .ignored("mapping_ignored") }
        if isWithoutRecords {
            let way = plan.mapping.reads.text
            return .refused(
                way.isEmpty
                    ? Rejection(.unknownShape, offset: page.offset(JSONPage.root))
                    : Rejection(.unknownShape, at: way))
        }
        return .ignored("mapping_no_reads")
    }

    /// `false` once too many records were refused.
    private mutating func walk(step: Int, from node: Int, into decoded: inout DecodedMessage) -> Bool {
        guard step < plan.mapping.reads.steps.count else {
            if page.kind(node) == .array, !plan.readsEndInArray {
                return walkElements(step: nil, of: node, into: &decoded)
            }
            elements.append(node)
            defer { elements.removeLast() }
            return takeRecord(node, into: &decoded)
        }
        if case .each = plan.mapping.reads.steps[step] {
            if page.kind(node) == .null { return true }
            guard page.kind(node) == .array else { return endEarly(into: &decoded) }
            return walkElements(step: step + 1, of: node, into: &decoded)
        }
        guard let next = page.value(at: CollectionOfOne(plan.mapping.reads.steps[step]), from: node) else {
            return endEarly(into: &decoded)
        }
        if page.kind(next) == .null { return true }
        return walk(step: step + 1, from: next, into: &decoded)
    }

    /// - Parameter step: the next one, `nil` where the elements are the records.
    private mutating func walkElements(step: Int?, of array: Int, into decoded: inout DecodedMessage) -> Bool
    {
        var element = page.firstElement(of: array)
        indices.append(0)
        while let node = element {
            elements.append(node)
            let goesOn: Bool
            if let step, step < plan.mapping.reads.steps.count {
                goesOn = walk(step: step, from: node, into: &decoded)
            } else {
                goesOn = takeRecord(node, into: &decoded)
            }
            elements.removeLast()
            if !goesOn { return false }
            indices[indices.count - 1] += 1
            element = page.element(after: node, in: array)
        }
        indices.removeLast()
        return true
    }

    /// No such key or array: the whole text is of another shape, or one element of an outer array is.
    private mutating func endEarly(into decoded: inout DecodedMessage) -> Bool {
        if !indices.isEmpty { return decoded.refuseRecord(Rejection(.unknownShape, at: place())) }
        isWithoutRecords = true
        return true
    }

    private mutating func takeRecord(_ node: Int, into decoded: inout DecodedMessage) -> Bool {
        let kind = page.kind(node)
        guard kind == .object || (kind != .array && kind != .null && plan.readsScalars) else {
            if indices.isEmpty {
                isWithoutRecords = true
                return true
            }
            return decoded.refuseRecord(Rejection(.unknownShape, at: place()))
        }
        if !plan.readerIsOfMessage, !takeIdentity(into: &decoded) {
            return decoded.refuseRecord(Rejection(.unknownDevice, at: place("reader")))
        }
        if let sign = plan.signsOfRecord.first(where: { values.holds($0.condition, at: elements) }) {
            switch event(of: sign.meaning) {
            case .success(let event?): decoded.deviceEvents.append(event)
            case .success(nil): ignoredRecords += 1
            case .failure(let fault):
                return decoded.refuseRecord(Rejection(fault.reason, at: place(fault.field)))
            }
            return true
        }
        do throws(MappedFault) {
            decoded.tagReads.append(try values.read(at: elements, sentAt: sentAt))
            return true
        } catch {
            return decoded.refuseRecord(Rejection(error.reason, at: place(error.field)))
        }
    }

    /// What the record at hand, or the message, says instead of a read; `nil` for nothing.
    private func event(of meaning: MappingPlan.Meaning) -> Result<DeviceEvent?, MappedFault> {
        switch meaning {
        case .ignored: return .success(nil)
        case .event(let event): return .success(event)
        case .antenna(let isConnected):
            guard let port = values.antenna(at: elements) else {
                return .failure(MappedFault(field: "antenna", reason: .unknownAntenna))
            }
            return .success(isConnected ? .antennaConnected(port: port) : .antennaDisconnected(port: port))
        case .overflow:
            // It bears on coverage, so that a time which cannot be read never loses it.
            var time = values.recordTime(at: elements)
            if time == nil, case .success(let sent)? = sentAt { time = sent }
            return .success(.overflow(first: time ?? receivedAt, last: time ?? receivedAt, purged: 0))
        }
    }

    /// `false` where the value is no name, or another than the message's: one message is of one device.
    private func takeIdentity(into decoded: inout DecodedMessage) -> Bool {
        switch values.identity(at: elements) {
        case .failure: return false
        case .success(nil): return true
        case .success(let name?):
            if !decoded.deviceIdentity.isEmpty { return decoded.deviceIdentity == name }
            decoded.deviceIdentity = name
            return true
        }
    }

    /// The way to the record at hand: the path of the records with the indices in it, then the field.
    private func place(_ field: String? = nil) -> String {
        var text = ""
        var rest = indices[...]
        for step in plan.mapping.reads.steps {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + String(decoding: key, as: UTF8.self)
            case .index(let index): text += "[\(index)]"
            case .each: if let index = rest.popFirst() { text += "[\(index)]" }
            }
        }
        if let index = rest.first { text += "[\(index)]" }
        // "." is what the mapping language calls the record itself.
        guard let field, !field.isEmpty else { return text.isEmpty ? "." : text }
        return text.isEmpty || field.hasPrefix("$") ? field : text + "." + field
    }
}
