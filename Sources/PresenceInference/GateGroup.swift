import AssetModel

/// What was at a gate at the same time: the tags that went, those that only lie nearby, and what the light
/// barriers said.
struct GateGroup: Sendable {
    /// What is known of the gate itself.
    struct Gate: Sendable {
        /// Its antennas stand on two sides.
        var hasSides = false
        /// It has light barriers, and they have spoken.
        var hasBeams = false
        /// dBm of what passed it so far, usually; `nil` before the first.
        var usualPeak: Double?
        /// 0...1, of what comes to it and turns back.
        var turnBackShare = GateHabits().turnBackShare
    }

    /// What became of it.
    enum Verdict: Sendable {
        case passed(Outcome)
        /// How likely, 0...1; `nil` where one side alone read it.
        case turnedBack(Double?)
        /// Nobody passed: tags that lie there, or a read or two.
        case nothing
    }

    struct Outcome: Sendable {
        var direction: Passage.Direction
        var confidence: Double
        /// 0...1, that it turned back.
        var turnedBack: Double
        var means: Passage.Means
        var members: [(run: GateRun, confidence: Double)]
        var bystanders: Int
        /// How many of the tags the inner antenna read first, the outer one, or neither alone.
        var insideFirst = 0
        var outsideFirst = 0
        var oneSided = 0
        var finding: GateBeams.Finding?
    }

    /// Firm runs first; whoever was read once or twice follows the others.
    var runs: [GateRun]
    var episode: GateBeams.Episode?
    /// By run: it was read in a room or on a shelf after the group had come.
    var isElsewhere: [Bool]

    /// 30 % stray reads to each that passes (`inference.md` §3), and fewer of them are firm: natural log-odds
    /// that a tag was in the passage before anything is known of it. Checked on simulated gates, seeds 1, 2.
    static let memberOdds = 1.8
    /// dB below the strong ones of its group at which the signal says nothing; metal and place on the pallet
    /// cost 6 dB, a wall 8–12 (`inference.md` §3).
    static let weakAfter = 10.0
    /// Natural log-odds for each dB.
    static let oddsPerDecibel = 0.45
    /// No single sign is worth more.
    static let oddsMax = 5.0
    /// Own crossing pattern, against lying there: only half of it, the rest it shares with its group.
    static let patternPart = 0.5
    /// Was read on its shelf meanwhile: it did not leave.
    static let elsewhereOdds = -3.0
    /// Read in one moment only.
    static let onceOdds = -1.0
    /// Nothing is surer: of a hundred passages of a simulated gate one or two tags went with another pallet.
    static let surest = 0.995
    /// A group that is so much weaker than what usually passes here, dB, does not pass.
    static let faintAfter = 12.0

    // MARK: the verdict

    func judge(at gate: Gate) -> Verdict {
        let strong = reference
        let profiles = runs.map { GateJudgement.Profile($0) }
        let near = runs.indices.filter { signalOdds(runs[$0], strong) > 0 && !runs[$0].isResting }
        let base = GateJudgement.base(of: near.isEmpty ? profiles : near.map { profiles[$0] })
        let odds = profiles.map { $0.odds(base: base) }
        let told = runs.indices.filter { profiles[$0].lead != nil || isWord(runs[$0].word) }
        func verdict(of tags: [Int]) -> GateJudgement.Odds {
            let all = GateJudgement.together(
                told.filter { tags.contains($0) }.map { profiles[$0] }, base: base)
            return verdictOdds(all, strong, gate)
        }
        let first = verdict(of: near)
        let way = first.chances.inward >= first.chances.outward ? 1.0 : -1.0
        let chances = runs.indices.map { index in
            GateMathematics.chance(
                memberOdds(runs[index], profiles[index], odds[index], strong: strong, way: way)
                    + (isElsewhere[index] && way < 0 ? GateGroup.elsewhereOdds : 0))
        }
        let members = runs.indices.filter { chances[$0] >= 0.5 }
        let last = verdict(of: members)
        guard let outcome = outcome(last, members.isEmpty, gate) else {
            if members.isEmpty { return .nothing }
            let isSeen = members.contains { profiles[$0].lead != nil }
            return .turnedBack(isSeen ? last.chances.back : nil)
        }
        return complete(outcome, members: members, chances: chances, profiles: profiles)
    }

    /// dBm of the stronger tags of the group: what passes, passes near the antennas.
    private var reference: Double? {
        let peaks = runs.filter { $0.isFirm && !$0.isResting }.compactMap(\.peak).sorted()
        guard !peaks.isEmpty else { return nil }
        return Double(peaks[min(peaks.count - 1, peaks.count * 3 / 4)])
    }

    private func isWord(_ word: PassageDirection?) -> Bool { word != nil && word != .unknown }

    private func signalOdds(_ run: GateRun, _ strong: Double?) -> Double {
        guard let strong, let peak = run.peak else { return GateGroup.memberOdds }
        let odds = GateGroup.oddsPerDecibel * (GateGroup.weakAfter - (strong - Double(peak)))
        return max(-GateGroup.oddsMax, min(GateGroup.oddsMax, odds))
    }

