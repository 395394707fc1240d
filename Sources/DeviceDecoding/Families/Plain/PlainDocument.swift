import AssetModel

/// One JSON text of plain reads.
struct PlainDocument {
    private let page: JSONPage
    /// The time and the device's name beside the array of reads.
    private var messageTime: UTCInstant?
    private var passedOver = false

    /// The arrays that hold reads, in lower case and without separators.
    private static let containers: [StaticString] = ["reads", "tags", "data"]

    init(_ page: JSONPage) {
        self.page = page
    }

    mutating func take(into decoded: inout DecodedMessage) -> DocumentOutcome {
        let before = decoded.recordCount
        switch page.kind(JSONPage.root) {
        case .array:
            if !takeElements(of: JSONPage.root, "", into: &decoded) { return .tooManyRefused }
        case .object:
            let record = PlainRecord(JSONPage.root, of: page)
            if let (name, array) = PlainDocument.container(of: page), !record.namesEPC {
                if let rejection = takeHead(record, into: &decoded) { return .refused(rejection) }
                if !takeElements(of: array, name, into: &decoded) { return .tooManyRefused }
            } else {
                guard record.has(.epc) || record.has(.signal) || record.has(.antenna) else {
                    return .refused(Rejection(.unknownShape, offset: page.offset(JSONPage.root)))
                }
                if !take(record, "", into: &decoded) { return .tooManyRefused }
            }
        default:
            return .refused(Rejection(.unknownShape, offset: page.offset(JSONPage.root)))
        }
        if decoded.recordCount > before { return .taken }
        return .ignored(passedOver ? "plain_departure" : "plain_no_reads")
    }

    /// The first record that is an object: what recognition goes by.
    static func firstRecord(of page: JSONPage) -> PlainRecord? {
        var node = JSONPage.root
        if page.kind(node) == .object, let (_, array) = container(of: page),
            !PlainRecord(node, of: page).namesEPC
        {
            node = array
        }
        if page.kind(node) == .array {
            guard let first = page.firstElement(of: node) else { return nil }
            node = first
        }
        return page.kind(node) == .object ? PlainRecord(node, of: page) : nil
    }

    /// `reads`, `tags` or `data` of the root, where it is an array: `reads` may also be a count.
    private static func container(of page: JSONPage) -> (name: String, array: Int)? {
        for name in containers {
            var found: Int?
            page.forEachMember(of: JSONPage.root) { key, value in
                let isName = page.withBytes(key) { PlainField.isName($0, name) }
                if isName, page.kind(value) == .array { found = value }
            }
            if let found { return ("\(name)", found) }
        }
        return nil
    }

    private mutating func takeHead(
        _ head: PlainRecord, into decoded: inout DecodedMessage
    ) -> Rejection? {
        if let node = head.node(.time) {
            switch scalar(node, TimeReading().instant(of:)) {
            case .success(let time): messageTime = time
            case .failure(let fault): return Rejection(fault.reason, at: "time")
            }
            decoded.sentAt = messageTime
        }
        return takeIdentity(of: head, into: &decoded) ? nil : Rejection(.unknownDevice, at: "reader")
    }

    private mutating func takeElements(
        of array: Int, _ name: String, into decoded: inout DecodedMessage
    ) -> Bool {
        var index = 0
        var element = page.firstElement(of: array)
        while let node = element {
            if !takeElement(node, "\(name)[\(index)]", into: &decoded) { return false }
            index += 1
            element = page.element(after: node, in: array)
        }
        return true
    }

    private mutating func takeElement(
        _ node: Int, _ place: @autoclosure () -> String, into decoded: inout DecodedMessage
    ) -> Bool {
        switch page.kind(node) {
        case .object:
            return take(PlainRecord(node, of: page), place(), into: &decoded)
        case .text, .escapedText:
            switch scalar(node, { FieldText.identity($0, .hex) }) {
            case .success(let tag):
                decoded.tagReads.append(TagRead(tag: tag, heardAt: messageTime))
                return true
            case .failure(let fault):
                return decoded.refuseRecord(Rejection(fault.reason, at: place()))
            }
        default:
            return decoded.refuseRecord(Rejection(.unknownShape, at: place()))
        }
    }

