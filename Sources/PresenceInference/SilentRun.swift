package import AssetModel

extension AbsenceModel {
    /// Chances of change within one chance of `seconds`.
    struct Step: Sendable {
        var gone: Double
        var entersShadow: Double
        var leavesShadow: Double
        var shadowedPart: Double
        /// Of a tag that is gone; 0 as long as it is not said to be.
        var returns = 0.0
        let ghostReads: Double

        /// No more than half of all tags change within one chance, however long it is.
        static let changeMax = 0.5

        init(_ model: AbsenceModel, chance: ElapsedTime) {
            let minutes = Double(chance.milliseconds) / 60_000
            gone = min(Step.changeMax, model.gonePerDay * minutes / AbsenceModel.minutesPerDay)
            entersShadow = min(Step.changeMax, model.shadowsPerDay * minutes / AbsenceModel.minutesPerDay)
            leavesShadow = min(Step.changeMax, minutes / model.shadowMinutes)
            shadowedPart = model.shadowedPart
            ghostReads = model.ghostReads
        }

        /// The same for a tag that is said to be gone, and may come back.
        func returning(_ model: AbsenceModel, chance: ElapsedTime) -> Step {
            var step = self
            let minutes = Double(chance.milliseconds) / 60_000
            step.returns = min(Step.changeMax, model.returnsPerDay * minutes / AbsenceModel.minutesPerDay)
            return step
        }
    }
}

/// How often a tag is read in a chance by the antennas of its own zone, and how often by those of others:
/// what was watched, as two Beta distributions.
package struct ReadRate: Sendable, Equatable {
    package var hits: Float
    package var misses: Float
    package var strays: Float
    package var strayMisses: Float

    /// Two days of minutes: what is older is forgotten, so that a tag which was turned or covered is known
    /// anew after a day.
    static let chancesMax: Float = 2_880
    /// What is kept of a rate when the tag was carried to another place: its kind, not its orientation.
    static let chancesKept: Float = 6

    package init(_ model: AbsenceModel) {
        (hits, misses) = (model.priorHits, model.priorMisses)
        (strays, strayMisses) = (model.priorStrays, model.priorStrayMisses)
    }

    /// 0...1: read in its own zone.
    package var mean: Double { Double(hits) / Double(hits + misses) }

    /// 0...1: read by other zones, no more often than this: two standard deviations above the mean. What is
    /// read more often has moved, or lies otherwise.
    var strayMost: Double {
        let count = Double(strays + strayMisses)
        let mean = Double(strays) / count
        return min(1, mean + 2 * (mean * (1 - mean) / (count + 1)).squareRoot())
    }

    /// The two rates after `count` more misses: not knowing a rate makes long silences likelier.
    func means(afterMisses count: Int) -> (own: Double, stray: Double) {
        let missed = Double(count)
        return (
            Double(hits) / (Double(hits + misses) + missed),
            Double(strays) / (Double(strays + strayMisses) + missed)
        )
    }

    /// What a chance told, as far as it was not shadowed: `weight` of 1.
    mutating func add(_ heard: Heard, weight: Double) {
        let weight = Float(weight)
        if heard.contains(.own) {
            hits += weight
        } else if !heard.contains(.unwatched) {
            misses += weight
        }
        if heard.contains(.stray) { strays += weight } else { strayMisses += weight }
    }

    mutating func shrink(to most: Float) {
        (hits, misses) = ReadRate.shrunk(hits, misses, to: most)
        (strays, strayMisses) = ReadRate.shrunk(strays, strayMisses, to: most)
    }

    static func shrunk(_ one: Float, _ other: Float, to most: Float) -> (Float, Float) {
        let sum = one + other
        return sum > most ? (one * most / sum, other * most / sum) : (one, other)
    }
}

/// By whose antennas a tag was read in a chance.
struct Heard: OptionSet, Sendable {
    let rawValue: UInt8
    /// By those of the zone where it is believed to be.
    static let own = Heard(rawValue: 1)
    /// By those of other zones.
    static let stray = Heard(rawValue: 2)
    /// Those of its own zone were not all at work: that they did not read it says nothing.
    static let unwatched = Heard(rawValue: 4)
}

