package import AssetModel

/// EMQX Neuron, north application MQTT: values of controllers by name, some of which may be those of an RFID
/// reader.
///
///     {"timestamp": ms, "node": "dock-plc", "group": "rfid",
///      "values": {"ant1/epc": "3034…", "ant1/rssi": -52}, "errors": {"ant2/epc": 3002}, "metas": {}}
///     {"timestamp": ms, "node": …, "group": …, "tags": [{"name": "ant1/epc", "value": "3034…"},
///                                                       {"name": "ant2/epc", "error": 3002}]}
///
/// - `tags` are values of a controller, not RFID tags. A read is made only of a value with a name that holds
///   identities (``MetricRecord``); values of one path (up to the last `/` or `.`) belong together. The time
///   is that of the message.
/// - `node` is the device behind Neuron, and becomes the reader's name.
/// - An error in place of an identity says that nobody read the register. Where no identity at all could be
///   read the reader is as good as gone, until a message comes in which one can be: `disconnected`. Where
///   others could, that one is refused (`missing_identity`). The codes are not looked at: what matters here
///   is the same for all.
/// - Source: documentation of Neuron, north application MQTT, both formats.
///   Vectors: `Tests/DeviceDecodingTests/Fixtures/neuron.ndjson`.
package struct Neuron: MessageFamily {
    package static let format = MessageFormat.neuron

    private var tape = JSONTape()

    package init() {}

    /// Node, group, time, and values in one of the two forms: nothing else has all of them.
    package static func recognition(of message: RawMessage) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var tape = JSONTape()
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try tape.read(&json)
                try json.finish()
            } catch {
                return .none
            }
            let document = NeuronDocument(JSONPage(bytes: bytes, tape: tape))
            return document.isCertain ? .certain : .none
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            JSONDocuments.read(bytes, &tape, into: &decoded) { page, decoded in
                var document = NeuronDocument(page)
                return document.take(into: &decoded)
            }
        }
    }
}

/// One JSON text of Neuron.
struct NeuronDocument {
    private let page: JSONPage
    private var groups = MetricGroups(
        separators: NeuronDocument.separators, fields: [.epc, .tid, .signal, .antenna, .direction])
    /// Where each value stands, by its index.
    private var places: [String] = []
    /// Identities that could not be read.
    private var failures: [String] = []
    /// An identity could be read, or was empty.
    private var hasAnswer = false

    private static let separators: StaticString = "/."
    /// Of a name in a refusal.
    private static let placeBytesMax = 120

    init(_ page: JSONPage) {
        self.page = page
    }

    private func member(_ key: StaticString, of node: Int = JSONPage.root) -> Int? {
        page.member(key.withUTF8Buffer { Array($0) }, of: node).flatMap { page.kind($0) == .null ? nil : $0 }
    }

    private func isText(_ key: StaticString) -> Bool {
        guard let node = member(key) else { return false }
        return page.kind(node) == .text || page.kind(node) == .escapedText
    }

    var isCertain: Bool {
        guard isText("node"), isText("group"), let time = member("timestamp"), page.kind(time) == .number
        else { return false }
        if let values = member("values") { return page.kind(values) == .object }
        guard let tags = member("tags"), page.kind(tags) == .array else { return false }
        guard let first = page.firstElement(of: tags) else { return true }
        return member("name", of: first) != nil
            && (member("value", of: first) ?? member("error", of: first)) != nil
    }

    mutating func take(into decoded: inout DecodedMessage) -> DocumentOutcome {
        guard isText("node"), isText("group"), let node = member("node"), let name = page.text(node) else {
            return .refused(Rejection(.unknownShape, offset: page.offset(JSONPage.root)))
        }
        guard name.utf8.count <= MappedValues.identityBytesMax else {
            return .refused(Rejection(.unknownDevice, at: "node"))
        }
        var heardAt: UTCInstant?
        if let node = member("timestamp") {
            guard page.kind(node) == .number,
                case .success(let time) = TimeReading(format: .auto).instant(of: page.raw(node))
            else { return .refused(Rejection(.malformedTime, at: "timestamp")) }
            heardAt = time
        }
        guard collect() else {
            return .refused(Rejection(.unknownShape, offset: page.offset(JSONPage.root)))
        }
        let before = decoded.recordCount
        decoded.deviceIdentity = name
        decoded.sentAt = heardAt
        guard takeRecords(heardAt, into: &decoded) else { return .tooManyRefused }
        return decoded.recordCount > before ? .taken : .ignored("neuron_no_reads")
    }

