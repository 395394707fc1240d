/// The evidence grid: reads are kept as one bit for each epoch and antenna, so that the order and the number
/// of deliveries inside the window cannot change a conclusion.
package enum EvidenceEpoch {
    /// Five seconds: a tag that stays is read several times within it by any reader that reports every read,
    /// and 64 of them are a little over five minutes of history in one word.
    package static let length = ElapsedTime(seconds: 5)

    /// Where tags pass, their reads are evidence second by second: who walks is through a field in a few, and
    /// time on the path goes in whole seconds.
    package static let walkByLength = ElapsedTime(seconds: 1)

    /// Number of the epoch that an event-time instant falls into, counted from 1970.
    package static func number(of instant: UTCInstant) -> Int64 {
        number(of: instant, length: length)
    }

    package static func start(of epoch: Int64) -> UTCInstant {
        UTCInstant(milliseconds: epoch * length.milliseconds)
    }

    /// As ``number(of:)``, in epochs of another length: the read cycle of a reader that reports less often.
    package static func number(of instant: UTCInstant, length: ElapsedTime) -> Int64 {
        let size = length.milliseconds
        let quotient = instant.milliseconds / size
        return instant.milliseconds % size < 0 ? quotient - 1 : quotient
    }

    package static func start(of epoch: Int64, length: ElapsedTime) -> UTCInstant {
        UTCInstant(milliseconds: epoch * length.milliseconds)
    }
}

/// What one antenna knows about one tag.
package struct AntennaEvidence: Hashable, Sendable {
    /// Index into ``SiteLayout/antennas``.
    package var antenna: Int
    /// The newest epoch with a read, bit 0 of `bits`: in the antenna's epochs,
    /// ``SiteLayout/evidenceEpoch(of:)``.
    package var newestEpoch: Int64
    /// Bit e: read in epoch `newestEpoch - e`.
    package var bits: UInt64
    package var peakSignal: SignalStrength?
    /// Reads behind it, repeats included.
    package var reads: UInt32

    package init(antenna: Int, newestEpoch: Int64, bits: UInt64) {
        self.antenna = antenna
        self.newestEpoch = newestEpoch
        self.bits = bits
        reads = 0
    }

    /// The bits re-based to another newest epoch; bits that leave the window are gone.
    package func bits(endingAt epoch: Int64) -> UInt64 {
        let shift = epoch - newestEpoch
        if shift >= 64 || shift <= -64 { return 0 }
        return shift >= 0 ? bits << UInt64(shift) : bits >> UInt64(-shift)
    }
}
