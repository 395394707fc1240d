/// What is known of a walk-by zone before anything was heard there: how long things take, in epochs (one read
/// cycle of the reader each).
///
/// None of it must be exact. The filter weighs three tempos against each other, a third, once and three times
/// the rates below, and takes the one that explains the reads.
package struct WalkBySettings: Equatable, Sendable {
    /// A decision on epoch t is stated when epoch t + `lagEpochs` has closed; 0...8.
    package var lagEpochs: Int
    /// From the edge of the field to the antenna for a tag on the move, ≥ 6.
    package var crossingEpochs = 10.0
    /// Mean time that a tag moves before it rests.
    package var travelEpochs = 10.0
    /// Mean time that a tag rests.
    package var restEpochs = 20.0
    /// Mean time that a tag stays out of the field.
    package var awayEpochs = 40.0
    /// Of the tags that end a rest inside the field, how many set out for its edge.
    package var outwardShare = 0.8
    /// Tags followed at the same time; each takes 3 kB. More are counted and not followed.
    package var tagsMax = 4_096

    /// The table of what may be heard next has two entries for each epoch of lag, multiplied.
    package static let lagMax = 8

    package init(lagEpochs: Int) {
        self.lagEpochs = min(max(0, lagEpochs), WalkBySettings.lagMax)
    }

    /// All rates of moving and resting wrong by a factor, to show what that costs.
    package func rates(times factor: Double) -> WalkBySettings {
        var changed = self
        changed.travelEpochs /= factor
        changed.restEpochs /= factor
        changed.awayEpochs /= factor
        return changed
    }
}