    private mutating func take(
        _ record: PlainRecord, _ place: @autoclosure () -> String, into decoded: inout DecodedMessage
    ) -> Bool {
        if record.has(.gone) || record.node(.event).map(isDeparture) == true {
            passedOver = true
            return true
        }
        let fault: MappedFault
        if !takeIdentity(of: record, into: &decoded) {
            fault = MappedFault(field: "reader", reason: .unknownDevice)
        } else {
            do throws(MappedFault) {
                decoded.tagReads.append(try read(record))
                return true
            } catch {
                fault = error
            }
        }
        let way = place()
        let name = way.isEmpty ? fault.field : way + "." + fault.field
        return decoded.refuseRecord(Rejection(fault.reason, at: name))
    }

    private func read(_ record: PlainRecord) throws(MappedFault) -> TagRead {
        guard let tag = try identity(record, .epc, "epc", { FieldText.identity($0, .hex) }) else {
            throw MappedFault(field: "epc", reason: .missingIdentity)
        }
        var read = TagRead(tag: tag, heardAt: messageTime)
        read.tid = try identity(record, .tid, "tid", { FieldText.tid($0, .hex) }) ?? nil
        read.antennaPort = try value(record, .antenna, "antenna", FieldText.port)
        // A payload that nobody described may count its signal in any unit: then it is unknown, and the read
        // stands.
        read.peakSignal = try value(record, .signal, "rssi") { .success(FieldText.plainSignal($0)) } ?? nil
        if let time = try value(record, .time, "time", TimeReading().instant(of:)) { read.heardAt = time }
        read.reads = try value(record, .count, "reads", FieldText.readCount) ?? 1
        read.direction = try value(record, .direction, "direction") {
            .success(MappedDirectionWords().direction(of: NumberText.trimmed($0)))
        }
        return read
    }

    // MARK: values

    private func identity<Value>(
        _ record: PlainRecord, _ field: PlainField, _ name: String,
        _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MappedFault) -> Value? {
        if let node = record.node(field), page.kind(node) != .text, page.kind(node) != .escapedText {
            throw MappedFault(field: name, reason: .malformedIdentity)
        }
        return try value(record, field, name, body)
    }

    private func value<Value>(
        _ record: PlainRecord, _ field: PlainField, _ name: String,
        _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MappedFault) -> Value? {
        guard let node = record.node(field) else { return nil }
        switch scalar(node, body) {
        case .success(let value): return value
        case .failure(let fault): throw MappedFault(field: name, reason: fault.reason)
        }
    }

    private func scalar<Value>(
        _ node: Int, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) -> FieldText.Reading<Value> {
        switch page.kind(node) {
        case .object, .array, .null: return .failure(FieldFault(reason: .unknownShape))
        case .text, .escapedText, .number, .flag: return page.withBytes(node, body)
        }
    }

    /// `false` where the records of one message name two devices.
    private func takeIdentity(of record: PlainRecord, into decoded: inout DecodedMessage) -> Bool {
        guard let node = record.node(.reader), let name = page.text(node) else { return true }
        guard name.utf8.count <= MappedValues.identityBytesMax else { return false }
        if decoded.deviceIdentity.isEmpty { decoded.deviceIdentity = name }
        return decoded.deviceIdentity == name
    }

    /// What platforms call it when they no longer see a tag. Not evidence: silence is judged here.
    private func isDeparture(_ node: Int) -> Bool {
        let words = [
            "departed", "exit", "exited", "removed", "lost", "left", "leave", "timed_out", "timeout",
        ]
        return page.withBytes(node) { text in words.contains { $0.isSameWord(as: text) } }
    }
}
