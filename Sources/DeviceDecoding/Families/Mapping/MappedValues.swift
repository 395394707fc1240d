import AssetModel

/// A record that cannot be taken: the field, by its way in the record, and why.
struct MappedFault: Error {
    var field: String
    var reason: Rejection.Reason
}

/// Finds the values that a mapping names, and reads them.
struct MappedValues {
    let plan: MappingPlan
    let page: JSONPage
    /// Left empty where the mapping asks for none.
    let topicLevels: [Substring]

    /// The bytes of a value, and whether it is a text.
    private typealias Body<Value> = (_ text: UnsafeRawBufferPointer) -> FieldText.Reading<Value>

    /// The read of a record; `elements` is the way to it, the record last.
    func read(at elements: [Int], sentAt: FieldText.Reading<UTCInstant>?) throws(MappedFault) -> TagRead {
        let (form, cut) = (plan.mapping.epcEncoding.form, plan.mapping.epcCut)
        let found = try scalar(
            plan.mapping.epc, "epc", at: elements, takingNumbers: false, { CutIdentity.read($0, form, cut) })
        guard let found else {
            throw MappedFault(field: way(to: plan.mapping.epc, "epc"), reason: .missingIdentity)
        }
        var read = TagRead(tag: found.tag)
        read.protocolControl = found.protocolControl
        try takeIdentities(into: &read, at: elements)
        if let source = plan.mapping.antenna {
            read.antennaPort = try scalar(source, "antenna", at: elements, port(of:))
        }
        let unit = plan.mapping.signalUnit
        if let source = plan.mapping.signal, unit != .raw {
            read.peakSignal = try scalar(source, "rssi", at: elements) { FieldText.signal($0, unit) }
        }
        try takeTime(into: &read, at: elements, sentAt: sentAt)
        if let source = plan.mapping.readCount {
            read.reads = try scalar(source, "reads_count", at: elements, FieldText.readCount) ?? 1
        }
        if let source = plan.mapping.direction {
            let words = plan.mapping.directionWords
            read.direction = try scalar(source, "direction", at: elements) {
                .success(words.direction(of: NumberText.trimmed($0)))
            }
        }
        takeRadio(into: &read.radio, at: elements)
        return read
    }

    /// What stands beside the EPC and says what it is.
    private func takeIdentities(into read: inout TagRead, at elements: [Int]) throws(MappedFault) {
        if let source = plan.mapping.tid {
            let form = plan.mapping.tidEncoding.form
            let tid = try scalar(
                source, "tid", at: elements, takingNumbers: false, { FieldText.tid($0, form) })
            read.tid = tid ?? nil
        }
        if let source = plan.mapping.protocolControl {
            let form = plan.mapping.protocolControlEncoding.form
            read.protocolControl = try scalar(source, "pc", at: elements, takingNumbers: form == nil) {
                guard let form else { return FieldText.wordNumber($0) }
                return FieldText.protocolControl($0, form)
            }
        }
        if let source = plan.mapping.airProtocol {
            let words = plan.mapping.airProtocolWords
            read.airProtocol = try scalar(source, "protocol", at: elements) { text in
                let word = NumberText.trimmed(text)
                let listed = words.first { $0.word.isSameWord(as: word) }
                return .success(listed?.air ?? AirProtocol(name: word))
            }
        }
    }

    private func takeTime(
        into read: inout TagRead, at elements: [Int], sentAt: FieldText.Reading<UTCInstant>?
    ) throws(MappedFault) {
        if let source = plan.mapping.time { read.heardAt = try time(source, "time", at: elements) }
        guard read.heardAt == nil, let sentAt, let source = plan.mapping.sentAt else { return }
        switch sentAt {
        case .success(let time): read.heardAt = time
        case .failure(let fault):
            throw timeFault(source, "sent_at", at: [JSONPage.root], fault)
        }
    }

    /// Nothing is decided by these, so that a fault in one never costs the read.
    private func takeRadio(into radio: inout RadioDetail, at elements: [Int]) {
        let mapping = plan.mapping
        func take<Value>(
            _ source: MappingSource?, _ body: (UnsafeRawBufferPointer) -> Value?
        ) -> Value? {
            guard let source else { return nil }
            let found = withText(of: source, at: elements) { .success(body($0)) }
            guard case .success(let value)? = found else { return nil }
            return value
        }
        radio.frequencyKilohertz = take(mapping.frequency) { FieldText.frequency($0, mapping.frequencyUnit) }
        radio.phaseCentidegrees = take(mapping.phase, FieldText.phase)
        radio.transmitPower = take(mapping.transmitPower) {
            FieldText.transmitPower($0, mapping.transmitPowerUnit)
        }
    }

