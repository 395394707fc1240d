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
    func read(at elements: [Int]) throws(MappedFault) -> TagRead {
        guard let tag = try identity(plan.mapping.epc, "epc", at: elements, { identityText($0) }) else {
            throw MappedFault(field: way(to: plan.mapping.epc, "epc"), reason: .missingIdentity)
        }
        var read = TagRead(tag: tag)
        if let source = plan.mapping.tid {
            let form = plan.mapping.tidEncoding.form
            read.tid = try identity(source, "tid", at: elements, { FieldText.tid($0, form) }) ?? nil
        }
        if let source = plan.mapping.antenna {
            read.antennaPort = try scalar(source, "antenna", at: elements, port(of:))
        }
        if let source = plan.mapping.signal {
            let unit = plan.mapping.signalUnit
            read.peakSignal = try scalar(source, "rssi", at: elements) { FieldText.signal($0, unit) }
        }
        if let source = plan.mapping.time {
            let reading = timeReading(at: elements)
            read.heardAt = try scalar(source, "time", at: elements, reading.instant(of:))
        }
        if let source = plan.mapping.readCount {
            read.reads = try scalar(source, "reads_count", at: elements, FieldText.readCount) ?? 1
        }
        if let source = plan.mapping.direction {
            let words = plan.mapping.directionWords
            read.direction = try scalar(source, "direction", at: elements) {
                .success(words.direction(of: NumberText.trimmed($0)))
            }
        }
        return read
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
        switch condition.test {
        case .present(let expected): return isPresent(condition.source, at: elements) == expected
        case .any(let words):
            let found = withText(of: condition.source, at: elements) { text in
                .success(words.contains { $0.isSameWord(as: text) })
            }
            if case .success(true)? = found { return true }
            return false
        }
    }

    // MARK: fields

    private func identityText(_ text: UnsafeRawBufferPointer) -> FieldText.Reading<EPC> {
        FieldText.identity(text, plan.mapping.epcEncoding.form)
    }

    private func port(of text: UnsafeRawBufferPointer) -> FieldText.Reading<UInt16> {
        let word = NumberText.trimmed(text)
        if let named = plan.mapping.antennaWords.first(where: { $0.word.isSameWord(as: word) }) {
            return .success(named.port)
        }
        // Of a device that names its antennas, a name that nobody listed is no broken number.
        if !plan.mapping.antennaWords.isEmpty, NumberText.number(of: word) == nil {
            return .failure(FieldFault(reason: .unknownAntenna))
        }
        return FieldText.port(word)
    }

    private func timeReading(at elements: [Int]) -> TimeReading {
        var reading = TimeReading(format: plan.mapping.timeFormat, pattern: plan.mapping.timePattern)
        switch plan.mapping.timeZone {
        case nil: break
        case .minutesEast(let minutes): reading.zoneMinutes = minutes
        case .path(let path):
            let offset: FieldText.Reading<Int?>? = withText(of: .path(path), at: elements) {
                .success(TimeText.offsetMinutes(of: $0))
            }
            if case .success(let minutes)? = offset { reading.zoneMinutes = minutes }
        }
        return reading
    }

    /// An identity has to be a text: digits written as a number have lost their leading zeros.
    private func identity<Value>(
        _ source: MappingSource, _ field: String, at elements: [Int], _ body: Body<Value>
    ) throws(MappedFault) -> Value? {
        if case .path(let path) = source, let node = node(path, at: elements) {
            switch page.kind(node) {
            case .text, .escapedText, .null: break
            default: throw MappedFault(field: way(to: source, field), reason: .malformedIdentity)
            }
        }
        return try scalar(source, field, at: elements, body)
    }

    private func scalar<Value>(
        _ source: MappingSource, _ field: String, at elements: [Int], _ body: Body<Value>
    ) throws(MappedFault) -> Value? {
        switch withText(of: source, at: elements, body) {
        case nil: return nil
        case .success(let value): return value
        case .failure(let fault): throw MappedFault(field: way(to: source, field), reason: fault.reason)
        }
    }

    /// What a refusal calls a field: where it stands, or its name where that is not in the payload.
    private func way(to source: MappingSource, _ field: String) -> String {
        if case .path(let path) = source { return path.text == "." ? "" : path.text }
        return field
    }

    // MARK: sources

    /// Hands over the text of a value; `nil` where it is absent, `null` or blank.
    private func withText<Value>(
        of source: MappingSource, at elements: [Int], _ body: Body<Value>
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
            case .object, .array, .null: return .failure(FieldFault(reason: .unknownShape))
            case .text, .escapedText, .number, .flag: return page.withBytes(node, body)
            }
        }
    }

    private func isPresent(_ source: MappingSource, at elements: [Int]) -> Bool {
        switch source {
        case .constant: return true
        case .topicLevel(let level): return topicLevel(level).map { !$0.isEmpty } ?? false
        case .path(let path): return node(path, at: elements).map { page.kind($0) != .null } ?? false
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

extension IdentityEncoding {
    var form: IdentityText.Form {
        switch self {
        case .hex: return .spacedHex
        case .base64, .base64url: return .base64
        case .auto: return .auto
        }
    }
}