    // MARK: values

    /// `false` where the text has neither form.
    private mutating func collect() -> Bool {
        if let tags = member("tags"), page.kind(tags) == .array {
            collectTags(tags)
            return true
        }
        let values = member("values").flatMap { page.kind($0) == .object ? $0 : nil }
        let errors = member("errors").flatMap { page.kind($0) == .object ? $0 : nil }
        if let values { page.forEachMember(of: values) { collect($0, value: $1, "values") } }
        if let errors { page.forEachMember(of: errors) { collect($0, error: $1, "errors") } }
        return values != nil || errors != nil
    }

    private mutating func collectTags(_ tags: Int) {
        var element = page.firstElement(of: tags)
        var index = 0
        while let node = element {
            if let name = member("name", of: node) {
                if let error = member("error", of: node), !isZero(error) {
                    collect(name, error: error, "tags[\(index)].error", isNamed: false)
                } else if let value = member("value", of: node) {
                    collect(name, value: value, "tags[\(index)].value", isNamed: false)
                }
            }
            index += 1
            element = page.element(after: node, in: tags)
        }
    }

    /// No error.
    private func isZero(_ node: Int) -> Bool {
        page.kind(node) == .number && NumberText.number(of: page.raw(node))?.integer == 0
    }

    private mutating func collect(_ key: Int, value: Int, _ place: String, isNamed: Bool = true) {
        let name = page.withBytes(key) { Array($0) }
        guard let (field, rank) = MetricPath.field(MetricPath.split(name, at: NeuronDocument.separators).last)
        else { return }
        let scalar: MetricScalar
        switch page.kind(value) {
        case .null: return
        case .text, .escapedText: scalar = .text(page.withBytes(value) { Array($0) })
        case .number, .flag: scalar = .number(Array(page.raw(value)))
        case .object, .array: scalar = .unreadable
        }
        if field == .epc, rank < PlainField.epcNamesCertain { hasAnswer = true }
        groups.add(name, scalar, index: places.count)
        places.append(isNamed ? NeuronDocument.place(place, name) : place)
    }

    private mutating func collect(_ key: Int, error: Int, _ place: String, isNamed: Bool = true) {
        let name = page.withBytes(key) { Array($0) }
        guard
            let (field, rank) = MetricPath.field(MetricPath.split(name, at: NeuronDocument.separators).last),
            field == .epc, rank < PlainField.epcNamesCertain
        else { return }
        failures.append(isNamed ? NeuronDocument.place(place, name) : place)
    }

    private static func place(_ container: String, _ name: [UInt8]) -> String {
        "\(container).\(String(decoding: name.prefix(placeBytesMax), as: UTF8.self))"
    }

    // MARK: records

    /// `false` once too many were refused.
    private func takeRecords(_ heardAt: UTCInstant?, into decoded: inout DecodedMessage) -> Bool {
        for found in groups.records() {
            do throws(MetricFault) {
                guard var read = try found.record.read() else { continue }
                read.heardAt = heardAt
                decoded.tagReads.append(read)
            } catch {
                let place = places[found.places[error.field.rawValue] ?? found.index]
                guard decoded.refuseRecord(Rejection(error.reason, at: place)) else { return false }
            }
        }
        guard hasAnswer else {
            if !failures.isEmpty { decoded.deviceEvents.append(.disconnected) }
            return true
        }
        for place in failures {
            guard decoded.refuseRecord(Rejection(.missingIdentity, at: place)) else { return false }
        }
        return true
    }
}