    private func memberOdds(
        _ run: GateRun, _ profile: GateJudgement.Profile, _ odds: GateJudgement.Odds, strong: Double?,
        way: Double
    ) -> Double {
        var sum = GateGroup.memberOdds + signalOdds(run, strong)
        if profile.lead != nil || isWord(run.word) {
            let own = (way > 0 ? odds.inward : odds.outward) - odds.back
            sum += max(-GateGroup.oddsMax, min(GateGroup.oddsMax, GateGroup.patternPart * own))
        } else if run.isResting {
            sum -= GateGroup.oddsMax
        }
        // What lies there has to show that it went.
        if run.isResting { sum -= GateGroup.oddsMax }
        if run.reads == 1, !isWord(run.word) { sum += GateGroup.onceOdds }
        return sum
    }

    private func verdictOdds(
        _ tags: GateJudgement.Odds, _ strong: Double?, _ gate: Gate
    ) -> GateJudgement.Odds {
        var odds = tags
        // What passes goes either way.
        if gate.hasSides {
            let share = gate.turnBackShare
            odds.back += GateMathematics.logarithm(share / ((1 - share) / 2))
        } else {
            odds.back += GateGroup.nothingOdds
        }
        if let strong, let usual = gate.usualPeak, usual - strong > GateGroup.faintAfter {
            odds.back += GateGroup.oddsPerDecibel * (usual - strong - GateGroup.faintAfter)
        }
        switch episode?.finding {
        case .crossed(let inward):
            if inward {
                odds.inward += GateJudgement.beamOdds
            } else {
                odds.outward += GateJudgement.beamOdds
            }
        case .turnedBack: odds.back += GateJudgement.beamOdds
        case .passed: odds.back -= GateJudgement.beamOdds
        case nil where gate.hasBeams: odds.back -= GateJudgement.noBeamOdds
        case nil: break
        }
        return odds
    }

    /// ln(0.5 / 0.25): half of it is nothing, the other half goes either way.
    private static let nothingOdds = 0.69

    /// - Returns: `nil` where it is likelier that nobody passed, or where nothing tells that anybody did.
    private func outcome(_ odds: GateJudgement.Odds, _ isEmpty: Bool, _ gate: Gate) -> Outcome? {
        let chances = odds.chances
        let passed = chances.inward + chances.outward
        var means: Passage.Means = []
        if gate.hasSides, runs.contains(where: \.isTwoSided) { means.insert(.antennas) }
        if runs.contains(where: { $0.word == .inward || $0.word == .outward }) { means.insert(.reader) }
        if let finding = episode?.finding, finding != .turnedBack { means.insert(.lightBarriers) }
        // With sides, one of them alone has seen no passage.
        guard passed >= 0.5, !means.isEmpty || !gate.hasSides, !isEmpty || means.contains(.lightBarriers)
        else { return nil }
        let best = max(chances.inward, chances.outward)
        var direction: Passage.Direction = chances.inward > chances.outward ? .inward : .outward
        if best < GateJudgement.directionMin * passed { direction = .undecided }
        return Outcome(
            direction: direction,
            confidence: min(GateJudgement.surest, direction == .undecided ? passed : best),
            turnedBack: chances.back, means: means, members: [], bystanders: 0, finding: episode?.finding)
    }

    private func complete(
        _ outcome: Outcome, members: [Int], chances: [Double], profiles: [GateJudgement.Profile]
    ) -> Verdict {
        var outcome = outcome
        outcome.members = members.map { (runs[$0], min(GateGroup.surest, chances[$0])) }
        outcome.members.sort { $0.run.tag.hex < $1.run.tag.hex }
        outcome.bystanders = runs.count - members.count
        for index in members {
            guard let lead = profiles[index].lead else {
                outcome.oneSided += 1
                continue
            }
            if lead > 0 { outcome.outsideFirst += 1 } else { outcome.insideFirst += 1 }
        }
        return .passed(outcome)
    }
}

extension GateGroup.Outcome {
    /// The reason in words, for the passage and its log line.
    var reason: (chinese: String, english: String) {
        var chinese: [String] = []
        var english: [String] = []
        let all = members.count
        if means.contains(.antennas) {
            let isOut = insideFirst >= outsideFirst
            let most = max(insideFirst, outsideFirst)
            chinese.append("\(all) 个标签中 \(most) 个先\(isOut ? "内侧后外侧" : "外侧后内侧")")
            english.append(
                "\(most) of \(all) tags first \(isOut ? "inside, then outside" : "outside, then inside")")
            if oneSided > 0 {
                chinese.append("\(oneSided) 个只在一侧识读，随其余判断")
                english.append("\(oneSided) read on one side only go with the others")
            }
        }
        switch finding {
        case .crossed(let inward) where means.contains(.lightBarriers):
            chinese.append("光栅先\(inward ? "外后内" : "内后外")")
            english.append("light barriers \(inward ? "outside, then inside" : "inside, then outside")")
        case .passed where means.contains(.lightBarriers):
            chinese.append("光栅被遮断")
            english.append("light barrier broken")
        default: break
        }
        if means.contains(.reader) {
            let told = members.filter { $0.run.word == .inward || $0.run.word == .outward }.count
            chinese.append("读写器对 \(told) 个标签自报方向")
            english.append("the reader itself says so of \(told) tags")
        }
        if all == 0 {
            chinese.append("未读到标签")
            english.append("no tag was read")
        }
        if means.isEmpty {
            chinese.append("\(all) 个标签经过，没有天线内外侧、光栅或读写器方向可以判断")
            english.append("\(all) tags came by; no sides, light barriers or reader's word to tell which way")
        }
        if bystanders > 0 {
            chinese.append("附近另有 \(bystanders) 个标签未计入")
            english.append("\(bystanders) tags nearby left out")
        }
        return (chinese.joined(separator: "；"), english.joined(separator: "; "))
    }
}
