import AssetModel

/// Discrepancies as bytes of a checkpoint.
extension ByteWriter {
    mutating func put(discrepancy: Discrepancy) {
        put(discrepancy.id)
        put(UInt32(discrepancy.episode))
        put(discrepancy.code.rawValue)
        put(discrepancy.state.rawValue)
        put(subject: discrepancy.subject)
        for text in [discrepancy.site, discrepancy.zone, discrepancy.expected, discrepancy.actual] {
            put(optional: text)
        }
        put(discrepancy.cause)
        put(discrepancy.openedAt)
        put(discrepancy.clearedAt?.milliseconds ?? Int64.min)
        put(UInt8(discrepancy.evidence.count))
        for item in discrepancy.evidence {
            put(item.at)
            put(item.source)
            put(item.chinese)
            put(item.english)
        }
        put(discrepancy.confidence)
        put(discrepancy.exposureFen ?? Int64.min)
        put(discrepancy.ruleSet)
        put(UInt32(discrepancy.evidenceCount))
    }

    private mutating func put(optional text: String?) {
        put(text != nil)
        if let text { put(text) }
    }

    private mutating func put(subject: Subject) {
        switch subject {
        case .asset(let assetNo, let epcHex):
            put(UInt8(0))
            put(assetNo)
            put(optional: epcHex)
        case .tag(let epcHex):
            put(UInt8(1))
            put(epcHex)
        case .vehicle(let plateNo):
            put(UInt8(2))
            put(plateNo)
        case .terminal(let phone):
            put(UInt8(3))
            put(phone)
        case .reader(let id):
            put(UInt8(4))
            put(id)
        }
    }
}

extension ByteReader {
    mutating func takeDiscrepancy() throws(ByteReader.Damaged) -> Discrepancy {
        let id = try takeText()
        let episode = Int(try take(UInt32.self))
        guard let code = DiscrepancyCode(rawValue: try takeText()),
            let state = DiscrepancyState(rawValue: try takeText())
        else { throw Damaged(offset: offset, size: offset) }
        let subject = try takeSubject()
        let places = [try takeOptional(), try takeOptional(), try takeOptional(), try takeOptional()]
        let (cause, openedAt) = (try takeInstant(), try takeInstant())
        var discrepancy = Discrepancy(
            id: id, code: code, subject: subject, cause: cause, openedAt: openedAt, ruleSet: "")
        discrepancy.episode = episode
        discrepancy.state = state
        (discrepancy.site, discrepancy.zone) = (places[0], places[1])
        (discrepancy.expected, discrepancy.actual) = (places[2], places[3])
        let cleared: Int64 = try take()
        discrepancy.clearedAt = cleared == Int64.min ? nil : UTCInstant(milliseconds: cleared)
        for _ in 0..<(try take(UInt8.self)) {
            discrepancy.evidence.append(
                Evidence(
                    at: try takeInstant(), source: try takeText(), chinese: try takeText(),
                    english: try takeText()))
        }
        discrepancy.confidence = try takeDouble()
        let exposure: Int64 = try take()
        discrepancy.exposureFen = exposure == Int64.min ? nil : exposure
        discrepancy.ruleSet = try takeText()
        discrepancy.evidenceCount = Int(try take(UInt32.self))
        return discrepancy
    }

    private mutating func takeOptional() throws(ByteReader.Damaged) -> String? {
        try takeFlag() ? try takeText() : nil
    }

    private mutating func takeSubject() throws(ByteReader.Damaged) -> Subject {
        switch try take(UInt8.self) {
        case 0: return .asset(assetNo: try takeText(), epcHex: try takeOptional())
        case 1: return .tag(epcHex: try takeText())
        case 2: return .vehicle(plateNo: try takeText())
        case 3: return .terminal(phone: try takeText())
        case 4: return .reader(id: try takeText())
        default: throw Damaged(offset: offset, size: offset)
        }
    }
}
