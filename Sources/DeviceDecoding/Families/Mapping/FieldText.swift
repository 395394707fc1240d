import AssetModel

/// Why a field cannot be taken.
struct FieldFault: Error {
    var reason: Rejection.Reason
}

/// What single fields of a record mean, whatever format they stand in: numbers may be texts of digits.
enum FieldText {
    typealias Reading<Value> = Result<Value, FieldFault>

    /// What a UHF reader can have measured, in 1/100 dBm: thermal noise is far above the lower end, a tag on
    /// the antenna below the upper one. A number outside it is of another unit, or a count.
    static let signalRange: ClosedRange<Int64> = -15_000...3_000

    static func identity(_ text: UnsafeRawBufferPointer, _ form: IdentityText.Form) -> Reading<EPC> {
        switch IdentityText.read(NumberText.trimmed(text), as: form) {
        case .identity(let identity): return .success(identity)
        case .malformed: return .failure(FieldFault(reason: .malformedIdentity))
        case .length: return .failure(FieldFault(reason: .identityLength))
        }
    }

    /// A TID. A reader that could not read it may write the error's text in its place: then it is unknown,
    /// and the read stands.
    static func tid(_ text: UnsafeRawBufferPointer, _ form: IdentityText.Form) -> Reading<EPC?> {
        let word = NumberText.trimmed(text)
        if word.count >= 5, "error".isSameWord(as: UnsafeRawBufferPointer(rebasing: word.prefix(5))) {
            return .success(nil)
        }
        return identity(text, form).map { $0 }
    }

    /// An antenna port, 1-based.
    static func port(_ text: UnsafeRawBufferPointer) -> Reading<UInt16> {
        whole(text, in: 1...Int64(UInt16.max)).map { UInt16($0) }
    }

    static func readCount(_ text: UnsafeRawBufferPointer) -> Reading<UInt32> {
        whole(text, in: 1...Int64(UInt32.max)).map { UInt32($0) }
    }

    /// A signal that is no possible dBm value is none.
    static func plainSignal(_ text: UnsafeRawBufferPointer) -> SignalStrength? {
        guard case .success(let signal) = signal(text, .dBm) else { return nil }
        return signal
    }

    static func signal(_ text: UnsafeRawBufferPointer, _ unit: SignalUnit) -> Reading<SignalStrength> {
        guard let number = NumberText.number(of: text) else {
            return .failure(FieldFault(reason: .malformedNumber))
        }
        // One digit more than is kept, to round half away from zero.
        guard let tenths = number.scaled(byPowerOfTen: unit.power + 1), abs(tenths / 10) < Int64(Int16.max)
        else { return .failure(FieldFault(reason: .numberOutOfRange)) }
        let value = (tenths + (tenths < 0 ? -5 : 5)) / 10
        guard signalRange.contains(value) else { return .failure(FieldFault(reason: .numberOutOfRange)) }
        return .success(SignalStrength(centiDBm: Int16(value)))
    }

    private static func whole(
        _ text: UnsafeRawBufferPointer, in range: ClosedRange<Int64>
    ) -> Reading<Int64> {
        guard let number = NumberText.number(of: text), !number.isFractional else {
            return .failure(FieldFault(reason: .malformedNumber))
        }
        guard let value = number.integer, range.contains(value) else {
            return .failure(FieldFault(reason: .numberOutOfRange))
        }
        return .success(value)
    }
}

/// How the times of a format are to be read.
struct TimeReading {
    var format = MappedTimeFormat.auto
    var pattern: TimePattern?
    var zoneMinutes: Int?

    func instant(of text: UnsafeRawBufferPointer) -> FieldText.Reading<UTCInstant> {
        let text = NumberText.trimmed(text)
        if let found = byPattern(text) ?? byNumber(text) ?? byFields(text) { return .success(found) }
        return .failure(FieldFault(reason: .malformedTime))
    }

    /// First of all: a pattern without separators is a row of digits too.
    private func byPattern(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard let pattern else { return nil }
        return TimeText.instant(of: text, by: pattern, zoneMinutes: zoneMinutes)
    }

    private func byNumber(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard let number = NumberText.number(of: text) else { return nil }
        return TimeText.instant(of: number, as: format)
    }

    private func byFields(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        switch format {
        case .auto, .iso: return TimeText.instant(of: text, zoneMinutes: zoneMinutes)
        case .local: return pattern == nil ? TimeText.instant(of: text, zoneMinutes: zoneMinutes) : nil
        case .s, .ms, .us, .ns: return nil
        }
    }
}
