/// What stands in a slot of a ``RecordShape``: a value that differs from record to record.
enum ShapeSlot: UInt8 {
    /// No slot: the record ends.
    case end
    /// EPC and TID. Where a record has the same identity in two forms both must agree.
    case tagHex, tagBase64, tidHex, tidBase64
    /// RFC 3339: when the message was made, and when the tag was heard (the same where only the first is
    /// there).
    case sentAt, heardAt
    /// 1...65,535.
    case antennaPort
    /// The signal as a whole number of 1/100 dBm, and in dBm with or without a fraction.
    case signalCentiDBm, signalDBm
    /// 0...4,294,967,295; 0 counts as 1.
    case reads
    /// Four hex digits.
    case protocolControlHex
    case kilohertz, megahertz
    /// Degrees, 0...360 and -180...360.
    case phaseFromZero, phase
    case powerCentiDBm
    /// A text or a number that nobody asks for.
    case unusedText, unusedNumber

    /// A slot inside the quotes of a string.
    var isText: Bool {
        switch self {
        case .tagHex, .tagBase64, .tidHex, .tidBase64, .sentAt, .heardAt, .protocolControlHex, .unusedText:
            return true
        default:
            return false
        }
    }

    var isBase64: Bool { self == .tagBase64 || self == .tidBase64 }
}

/// What a key of a vendor's record means for its shape.
enum ShapeKey {
    case slot(ShapeSlot)
    /// An object whose members belong to the record.
    case members
    /// Everything else: the value is part of the shape, so that a record with another one has another shape.
    case constant
}