/// A run of chances in which a tag was not read, since it last was.
///
/// Weights of the three states, not normalised. The misses of the run that fell to the normal state are
/// weighted likewise: they alone say something about the tag's rates.
struct SilentRun: Sendable {
    private(set) var normal: Double
    private(set) var shadowed: Double
    private(set) var gone: Double
    /// Gone, and back since: its rates are as they were, whatever was missed meanwhile.
    private var returned = 0.0
    private(set) var length = 0
    /// Chances of a break in the cover, in which others alone may have heard it.
    private var passed = 0
    private var missesNormal = 0.0
    private var missesShadowed = 0.0
    /// `nil` where all listened all the time.
    private(set) var listening: Listening?

    /// Below it all weights are scaled up: a power of two, so that no bit is lost.
    private static let smallest = 0x1p-256
    /// Beyond it a run says nothing new: ten days of minutes.
    static let chancesMax = 14_400

    /// - Parameters:
    ///   - shadowed: 0...1, that the tag was shadowed before, should it have been there.
    ///   - there: 0...1, that it was there.
    init(shadowed: Double, there: Double = 1, listening: Listening? = nil) {
        normal = (1 - shadowed) * there
        self.shadowed = shadowed * there
        gone = 1 - there
        self.listening = listening
    }

    var probabilityGone: Double { gone / (normal + shadowed + returned + gone) }
    /// 0...1, that the tag is there, shadowed or not. As exact close to 0 as close to 1.
    var probabilityThere: Double { there / (there + gone) }
    private var there: Double { normal + shadowed + returned }
    /// 0...1, should it be there.
    var probabilityShadowed: Double { shadowed / there }
    /// 0...1, should it be there.
    var probabilityNormal: Double { (normal + returned) / there }

    /// One more chance without a read.
    mutating func miss(_ rate: ReadRate, _ step: AbsenceModel.Step) {
        if let gap = listening?.gap, gap.after <= length { pass(gap, rate, step) }
        let (own, stray) = means(rate)
        stay(unread: own, share(in: length) * stray, step)
        missesNormal += normal
        if step.returns > 0 { comeBack(unread: rate, step) }
        length += 1
        if there < SilentRun.smallest { rescale() }
    }

    /// The chances of a break in the cover: nobody listened but those who listen next to it.
    mutating func pass(_ gap: Listening.Gap, _ rate: ReadRate, _ step: AbsenceModel.Step) {
        listening?.gap = nil
        for _ in 0..<min(gap.chances, SilentRun.chancesMax) {
            // Each that passes makes it likelier that those next door hardly ever hear it.
            stay(unread: 0, gap.share * means(rate).stray, step)
            passed += 1
            if step.returns > 0 { comeBack(unread: ReadRate(hits: 0, misses: 1), step) }
            if there < SilentRun.smallest { rescale() }
        }
    }

    /// The rates by what was missed so far; in a break in the cover, by those next door alone.
    private func means(_ rate: ReadRate) -> (own: Double, stray: Double) {
        let means = rate.means(afterMisses: length)
        return passed == 0 ? means : (means.own, rate.means(afterMisses: length + passed).stray)
    }

    /// A chance passes, and what is there is not read.
    private mutating func stay(unread own: Double, _ astray: Double, _ step: AbsenceModel.Step) {
        let part = step.shadowedPart
        let seen = (1 - step.gone) * (1 - own) * (1 - astray)
        let hidden = (1 - step.gone) * (1 - part * own) * (1 - part * astray)
        move(step)
        gone += step.gone * (normal + shadowed)
        normal *= seen
        shadowed *= hidden
        missesNormal *= seen
        missesShadowed *= hidden
    }

    /// Part of a chance without a read, 0...1: the one that is under way. A little less is concluded from it
    /// than is known, so that nothing is said too early: 1 - fq for a power f of 1 - q.
    mutating func miss(part elapsed: Double, of rate: ReadRate, _ step: AbsenceModel.Step) {
        let (own, stray) = means(rate)
        let astray = share(in: length) * stray
        let hidden = elapsed * step.shadowedPart
        normal *= (1 - elapsed * own) * (1 - elapsed * astray)
        shadowed *= (1 - hidden * own) * (1 - hidden * astray)
        returned *= (1 - elapsed * own) * (1 - elapsed * astray)
    }

