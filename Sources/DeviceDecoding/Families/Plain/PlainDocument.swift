import AssetModel

/// One JSON text of plain reads.
struct PlainDocument {
    private let page: JSONPage
    /// What stands beside the array of reads, for those that do not say it themselves.
    private var head = PlainHead()
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
            if let container = PlainDocument.container(of: page), !record.namesEPC {
                if let rejection = takeHead(record, into: &decoded) { return .refused(rejection) }
                if !takeElements(of: container.array, container.name, into: &decoded) {
                    return .tooManyRefused
                }
            } else {
                guard
                    record.has(.epc) || record.blankEPC != nil || record.has(.signal) || record.has(.antenna)
                else {
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

    /// The array of the root that holds the records; `nil` where the root itself is one, or their array.
    static func besideHead(_ page: JSONPage) -> PlainContainer? {
        guard page.kind(JSONPage.root) == .object, let found = container(of: page),
            !PlainRecord(JSONPage.root, of: page).namesEPC
        else { return nil }
        return found
    }

    /// `reads`, `tags` or `data` of the root, where it is an array: `reads` may also be a count.
    private static func container(of page: JSONPage) -> PlainContainer? {
        for name in containers {
            var found: PlainContainer?
            page.forEachMember(of: JSONPage.root) { key, value in
                let isName = page.withBytes(key) { PlainField.isName($0, name) }
                if isName, page.kind(value) == .array {
                    found = PlainContainer(
                        usual: "\(name)", name: page.name(of: value, "\(name)"), array: value)
                }
            }
            if let found { return found }
        }
        return nil
    }

    private mutating func takeHead(
        _ record: PlainRecord, into decoded: inout DecodedMessage
    ) -> Rejection? {
        if let node = record.node(.time) {
            head.time = reading(of: node, TimeReading().instant(of:))
            if case .success(let time)? = head.time { decoded.sentAt = time }
        }
        if let node = record.node(.antenna) { head.antenna = antenna(besideReads: node, record) }
        return takeIdentity(of: record, into: &decoded)
            ? nil : Rejection(.unknownDevice, at: page.name(of: record.node(.reader), "reader"))
    }

    /// An antenna that all reads of a message are from. A list of antennas is the reader's, and `port` may be
    /// a connection's.
    private func antenna(besideReads node: Int, _ record: PlainRecord) -> PlainHead.Value<UInt16>? {
        guard page.kind(node) != .array, page.kind(node) != .object else { return nil }
        let found = reading(of: node) { FieldText.port($0) }
        guard record.namesPort else { return found }
        guard case .success(let port) = found, port <= PlainHead.portMax else { return nil }
        return found
    }

    private func reading<Value>(
        of node: Int, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) -> PlainHead.Value<Value> {
        scalar(node, body).mapError { fault in
            MappedFault(field: "$." + page.name(of: node, "head"), reason: fault.reason)
        }
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
            case .success(let tag): return takeAlone(tag, place(), into: &decoded)
            case .failure(let fault):
                return decoded.refuseRecord(Rejection(fault.reason, at: place()))
            }
        default:
            return decoded.refuseRecord(Rejection(.unknownShape, at: place()))
        }
    }

    private func takeAlone(
        _ tag: EPC, _ place: @autoclosure () -> String, into decoded: inout DecodedMessage
    ) -> Bool {
        do throws(MappedFault) {
            var read = TagRead(tag: tag)
            read.heardAt = try head.time?.get()
            read.antennaPort = try head.antenna?.get()
            decoded.tagReads.append(read)
            return true
        } catch {
            return decoded.refuseRecord(Rejection(error.reason, at: error.field))
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
            fault = MappedFault(field: page.name(of: record.node(.reader), "reader"), reason: .unknownDevice)
        } else {
            do throws(MappedFault) {
                decoded.tagReads.append(try read(record))
                return true
            } catch {
                fault = error
            }
        }
        let way = place()
        let name = way.isEmpty || fault.field.hasPrefix("$") ? fault.field : way + "." + fault.field
        return decoded.refuseRecord(Rejection(fault.reason, at: name))
    }