    /// When the device sent the message, `nil` where it does not say.
    func sentAt() -> FieldText.Reading<UTCInstant>? {
        let root = [JSONPage.root]
        guard let source = plan.mapping.sentAt else { return nil }
        return withText(of: source, at: root, timeReading(at: root).instant(of:))
    }

    /// When a record that is no read was made, as far as it says.
    func recordTime(at elements: [Int]) -> UTCInstant? {
        guard let source = plan.mapping.time,
            case .success(let time)? = withText(of: source, at: elements, timeReading(at: elements).instant)
        else { return nil }
        return time
    }

    /// The antenna of a record that is no read, `nil` where it names none that we know.
    func antenna(at elements: [Int]) -> UInt16? {
        guard let source = plan.mapping.antenna,
            case .success(let port)? = withText(of: source, at: elements, port(of:))
        else { return nil }
        return port
    }

    /// How the device names itself, `nil` where it does not.
    func identity(at elements: [Int]) -> FieldText.Reading<String?> {
        guard let source = plan.mapping.reader else { return .success(nil) }
        let name: FieldText.Reading<String>? = withText(of: source, at: elements) { text in
            let text = NumberText.trimmed(text)
            guard text.count <= MappedValues.identityBytesMax else {
                return .failure(FieldFault(reason: .unknownDevice))
            }
            return .success(String(decoding: text, as: UTF8.self))
        }
        return name.map { $0.map { $0 } } ?? .success(nil)
    }

    /// Longer than any host name (RFC 1035: 255).
    static let identityBytesMax = 255

    func holds(_ condition: MappingCondition, at elements: [Int]) -> Bool {
        holdsAlone(condition, at: elements) && condition.also.allSatisfy { holds($0, at: elements) }
    }

    private func holdsAlone(_ condition: MappingCondition, at elements: [Int]) -> Bool {
        switch condition.test {
        case .present(let expected): return isPresent(condition.source, at: elements) == expected
        case .any(let words):
            let found = withText(of: condition.source, at: elements) { text in
                .success(words.contains { $0.isSameWord(as: NumberText.trimmed(text)) })
            }
            if case .success(true)? = found { return true }
            return false
        }
    }

    // MARK: fields

    private func port(of text: UnsafeRawBufferPointer) -> FieldText.Reading<UInt16> {
        let word = NumberText.trimmed(text)
        if let named = plan.mapping.antennaWords.first(where: { $0.word.isSameWord(as: word) }) {
            return .success(named.port)
        }
        // Of a device that names its antennas, a name that nobody listed is no broken number.
        if !plan.mapping.antennaWords.isEmpty, NumberText.number(of: word) == nil {
            return .failure(FieldFault(reason: .unknownAntenna))
        }
        return FieldText.port(word, first: plan.mapping.antennaFirst)
    }

    private func time(
        _ source: MappingSource, _ field: String, at elements: [Int]
    ) throws(MappedFault) -> UTCInstant? {
        switch withText(of: source, at: elements, timeReading(at: elements).instant(of:)) {
        case nil: return nil
        case .success(let time): return time
        case .failure(let fault): throw timeFault(source, field, at: elements, fault)
        }
    }

    /// Names the zone where that is what a time could not be read without: a word that is there and is no
    /// offset, as the name of a zone with summer time is.
    private func timeFault(
        _ source: MappingSource, _ field: String, at elements: [Int], _ fault: FieldFault
    ) -> MappedFault {
        var reading = timeReading(at: elements)
        if case .path(let path)? = plan.mapping.timeZone, reading.zoneMinutes == nil,
            let node = node(path, at: elements), !page.isBlank(node)
        {
            reading.zoneMinutes = 0
            if case .success? = withText(of: source, at: elements, reading.instant(of:)) {
                return MappedFault(field: way(to: .path(path), "time_zone"), reason: fault.reason)
            }
        }
        return MappedFault(field: way(to: source, field), reason: fault.reason)
    }

