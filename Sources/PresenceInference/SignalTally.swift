/// How far one zone's reads of a tag were behind the strongest, summed over cells: a tempered log likelihood,
/// in whole numbers.
///
///     sum ← max(sum, top - 100 dB) + (strength - strongest), a difference counting for 25 dB at most
///
/// What a decibel tells of the place, some 0.3 in the logarithm of the odds, is tempered by a quarter because
/// successive seconds fade together (`inference.md` §1.5: 0.2 to 0.5): 0.08. A tag that is moved at most once
/// an hour, one second in 3,000, then has odds that never exceed 8 = 100 dB: the limit is what the chance of
/// a move leaves of older evidence, so that 10 dB more in another zone tell the move after some ten seconds,
/// and a difference of a decibel after minutes.
struct SignalTally: Sendable, Equatable {
    /// Steps of half a decibel, at most 0: behind the leader.
    var sum = 0
    /// The last strength read, 0 for none, and how many cells ago.
    var held: UInt8 = 0
    var heldFor: UInt8 = 0

    /// Steps: 100 dB.
    static let leadMax = 200
    /// Steps: 25 dB. A single read may be off by more, through a reflection or another reader.
    static let differenceMax = 50
    /// A strength stands for the cells after it, for as long as an evidence epoch.
    static let holdsFor = 5

    private var known: Int? { held > 0 && heldFor < SignalTally.holdsFor ? Int(held) : nil }

    /// - Parameter value: steps of zone `index` in this cell, 0 for not read.
    static func step(_ tallies: inout [SignalTally], _ value: (Int) -> UInt8) {
        var (strongest, weakest, known) = (0, Int.max, 0)
        for index in tallies.indices {
            let new = value(index)
            if new > 0 {
                (tallies[index].held, tallies[index].heldFor) = (new, 0)
            } else if tallies[index].heldFor < UInt8.max {
                tallies[index].heldFor += 1
            }
            guard let steps = tallies[index].known else { continue }
            strongest = max(strongest, steps)
            weakest = min(weakest, steps)
            known += 1
        }
        guard known > 1, let top = tallies.map(\.sum).max() else { return }
        var newTop = Int.min
        for index in tallies.indices {
            // A zone that is not read is taken for as weak as the weakest: what that tells, hits tell.
            let behind = strongest - (tallies[index].known ?? weakest)
            tallies[index].sum = max(tallies[index].sum, top - leadMax) - min(behind, differenceMax)
            newTop = max(newTop, tallies[index].sum)
        }
        for index in tallies.indices { tallies[index].sum -= newTop }
    }
}
