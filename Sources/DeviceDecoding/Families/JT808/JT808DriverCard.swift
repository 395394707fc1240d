import AssetModel

/// 0x0702: a driver's card went into the terminal or out of it.
///
///     2013:  status BYTE (1 in, 2 out) | time BCD[6] GMT+8 | result BYTE (0 read, 1-4 not) |
///            length BYTE, name | certificate[20] | length BYTE, authority | valid until BCD[4]
///     2019:  the same, and identity number[20]
///     2011:  length BYTE, name | identity number[20] | certificate[40] | length BYTE, authority
///
/// - The result and what follows it stand there when a card went in; terminals send it at the other times
///   too. 2011 knows no status and is sent when the driver is known.
/// - **The driver's name, identity number and certificate are personal data and end here.** What remains is a
///   code of eight hex digits, the start of a SHA-256 of the certificate's number: the same card has the same
///   code, and nobody is named by it. A list of known numbers can still be held against it; so many numbers
///   share one code that a number cannot be worked out from the code alone.
/// - Names are GBK text, which is not decoded because it is not kept.
/// - 2011 is told from the later ones by its first byte, which is the length of a name and mostly no status.
///   Of a name of one or two bytes the length of the whole body tells, which fits one of the two layouts.
///
/// Source: JT/T 808-2011, -2013 and -2019, table of 0x0702.
enum JT808DriverCard {
    private enum Status: UInt8 {
        case inserted = 1
        case removed = 2
    }

    /// `false` once too many records of this message were refused.
    static func read(
        _ body: UnsafeRawBufferPointer, is2019: Bool, into decoded: inout DecodedMessage
    ) -> Bool {
        var fields = JT808Fields(body)
        guard let first = fields.byte() else {
            return decoded.refuseRecord(Rejection(.frameLength, at: "body of 0 bytes"))
        }
        guard let status = Status(rawValue: first), is2019 || !isOf2011(body) else {
            return readOf2011(body, into: &decoded)
        }
        guard let date = fields.word(), let clock = fields.doubleWord() else {
            return decoded.refuseRecord(Rejection(.frameLength, at: "body of \(body.count) bytes"))
        }
        let at = BCDTime.instant(UInt64(date) << 32 | UInt64(clock))
        var refusal: Rejection?
        if at == nil { refusal = Rejection(.malformedTime, at: "body.time") }
        switch status {
        case .removed: decoded.deviceEvents.append(.driverCardRemoved(at: at))
        case .inserted:
            let code = code(&fields)
            if code == nil { refusal = refusal ?? Rejection(.frameLength, at: "body of \(body.count) bytes") }
            decoded.deviceEvents.append(.driverCardInserted(code: code ?? "", at: at))
        }
        return refusal.map { decoded.refuseRecord($0) } ?? true
    }

    /// Empty where the card could not be read or has no number; `nil` where the bytes end before it.
    private static func code(_ fields: inout JT808Fields) -> String? {
        guard let result = fields.byte() else { return nil }
        guard result == 0 else { return "" }
        guard let name = fields.byte(), fields.take(Int(name)) != nil, let certificate = fields.take(20)
        else {
            return nil
        }
        return code(of: certificate)
    }

    /// Of a body whose first byte may be a status: it fits the layout of 2011, and not that of 2013.
    private static func isOf2011(_ body: UnsafeRawBufferPointer) -> Bool {
        var fields = JT808Fields(body)
        guard let name = fields.byte(), fields.take(Int(name) + 20 + 40) != nil,
            let authority = fields.byte(), fields.count == Int(authority)
        else { return false }
        var later = JT808Fields(body)
        guard later.take(1 + 6 + 1) != nil, let otherName = later.byte(),
            later.take(Int(otherName) + 20) != nil, let otherAuthority = later.byte()
        else { return true }
        return later.count != Int(otherAuthority) + 4
    }

    private static func readOf2011(
        _ body: UnsafeRawBufferPointer, into decoded: inout DecodedMessage
    ) -> Bool {
        var fields = JT808Fields(body)
        guard let name = fields.byte(), fields.take(Int(name)) != nil, fields.take(20) != nil,
            let certificate = fields.take(40), let authority = fields.byte(), fields.count == Int(authority)
        else {
            return decoded.refuseRecord(Rejection(.unknownShape, at: "body of \(body.count) bytes"))
        }
        decoded.deviceEvents.append(.driverCardInserted(code: code(of: certificate), at: nil))
        return true
    }

    /// In front of the number, so that no table of hashed numbers made for anything else fits.
    private static let purpose = Array("jt808 driver card ".utf8)

    private static func code(of certificate: UnsafeRawBufferPointer) -> String {
        let number = JT808Text.withoutPadding(certificate)
        guard !number.isEmpty else { return "" }
        return Digest.hex(Digest.sha256(purpose + number).prefix(4))
    }
}