    private func timeReading(at elements: [Int]) -> TimeReading {
        var reading = TimeReading(format: plan.mapping.timeFormat, pattern: plan.mapping.timePattern)
        switch plan.mapping.timeZone {
        case nil: break
        case .minutesEast(let minutes): reading.zoneMinutes = minutes
        case .named(let clock): reading.clock = clock
        case .path(let path):
            let unit = plan.mapping.timeZoneUnit
            let offset: FieldText.Reading<Int?>? = withText(of: .path(path), at: elements) {
                .success(ClockOffset.minutes(ofField: NumberText.trimmed($0), unit: unit))
            }
            if case .success(let minutes)? = offset { reading.zoneMinutes = minutes }
        }
        return reading
    }

    /// - Parameter takingNumbers: `false` for identities: digits written as a number have lost their leading
    ///   zeros.
    private func scalar<Value>(
        _ source: MappingSource, _ field: String, at elements: [Int], takingNumbers: Bool = true,
        _ body: Body<Value>
    ) throws(MappedFault) -> Value? {
        switch withText(of: source, at: elements, takingNumbers: takingNumbers, body) {
        case nil: return nil
        case .success(let value): return value
        case .failure(let fault): throw MappedFault(field: way(to: source, field), reason: fault.reason)
        }
    }

    /// What a refusal calls a field: where it stands, or its name where that is not in the payload.
    private func way(to source: MappingSource, _ field: String) -> String {
        switch source {
        case .path(let path): return path.text == "." ? "" : path.text
        case .constant, .topicLevel: return field
        case .first(let sources), .joined(let sources):
            return sources.first.map { way(to: $0, field) } ?? field
        }
    }

    // MARK: sources

    /// Hands over the text of a value; `nil` where it is absent, `null` or blank.
    private func withText<Value>(
        of source: MappingSource, at elements: [Int], takingNumbers: Bool = true, _ body: Body<Value>
    ) -> FieldText.Reading<Value>? {
        switch source {
        case .constant(var text):
            return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        case .topicLevel(let level):
            guard var text = topicLevel(level), !text.isEmpty else { return nil }
            return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
        case .path(let path):
            guard let node = node(path, at: elements), !page.isBlank(node) else { return nil }
            switch page.kind(node) {
            case .text, .escapedText: return page.withBytes(node, body)
            case .number where takingNumbers, .flag where takingNumbers: return page.withBytes(node, body)
            case .object, .array, .null, .number, .flag:
                return .failure(FieldFault(reason: takingNumbers ? .unknownShape : .malformedIdentity))
            }
        case .first(let sources):
            for source in sources {
                let found = withText(of: source, at: elements, takingNumbers: takingNumbers, body)
                if let found { return found }
            }
            return nil
        case .joined(let sources):
            return joined(sources, at: elements)?.flatMap { $0.withUnsafeBytes(body) }
        }
    }

    private func joined(_ sources: [MappingSource], at elements: [Int]) -> FieldText.Reading<[UInt8]>? {
        var all: [UInt8] = []
        for source in sources {
            let part: FieldText.Reading<[UInt8]>? = withText(of: source, at: elements) { text in
                .success(Array(NumberText.trimmed(text)))
            }
            guard let part else { return nil }
            guard case .success(let bytes) = part else { return part }
            all += (all.isEmpty ? [] : [0x20]) + bytes
        }
        return .success(all)
    }

    private func isPresent(_ source: MappingSource, at elements: [Int]) -> Bool {
        switch source {
        case .constant: return true
        case .topicLevel(let level): return topicLevel(level).map { !$0.isEmpty } ?? false
        case .path(let path): return node(path, at: elements).map { page.kind($0) != .null } ?? false
        case .first(let sources): return sources.contains { isPresent($0, at: elements) }
        case .joined(let sources): return sources.allSatisfy { isPresent($0, at: elements) }
        }
    }

    private func node(_ path: MappingPath, at elements: [Int]) -> Int? {
        let start: Int
        switch path.anchor {
        case .root: start = JSONPage.root
        case .record: start = elements.last ?? JSONPage.root
        case .enclosing(let levels): start = elements.dropLast(levels).last ?? JSONPage.root
        }
        return page.value(at: path.steps, from: start)
    }

    /// 1 is the first level, -1 the last.
    private func topicLevel(_ level: Int) -> Substring? {
        let index = level > 0 ? level - 1 : topicLevels.count + level
        return topicLevels.indices.contains(index) ? topicLevels[index] : nil
    }
}
