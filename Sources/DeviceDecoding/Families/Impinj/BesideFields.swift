import AssetModel

/// Fields that are said beside a read: `nil` for whatever is not as it should be, and nothing is noted, since
/// none of them may cost the read. Also for the vendors that share a field with this one.
extension JSONCursor {
    mutating func besideText() throws(JSONFault) -> JSONString? {
        guard try kind() == .string else {
            try skip()
            return nil
        }
        return try string()
    }

    mutating func besideWhole(in range: ClosedRange<Int64>) throws(JSONFault) -> Int64? {
        guard try kind() == .number else {
            try skip()
            return nil
        }
        guard let value = try number().integer, range.contains(value) else { return nil }
        return value
    }

    mutating func besideNumber(in range: ClosedRange<Double>) throws(JSONFault) -> Double? {
        guard try kind() == .number else {
            try skip()
            return nil
        }
        guard let value = try number().double, range.contains(value) else { return nil }
        return value
    }

    /// EPC or TID bits in hex.
    mutating func besideIdentity() throws(JSONFault) -> EPC? {
        guard let text = try besideText() else { return nil }
        let reading = text.withBytes { IdentityText.read($0, as: .hex) }
        guard case .identity(let identity) = reading else { return nil }
        return identity
    }

    /// A time in RFC 3339.
    mutating func besideInstant() throws(JSONFault) -> UTCInstant? {
        guard let text = try besideText() else { return nil }
        return text.withBytes { UTCInstant(rfc3339: $0) }
    }

    /// Degrees from 0 or -180 to 360, kept as 0...36_000 hundredths: the same angle is the same number.
    mutating func phaseCentidegrees(from lowest: Double) throws(JSONFault) -> UInt16? {
        guard let degrees = try besideNumber(in: lowest...360) else { return nil }
        return UInt16(((degrees < 0 ? degrees + 360 : degrees) * 100).rounded())
    }
}
