import AssetModel

/// How much likelier the reads of one EPC in two zones are if two tags bear it than if one does, from the
/// epochs that both zones remember.
///
///     one tag    here or there; read with one unknown rate here, with another there; crosses over c times
///     two tags   one here, one there, both all the time, read with one unknown rate each
///     between    one tag between the two zones, whose own antenna is silent: the zone that reads it less is
///                two steps away at least, and reads it seldom
///
/// With every rate equally likely beforehand, k reads in n epochs have the chance 1 / ((n + 1) · C(n, k)).
/// An epoch with reads in both zones is a crossing. Clocks that are off within what is tolerated shift the
/// reads of one zone against those of the other: of all such shifts the one counts that speaks most for one
/// tag. So one move is no evidence, however wrong the clocks; and only what outlasts their error is.
struct CloneEvidence: Equatable, Sendable {
    /// Two tags against one, with clocks as wrong as explains most.
    private(set) var ratio: Double
    /// The same with clocks that are right.
    let ratioInStep: Double

    /// What is carried to and fro changes its place twice an hour, the busiest things (choice): a crossing in
    /// an epoch is as likely as the epoch is a part of that.
    static let stay = ElapsedTime(seconds: 1_800)
    /// Fewer reads in one of the two zones may be ghosts.
    static let readsMin = 3

    /// How often an antenna two steps away reads a tag in an epoch, at most: five cycles at 0.02
    /// (`inference.md` §3), and one cycle where a reader reports once a minute, doubled for good measure.
    static let strayOften = 0.1
    static let straySeldom = 0.05
    /// One antenna in a hundred is silent, and nobody knows it yet (choice).
    static let silentShare = 0.01

    /// - Parameters:
    ///   - here: bit e: read e epochs ago. `there` alike.
    ///   - shiftMax: epochs by which the clocks may differ.
    ///   - isBetween: there may be a place from which both zones hear a tag.
    init(_ here: UInt64, _ there: UInt64, unit: ElapsedTime, shiftMax: Int, isBetween: Bool = false) {
        let strays = unit < ElapsedTime(seconds: 60) ? CloneEvidence.strayOften : CloneEvidence.straySeldom
        let stray = isBetween ? strays : nil
        let crossing = max(1, Double(CloneEvidence.stay.milliseconds) / Double(unit.milliseconds))
        ratioInStep = CloneEvidence.ratio(here, there, crossing, stray)
        ratio = ratioInStep
        for shift in -shiftMax...shiftMax where ratio > 1 {
            let one = shift > 0 ? here >> UInt64(shift) : here
            let other = shift < 0 ? there >> UInt64(-shift) : there
            ratio = min(ratio, CloneEvidence.ratio(one, other, crossing, stray))
        }
    }

    private static func ratio(
        _ one: UInt64, _ other: UInt64, _ crossing: Double, _ stray: Double?
    ) -> Double {
        // From where both had been read.
        let span = 64 - max(one.leadingZeroBitCount, other.leadingZeroBitCount)
        guard span > 0 else { return 0 }
        let mask = span >= 64 ? UInt64.max : (1 << UInt64(span)) - 1
        let (one, other) = (one & mask, other & mask)
        let (ones, others) = (one.nonzeroBitCount, other.nonzeroBitCount)
        guard ones >= readsMin, others >= readsMin else { return 0 }
        let asTwo = rarity(ones, of: span) * rarity(others, of: span)
        // Before its first read it was where that was; read in both zones at once, in either.
        let (first, firstThere) = (one.leadingZeroBitCount, other.leadingZeroBitCount)
        var moving = Double.infinity
        for startsHere in [true, false] where startsHere ? first <= firstThere : firstThere <= first {
            let path = Path(one, other, span: span, startsHere: startsHere)
            let asOne = rarity(ones, of: path.epochsHere) * rarity(others, of: path.epochsThere)
            moving = min(moving, asOne / asTwo * power(crossing, path.crossings))
        }
        guard let stray else { return moving }
        let fewer = min(ones, others)
        let between = power(stray, fewer) * power(1 - stray, span - fewer) * silentShare
        return min(moving, 1 / (rarity(fewer, of: span) * between))
    }

    /// (n + 1) · C(n, k); n is 65 at most, so that it fits.
    private static func rarity(_ reads: Int, of epochs: Int) -> Double {
        var result = Double(epochs + 1)
        for number in 0..<min(reads, epochs - reads) {
            result *= Double(epochs - number) / Double(number + 1)
        }
        return result
    }

    /// Where one tag would have been, with as few crossings as its reads allow.
    private struct Path {
        var crossings = 0
        /// An epoch in which it crossed counts for both.
        var epochsHere = 0
        var epochsThere = 0

        init(_ one: UInt64, _ other: UInt64, span: Int, startsHere: Bool) {
            var isHere = startsHere
            for age in stride(from: span - 1, through: 0, by: -1) {
                let (isRead, isReadThere) = (one >> UInt64(age) & 1 == 1, other >> UInt64(age) & 1 == 1)
                if isRead && isReadThere {
                    crossings += 1
                    epochsHere += 1
                    epochsThere += 1
                    isHere.toggle()
                    continue
                }
                if isHere ? isReadThere : isRead {
                    crossings += 1
                    isHere.toggle()
                }
                if isHere { epochsHere += 1 } else { epochsThere += 1 }
            }
        }
    }
}