    private func read(_ record: PlainRecord) throws(MappedFault) -> TagRead {
        guard let tag = try identity(record, .epc, "epc", { FieldText.identity($0, .hex) }) else {
            throw MappedFault(field: page.name(of: record.blankEPC, "epc"), reason: .missingIdentity)
        }
        var read = TagRead(tag: tag)
        read.tid = try identity(record, .tid, "tid", { FieldText.tid($0, .hex) }) ?? nil
        read.antennaPort = try value(record, .antenna, "antenna") { FieldText.port($0) }
        if read.antennaPort == nil { read.antennaPort = try head.antenna?.get() }
        // A payload that nobody described may count its signal in any unit: then it is unknown, and the read
        // stands.
        read.peakSignal = try value(record, .signal, "rssi") { .success(FieldText.plainSignal($0)) } ?? nil
        read.heardAt = try value(record, .time, "time", TimeReading().instant(of:))
        if read.heardAt == nil { read.heardAt = try head.time?.get() }
        read.reads = try value(record, .count, "reads", FieldText.readCount) ?? 1
        read.direction = try value(record, .direction, "direction") {
            .success(MappedDirectionWords().direction(of: NumberText.trimmed($0)))
        }
        takeDetails(of: record, into: &read)
        return read
    }

    /// What nobody described may be anything under these names, so that only what it certainly is counts, and
    /// the read stands without it.
    private func takeDetails(of record: PlainRecord, into read: inout TagRead) {
        // A number under this name may count anything.
        if record.node(.protocolControl).map(page.kind) == .text {
            read.protocolControl = detail(record, .protocolControl) { text in
                guard case .success(let word) = FieldText.protocolControl(text, .hex) else { return nil }
                return word
            }
        }
        read.airProtocol = detail(record, .airProtocol) { text in
            let air = AirProtocol(name: text)
            return air == .other ? nil : air
        }
        read.radio.frequencyKilohertz = detail(record, .frequency) { FieldText.frequency($0, .auto) }
        read.radio.phaseCentidegrees = detail(record, .phase, FieldText.phase)
        read.radio.transmitPower = detail(record, .transmitPower) { FieldText.transmitPower($0, .dBm) }
    }

    private func detail<Value>(
        _ record: PlainRecord, _ field: PlainField, _ body: (UnsafeRawBufferPointer) -> Value?
    ) -> Value? {
        guard let node = record.node(field), case .success(let value) = scalar(node, { .success(body($0)) })
        else { return nil }
        return value
    }

    // MARK: values

    private func identity<Value>(
        _ record: PlainRecord, _ field: PlainField, _ name: String,
        _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MappedFault) -> Value? {
        if let node = record.node(field), page.kind(node) != .text, page.kind(node) != .escapedText {
            throw MappedFault(field: page.name(of: node, name), reason: .malformedIdentity)
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
        case .failure(let fault): throw MappedFault(field: page.name(of: node, name), reason: fault.reason)
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

/// What a message says once for all of its reads. A value that cannot be read is refused where a read needs
/// it.
struct PlainHead {
    typealias Value<Wrapped> = Result<Wrapped, MappedFault>

    /// More antennas than a reader with multiplexers has; a port beyond is that of a connection (LLRP: 5084).
    static let portMax: UInt16 = 255

    var time: Value<UTCInstant>?
    var antenna: Value<UInt16>?
}

/// An array of reads in the root.
struct PlainContainer {
    /// In lower case and without separators.
    let usual: String
    /// As the message writes it.
    let name: String
    let array: Int
}

extension JSONPage {
    /// A member's key as the message writes it; the usual one where that is not there, or is blown up.
    fileprivate func name(of value: Int?, _ usual: String) -> String {
        guard let value, let key = text(value - 1), key.utf8.count <= PlainField.nameBytesMax else {
            return usual
        }
        return key
    }
}
