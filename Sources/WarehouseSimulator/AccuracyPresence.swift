/// Presence now, epoch by epoch, as SMURF's authors score it. The delay with which each epoch was decided has
/// to be stated beside it.
package struct PresenceErrors: Sendable, Equatable {
    package private(set) var epochs = 0
    /// Said to be there and was not.
    package private(set) var falsePositives = 0
    /// Was there and said not to be.
    package private(set) var falseNegatives = 0

    package init() {}

    /// One epoch: what was said and what was so, of each tag.
    package mutating func count(stated: [Bool], truth: [Bool]) {
        epochs += 1
        for (said, was) in zip(stated, truth) where said != was {
            if said { falsePositives += 1 } else { falseNegatives += 1 }
        }
    }

    package var perEpoch: Double? {
        epochs == 0 ? nil : Double(falsePositives + falseNegatives) / Double(epochs)
    }
}

/// How far counts of tags are from the truth.
package struct CountErrors: Sendable, Equatable {
    package private(set) var counts = 0
    private var squares = 0.0

    package init() {}

    package mutating func count(stated: Double, truth: Int) {
        counts += 1
        squares += (stated - Double(truth)) * (stated - Double(truth))
    }

    /// Root of the mean square.
    package var rootMeanSquare: Double? { counts == 0 ? nil : (squares / Double(counts)).squareRoot() }
}

/// Where tags are said to be, against where they are.
package struct ZoneHits: Sendable, Equatable {
    package private(set) var samples = 0
    package private(set) var hits = 0
    /// Nobody said where the tag is.
    package private(set) var unsaid = 0

    package init() {}

    package mutating func count(stated: Int?, truth: Int) {
        samples += 1
        if stated == nil { unsaid += 1 }
        if stated == truth { hits += 1 }
    }

    package var accuracy: Double? { samples == 0 ? nil : Double(hits) / Double(samples) }
}