    /// The chance in which the tag was last read: it was there, or that was a ghost.
    mutating func hear(_ heard: Heard, _ rate: ReadRate, _ step: AbsenceModel.Step) {
        move(step)
        let returning = gone * step.returns
        normal += returning
        gone -= returning
        let likelihood = likelihood(of: heard, in: -1, rate, step)
        normal *= likelihood.normal
        shadowed *= likelihood.shadowed
        if heard.contains(.own) { gone *= step.ghostReads }
        if heard.contains(.stray) { gone *= step.ghostReads }
        let sum = normal + shadowed + gone
        if sum > 0 { (normal, shadowed, gone) = (normal / sum, shadowed / sum, gone / sum) }
    }

    /// Of what a chance told, should the tag be there. A read is a sign of it whoever made it; a miss is one
    /// only where somebody listened.
    private func likelihood(
        of heard: Heard, in chance: Int, _ rate: ReadRate, _ step: AbsenceModel.Step
    ) -> (normal: Double, shadowed: Double) {
        let (own, stray) = rate.means(afterMisses: 0)
        let part = step.shadowedPart
        var (normal, shadowed) = (1.0, 1.0)
        if heard.contains(.own) {
            (normal, shadowed) = (own, part * own)
        } else if !heard.contains(.unwatched) {
            (normal, shadowed) = (1 - own, 1 - part * own)
        }
        if heard.contains(.stray) {
            (normal, shadowed) = (normal * stray, shadowed * part * stray)
        } else {
            let astray = share(in: chance) * stray
            (normal, shadowed) = (normal * (1 - astray), shadowed * (1 - part * astray))
        }
        return (normal, shadowed)
    }

    /// What a run turns out to have been, now that a chance ends it with a read.
    struct Explanation {
        /// Misses that the tag's own rates explain.
        var misses: Double
        /// 0...1, that it was away and came back.
        var away: Double
    }

    /// That it was read speaks against a shadow: without it the misses of a tag that is seldom read would be
    /// taken for shadows, and its rate for a higher one than it is.
    func explained(by heard: Heard, _ rate: ReadRate, _ step: AbsenceModel.Step) -> Explanation {
        guard length > 0 else { return Explanation(misses: 0, away: 0) }
        var run = self
        run.move(step)
        let likelihood = likelihood(of: heard, in: length, rate, step)
        let back = (run.returned + run.gone * step.returns) * likelihood.normal
        let sum = run.normal * likelihood.normal + run.shadowed * likelihood.shadowed + back
        guard sum > 0 else { return Explanation(misses: 0, away: 0) }
        let misses = run.missesNormal * likelihood.normal + run.missesShadowed * likelihood.shadowed
        return Explanation(misses: misses / sum, away: back / sum)
    }

    /// The tag was read in so many more epochs of that chance. Reads of a tag that is there come together,
    /// ghosts one by one.
    mutating func hearAgain(_ epochs: Int, _ step: AbsenceModel.Step) {
        gone *= power(step.ghostReads, epochs)
    }

    /// After it was last read it left, as likely as this: 0...1.
    mutating func leave(_ probability: Double) {
        gone += (normal + shadowed) * probability
        normal *= 1 - probability
        shadowed *= 1 - probability
    }

    private mutating func move(_ step: AbsenceModel.Step) {
        let (enter, leave) = (normal * step.entersShadow, shadowed * step.leavesShadow)
        normal += leave - enter
        shadowed += enter - leave
        let (entering, leaving) = (missesNormal * step.entersShadow, missesShadowed * step.leavesShadow)
        missesNormal += leaving - entering
        missesShadowed += entering - leaving
    }

    /// What came back stands free.
    private mutating func comeBack(unread rate: ReadRate, _ step: AbsenceModel.Step) {
        let (own, stray) = rate.means(afterMisses: 0)
        let astray = share(in: length) * stray
        returned = (returned + gone * step.returns) * (1 - own) * (1 - astray)
        gone *= 1 - step.returns
    }

    private mutating func rescale() {
        normal *= 0x1p256
        shadowed *= 0x1p256
        gone *= 0x1p256
        returned *= 0x1p256
        missesNormal *= 0x1p256
        missesShadowed *= 0x1p256
    }
}
