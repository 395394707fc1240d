import AssetModel

/// One object of a message, its values by the vendor's names, spelled exactly as the vendor spells them.
///
/// Numbers may be texts of digits; `null` and a blank text say nothing; of a key that stands twice the last
/// counts. A field that decides about a read is refused where it is broken; a field of ``RadioDetail`` then
/// counts as not said, because it decides nothing.
struct ReadRecord {
    let page: JSONPage
    private let node: Int

    /// Longer than any host name (RFC 1035: 255 bytes).
    private static let nameBytesMax = 255

    /// `nil` for anything but an object.
    init?(_ node: Int, of page: JSONPage) {
        guard page.kind(node) == .object else { return nil }
        self.page = page
        self.node = node
    }

    /// The key is there, whatever its value.
    func has(_ name: StaticString) -> Bool { node(name) != nil }

    /// The value of a key, `null` and blank ones too.
    func node(_ name: StaticString) -> Int? {
        var found: Int?
        forEachMember { key, value in
            if name.withUTF8Buffer({ key.elementsEqual($0) }) { found = value }
        }
        return found
    }

    func array(_ name: StaticString) -> Int? {
        node(name).flatMap { page.kind($0) == .array ? $0 : nil }
    }

    func object(_ name: StaticString) -> ReadRecord? {
        node(name).flatMap { ReadRecord($0, of: page) }
    }

    /// Calls `body` with the name and the value of each member.
    func forEachMember(_ body: (_ key: UnsafeRawBufferPointer, _ value: Int) -> Void) {
        page.forEachMember(of: node) { key, value in
            page.withBytes(key) { body($0, value) }
        }
    }

    /// A text, or the digits of a number, without the space around it; `nil` where it says nothing.
    func text(_ name: StaticString) -> String? {
        hint(name) { .success(String(decoding: NumberText.trimmed($0), as: UTF8.self)) }
    }

    /// A text in lower case, for words that firmware writes now one way, now another.
    func word(_ name: StaticString) -> String? { text(name)?.lowercased() }

    func flag(_ name: StaticString) -> Bool? {
        switch word(name) {
        case "true", "1": return true
        case "false", "0": return false
        default: return nil
        }
    }

    /// How a device names itself.
    func name(_ name: StaticString) throws(MappedFault) -> String? {
        try value(name) { text in
            let text = NumberText.trimmed(text)
            guard text.count <= ReadRecord.nameBytesMax else {
                return .failure(FieldFault(reason: .unknownDevice))
            }
            return .success(String(decoding: text, as: UTF8.self))
        }
    }

    /// The first of two names that says something.
    func name(_ first: StaticString, or second: StaticString?) throws(MappedFault) -> String? {
        if let found = try name(first) { return found }
        guard let second else { return nil }
        return try name(second)
    }
}

/// The fields of a read.
extension ReadRecord {
    /// Hex. Has to be a text: digits written as a number have lost their leading zeros.
    func epc(_ name: StaticString) throws(MappedFault) -> EPC? {
        try expectText(name)
        return try value(name) { FieldText.identity($0, .hex) }
    }

    /// As ``epc(_:)``; a record without it is none.
    func requiredEPC(_ name: StaticString) throws(MappedFault) -> EPC {
        guard let tag = try epc(name) else {
            throw MappedFault(field: "\(name)", reason: .missingIdentity)
        }
        return tag
    }

    func tid(_ name: StaticString) throws(MappedFault) -> EPC? {
        try expectText(name)
        return try value(name) { FieldText.tid($0, .hex) } ?? nil
    }

    func port(_ name: StaticString) throws(MappedFault) -> UInt16? {
        try value(name, FieldText.port)
    }

    func readCount(_ name: StaticString) throws(MappedFault) -> UInt32? {
        try value(name, FieldText.readCount)
    }

    /// In dBm.
    func signal(_ name: StaticString) throws(MappedFault) -> SignalStrength? {
        try value(name) { FieldText.signal($0, .dBm) }
    }

    /// An epoch of any unit, which its magnitude tells, or a date with its offset from UTC.
    func instant(_ name: StaticString) throws(MappedFault) -> UTCInstant? {
        try value(name, TimeReading().instant(of:))
    }

    /// Carrier frequency in kHz.
    func kilohertz(_ name: StaticString) -> UInt32? {
        let band = RadioDetail.frequencyKilohertz
        return hint(name) { text in
            let value = NumberText.number(of: text)?.integer
            return .success(value.flatMap { band.contains($0) ? UInt32($0) : nil })
        } ?? nil
    }

    /// Phase in degrees, kept to 1/100.
    func centidegrees(_ name: StaticString) -> UInt16? {
        let circle: ClosedRange<Int64> = 0...36_000
        return hint(name) { text in
            // One digit more than is kept, to round.
            guard let tenths = NumberText.number(of: text)?.scaled(byPowerOfTen: 3), tenths >= 0,
                circle.contains(tenths / 10)
            else { return .success(nil) }
            return .success(UInt16(min(tenths / 10 + (tenths % 10 < 5 ? 0 : 1), circle.upperBound)))
        } ?? nil
    }

    /// The value as `body` reads it; `nil` where the record says nothing.
    func value<Value>(
        _ name: StaticString, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MappedFault) -> Value? {
        switch reading(name, body) {
        case nil: return nil
        case .success(let value): return value
        case .failure(let fault): throw MappedFault(field: "\(name)", reason: fault.reason)
        }
    }

    /// A value that decides nothing: what cannot be read counts as not said.
    func hint<Value>(
        _ name: StaticString, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) -> Value? {
        guard case .success(let value)? = reading(name, body) else { return nil }
        return value
    }

    private func reading<Value>(
        _ name: StaticString, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) -> FieldText.Reading<Value>? {
        guard let node = node(name), !page.isBlank(node) else { return nil }
        switch page.kind(node) {
        case .object, .array, .null: return .failure(FieldFault(reason: .unknownShape))
        case .text, .escapedText, .number, .flag: return page.withBytes(node, body)
        }
    }

    private func expectText(_ name: StaticString) throws(MappedFault) {
        guard let node = node(name) else { return }
        switch page.kind(node) {
        case .text, .escapedText, .null: return
        default: throw MappedFault(field: "\(name)", reason: .malformedIdentity)
        }
    }
}

extension RadioDetail {
    /// Where UHF RFID is allowed anywhere in the world, in kHz.
    fileprivate static let frequencyKilohertz: ClosedRange<Int64> = 840_000...960_000
}
