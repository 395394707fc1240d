import AssetModel

/// Reading one field of a record. `null` counts as absent everywhere. What cannot be taken is noted once,
/// with its key path, in `refusal` (the first one stays) and skipped, so that the walk over the message goes
/// on.
extension JSONCursor {
    /// A whole number within `range`.
    mutating func whole(
        in range: ClosedRange<Int64>, at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> Int64? {
        guard try expect(.number, at: path, else: .malformedNumber, &refusal) else { return nil }
        let number = try number()
        guard let value = number.integer, range.contains(value) else {
            let reason: Rejection.Reason = number.isFractional ? .malformedNumber : .numberOutOfRange
            note(reason, at: path, &refusal)
            return nil
        }
        return value
    }

    /// A signal strength in dBm, whole or with a fraction; kept to 1/100 dBm, half away from zero.
    mutating func decibelMilliwatts(
        at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> SignalStrength? {
        guard try expect(.number, at: path, else: .malformedNumber, &refusal) else { return nil }
        let number = try number()
        // What SignalStrength holds; a UHF reader's real range is about -90 to -20 dBm.
        guard let centiDBm = number.double.map({ ($0 * 100).rounded() }),
            centiDBm >= Double(Int16.min), centiDBm <= Double(Int16.max)
        else {
            note(.numberOutOfRange, at: path, &refusal)
            return nil
        }
        return SignalStrength(centiDBm: Int16(centiDBm))
    }

    /// RFC 3339 with any number of fraction digits. Some serialisers write its plus sign as an escape.
    mutating func instant(at path: StaticString, _ refusal: inout Rejection?) throws(JSONFault) -> UTCInstant?
    {
        guard try expect(.string, at: path, else: .malformedTime, &refusal) else { return nil }
        let text = try string()
        if let scan = TimeScan.instant(of: bytes, at: text.offset), scan.end == text.end {
            return scan.instant
        }
        guard let instant = text.withBytes({ UTCInstant(rfc3339: $0) }) else {
            note(.malformedTime, at: path, &refusal)
            return nil
        }
        return instant
    }

    /// A word that the caller compares with the vendor's.
    mutating func word(at path: StaticString, _ refusal: inout Rejection?) throws(JSONFault) -> JSONString? {
        guard try expect(.string, at: path, else: .unknownShape, &refusal) else { return nil }
        return try string()
    }

    /// EPC or TID bits in one of the forms of ``IdentityText``. An empty text says nothing, as `null` does.
    /// Some serialisers write `+`, `/` and `=` of Base64 as escapes.
    mutating func identity(
        _ form: IdentityText.Form, at path: StaticString, _ refusal: inout Rejection?
    ) throws(JSONFault) -> EPC? {
        guard try expect(.string, at: path, else: .malformedIdentity, &refusal) else { return nil }
        let text = try string()
        if form == .hex {
            let scan = IdentityScan(hex: bytes, at: text.offset)
            if scan.end == text.end, let identity = scan.identity { return identity }
        } else if form == .base64 {
            let scan = IdentityScan(base64: bytes, at: text.offset)
            if scan.end == text.end, let identity = scan.identity { return identity }
        }
        if text.raw.isEmpty { return nil }
        switch text.withBytes({ IdentityText.read($0, as: form) }) {
        case .identity(let identity): return identity
        case .malformed: note(.malformedIdentity, at: path, &refusal)
        case .length: note(.identityLength, at: path, &refusal)
        }
        return nil
    }

    /// Enters an object member; anything else is noted and skipped.
    mutating func enterMember(at path: StaticString, _ refusal: inout Rejection?) throws(JSONFault) -> Bool {
        guard try expect(.object, at: path, else: .unknownShape, &refusal) else { return false }
        try enterObject()
        return true
    }

    @inline(__always)
    private mutating func expect(
        _ expected: JSONKind, at path: StaticString, else reason: Rejection.Reason,
        _ refusal: inout Rejection?
    ) throws(JSONFault) -> Bool {
        let found = try kind()
        if found == expected { return true }
        if found != .null { note(reason, at: path, &refusal) }
        try skip()
        return false
    }
}

/// Notes the first refusal of a record.
func note(_ reason: Rejection.Reason, at path: StaticString, _ refusal: inout Rejection?) {
    if refusal == nil { refusal = Rejection(reason, at: "\(path)") }
}

extension Rejection {
    /// The same, its key path seen from outside the record. An empty path is the record itself.
    func within(_ place: String) -> Rejection {
        Rejection(reason, at: at.isEmpty ? place : "\(place).\(at)")
    }

    /// The same for one record of a batch, by its place in the list; for a message of its own as it is.
    func inRecord(_ index: Int?) -> Rejection {
        index.map { within("[\($0)]") } ?? self
    }
}

extension JSONNumber {
    /// Digits after the point that are not all zero, so that no whole number can be meant.
    var isFractional: Bool { integer == nil && isExact && exponent < 0 }
}
