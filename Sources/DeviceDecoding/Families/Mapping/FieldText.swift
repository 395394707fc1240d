import AssetModel

/// Why a field cannot be taken.
struct FieldFault: Error, Equatable {
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

    /// A TID. A reader that could not read it may write the error's text in its place, or zeros: then it is
    /// unknown, and the read stands.
    static func tid(_ text: UnsafeRawBufferPointer, _ form: IdentityText.Form) -> Reading<EPC?> {
        let word = NumberText.trimmed(text)
        if word.count >= 5, "error".isSameWord(as: UnsafeRawBufferPointer(rebasing: word.prefix(5))) {
            return .success(nil)
        }
        return identity(text, form).map { $0.isBlank ? nil : $0 }
    }

    /// Two bytes.
    static func protocolControl(
        _ text: UnsafeRawBufferPointer, _ form: IdentityText.Form
    ) -> Reading<UInt16> {
        identity(text, form).flatMap { word in
            guard word.bitCount == 16 else { return .failure(FieldFault(reason: .identityLength)) }
            return .success(UInt16(word.byte(0)) << 8 | UInt16(word.byte(1)))
        }
    }

    /// Two bytes as a number.
    static func wordNumber(_ text: UnsafeRawBufferPointer) -> Reading<UInt16> {
        whole(text, in: 0...Int64(UInt16.max)).map { UInt16($0) }
    }

    /// An antenna port, 1-based.
    static func port(_ text: UnsafeRawBufferPointer) -> Reading<UInt16> { port(text, first: 1) }

    /// The same of a device whose first antenna has the number `first`, 0 or 1.
    static func port(_ text: UnsafeRawBufferPointer, first: UInt16) -> Reading<UInt16> {
        let first = Int64(first)
        return whole(text, in: first...Int64(UInt16.max) - 1 + first).map { UInt16($0 + 1 - first) }
    }

    static func readCount(_ text: UnsafeRawBufferPointer) -> Reading<UInt32> {
        whole(text, in: 1...Int64(UInt32.max)).map { UInt32($0) }
    }

    /// A signal that is no possible dBm value is none.
    static func plainSignal(_ text: UnsafeRawBufferPointer) -> SignalStrength? {
        guard case .success(let signal) = signal(text, .dBm) else { return nil }
        return signal
    }

    /// - Parameter unit: not `raw`, which is no unit.
    static func signal(_ text: UnsafeRawBufferPointer, _ unit: SignalUnit) -> Reading<SignalStrength> {
        level(text, unit, in: signalRange)
    }

    /// - Parameter range: in 1/100 dBm.
    private static func level(
        _ text: UnsafeRawBufferPointer, _ unit: SignalUnit, in range: ClosedRange<Int64>
    ) -> Reading<SignalStrength> {
        guard let number = NumberText.number(of: withoutUnit(text, unit)) else {
            return .failure(FieldFault(reason: .malformedNumber))
        }
        // One digit more than is kept, to round half away from zero.
        guard let tenths = number.scaled(byPowerOfTen: unit.power + 1), abs(tenths / 10) < Int64(Int16.max)
        else { return .failure(FieldFault(reason: .numberOutOfRange)) }
        let size = (tenths + (tenths < 0 ? -5 : 5)) / 10
        // The size of a negative number has no sign of its own: one that has is of another unit.
        if unit == .negatedDBm, size < 0 { return .failure(FieldFault(reason: .numberOutOfRange)) }
        let value = unit == .negatedDBm ? -size : size
        guard range.contains(value) else { return .failure(FieldFault(reason: .numberOutOfRange)) }
        return .success(SignalStrength(centiDBm: Int16(value)))
    }

    /// Takes `dBm` off behind a number of that unit.
    private static func withoutUnit(
        _ text: UnsafeRawBufferPointer, _ unit: SignalUnit
    ) -> UnsafeRawBufferPointer {
        let text = NumberText.trimmed(text)
        guard unit == .dBm, text.count > 3,
            "dbm".isSameWord(as: UnsafeRawBufferPointer(rebasing: text.suffix(3)))
        else { return text }
        return UnsafeRawBufferPointer(rebasing: text.dropLast(3))
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

// MARK: the radio's details

extension FieldText {
    /// Carriers of UHF RFID, in kHz.
    private static let carriers: ClosedRange<Int64> = 840_000...960_000
    /// What a reader transmits, in 1/100 dBm: from 1/10 mW to 4 W.
    private static let transmitRange: ClosedRange<Int64> = -1_000...3_600

    /// kHz; `nil` for what is no carrier, such as the number of a channel.
    static func frequency(_ text: UnsafeRawBufferPointer, _ unit: FrequencyUnit) -> UInt32? {
        guard let number = NumberText.number(of: text) else { return nil }
        let powers: [Int]
        switch unit {
        case .kHz: powers = [0]
        case .MHz: powers = [3]
        case .Hz: powers = [-3]
        case .auto: powers = [0, 3, -3]
        }
        return powers.lazy.compactMap { number.scaled(byPowerOfTen: $0) }.first(where: carriers.contains)
            .map { UInt32($0) }
    }

    /// 1/100 degree.
    static func phase(_ text: UnsafeRawBufferPointer) -> UInt16? {
        guard let size = NumberText.number(of: text)?.scaled(byPowerOfTen: 2), (0...36_000).contains(size)
        else { return nil }
        return UInt16(size)
    }

    static func transmitPower(_ text: UnsafeRawBufferPointer, _ unit: SignalUnit) -> SignalStrength? {
        guard unit != .raw, case .success(let power) = level(text, unit, in: transmitRange) else {
            return nil
        }
        return power
    }
}

/// How the times of a format are to be read.
struct TimeReading {
    var format = MappedTimeFormat.auto
    var pattern: TimePattern?
    var zoneMinutes: Int?
    /// In place of ``zoneMinutes``: the clock of a place.
    var clock: ZoneClock?

    func instant(of text: UnsafeRawBufferPointer) -> FieldText.Reading<UTCInstant> {
        let text = NumberText.trimmed(text)
        if let found = byPattern(text) ?? byNumber(text) ?? byFields(text) { return .success(found) }
        return .failure(FieldFault(reason: .malformedTime))
    }

    /// First of all: a pattern without separators is a row of digits too.
    private func byPattern(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard let pattern else { return nil }
        return local { TimeText.instant(of: text, by: pattern, zoneMinutes: $0) }
    }

    private func byNumber(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        guard let number = NumberText.number(of: text) else { return nil }
        return TimeText.instant(of: number, as: format)
    }

    private func byFields(_ text: UnsafeRawBufferPointer) -> UTCInstant? {
        switch format {
        case .auto, .iso: return local { TimeText.instant(of: text, zoneMinutes: $0) }
        case .local: return pattern == nil ? local { TimeText.instant(of: text, zoneMinutes: $0) } : nil
        case .s, .ms, .us, .ns: return nil
        }
    }

    /// Reads calendar fields by the clock of the place, where there is one.
    private func local(_ read: (_ zoneMinutes: Int?) -> UTCInstant?) -> UTCInstant? {
        guard let clock else { return read(zoneMinutes) }
        guard let fields = read(0) else { return nil }
        // An offset that stands in the text itself wins: then the reading does not depend on ours.
        return read(60) == fields ? fields : clock.instant(ofLocal: fields)
    }
}
