import AssetModel

/// What is in an EdgeX message, its envelopes taken off.
///
///     {"correlationID": …, "contentType": …, "payload": {…} or base64}          the message bus
///     {"apiVersion": "v3", "requestId": …, "event": {…}}                        a request to add an event
///     {"deviceName": …, "origin": ns, "readings": [{"resourceName": …, "objectValue": {…}}, …]}
///
/// Each may stand without the ones around it, and an array of readings or of inventory events alone. A
/// reading holds its event as an object under `objectValue`, or as JSON in a text under `value`.
struct EdgeXContent {
    let page: JSONPage
    /// An inventory event, a reading, or an array of either.
    private var node = JSONPage.root
    /// What refusals call it.
    private var place = ""
    private var sentAt: UTCInstant?

    private init(_ page: JSONPage) {
        self.page = page
    }

    /// Calls `body` with the content; `nil` where an envelope holds nothing that can be read.
    static func open<Value>(_ page: JSONPage, _ body: (EdgeXContent) -> Value) -> Value? {
        var content = EdgeXContent(page)
        guard let root = ReadRecord(JSONPage.root, of: page), root.has("payload"),
            root.has("contentType") || root.has("correlationID")
        else {
            content.enterEvent()
            return body(content)
        }
        if let payload = root.node("payload"), page.kind(payload) == .object {
            content.enter(payload, "payload")
            content.enterEvent()
            return body(content)
        }
        let packed = root.hint("payload") { .success(Base64.bytes(of: $0)) }
        guard case .bytes(let bytes)? = packed else { return nil }
        return bytes.withUnsafeBytes { bytes in
            withJSON(bytes) { page in
                var content = EdgeXContent(page)
                content.place = "payload"
                content.enterEvent()
                return body(content)
            }
        }
    }

    /// Reads one JSON text; `nil` where it is none.
    private static func withJSON<Value>(
        _ bytes: UnsafeRawBufferPointer, _ body: (JSONPage) -> Value
    ) -> Value? {
        guard UTF8Check.firstFault(in: bytes) == nil else { return nil }
        var tape = JSONTape()
        var json = JSONCursor(bytes)
        do throws(JSONFault) {
            try tape.read(&json)
            try json.finish()
        } catch {
            return nil
        }
        return body(JSONPage(bytes: bytes, tape: tape))
    }

    private mutating func enter(_ inner: Int, _ name: String) {
        node = inner
        place += place.isEmpty ? name : "." + name
    }

    private mutating func enterEvent() {
        if let event = ReadRecord(node, of: page)?.node("event"), page.kind(event) == .object {
            enter(event, "event")
        }
        guard let event = ReadRecord(node, of: page), let readings = event.array("readings") else { return }
        sentAt = event.hint("origin", TimeReading().instant(of:))
        enter(readings, "readings")
    }

    /// The first object: what recognition goes by.
    var first: ReadRecord? {
        guard page.kind(node) == .array else { return ReadRecord(node, of: page) }
        return page.firstElement(of: node).flatMap { ReadRecord($0, of: page) }
    }

    func take(into decoded: inout DecodedMessage) -> DocumentOutcome {
        var walk = RecordWalk(page, into: decoded)
        var hasAlias = false
        let isArray = page.kind(node) == .array
        if !isArray {
            guard let first, first.has("resourceName") || EdgeXEvent.isOne(first) else {
                return page.unknownShape
            }
        }
        let judge: RecordWalk.Judge = { record, decoded throws(MappedFault) in
            try EdgeXContent.take(record, &hasAlias, into: &decoded)
        }
        if isArray {
            walk.takeElements(of: node, place, into: &decoded, judge)
        } else {
            walk.take(node, place, into: &decoded, judge)
        }
        if hasAlias { decoded.deviceIdentity = "" }
        if let sentAt { decoded.sentAt = sentAt }
        return walk.outcome(decoded, without: "edgex_no_events")
    }

    static func isInventoryReading(_ record: ReadRecord) -> Bool {
        record.text("resourceName")?.hasPrefix("InventoryEvent") ?? false
    }

    private static func take(
        _ record: ReadRecord, _ hasAlias: inout Bool, into decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        guard record.has("resourceName") else {
            return try EdgeXEvent.take(record, &hasAlias, into: &decoded)
        }
        guard isInventoryReading(record) else { return .passedOver("edgex_other_reading") }
        for name: StaticString in ["objectValue", "value"] {
            guard let event = record.object(name) else { continue }
            do throws(MappedFault) {
                return try EdgeXEvent.take(event, &hasAlias, into: &decoded)
            } catch {
                throw MappedFault(field: "\(name).\(error.field)", reason: error.reason)
            }
        }
        return try takeText(of: record, &hasAlias, into: &decoded)
    }

    /// An event that is JSON in the text of a reading.
    private static func takeText(
        of record: ReadRecord, _ hasAlias: inout Bool, into decoded: inout DecodedMessage
    ) throws(MappedFault) -> RecordOutcome {
        guard let text = record.hint("value", { .success(Array($0)) }) else {
            throw MappedFault(field: "value", reason: .unknownShape)
        }
        let outcome: Result<RecordOutcome, MappedFault>? = text.withUnsafeBytes { bytes in
            withJSON(bytes) { page in
                guard let event = ReadRecord(JSONPage.root, of: page) else {
                    return .failure(MappedFault(field: "", reason: .unknownShape))
                }
                do throws(MappedFault) {
                    return .success(try EdgeXEvent.take(event, &hasAlias, into: &decoded))
                } catch {
                    return .failure(error)
                }
            }
        }
        switch outcome {
        case nil: throw MappedFault(field: "value", reason: .malformedJSON)
        case .success(let outcome): return outcome
        case .failure(let fault):
            let field = fault.field.isEmpty ? "value" : "value." + fault.field
            throw MappedFault(field: field, reason: fault.reason)
        }
    }
}
