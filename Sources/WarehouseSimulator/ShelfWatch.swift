import AssetModel

/// Watches the tags of which the oracle must find something else than their absence: things in a wrong place,
/// arrivals, clones. Few at a time.
struct ShelfWatch: Sendable {
    /// By tag, index into the cases; -1: not watched.
    private var caseOfTag: [Int32]
    private var cases: [Case] = []
    private var open: [Int] = []
    private let prior: Double

    private struct Case: Sendable {
        var event: Int
        var tags: [Int]
        var kind: Kind
        /// Antennas that read it in this epoch.
        var heard: Set<Int> = []
        /// Which of the tags have been read since.
        var isHeard: [Bool]

        enum Kind: Sendable {
            /// ln of the odds of the new place to the old, by its zones.
            case move(from: Int, to: Int, logOdds: Double)
            /// All of the tags have to be read.
            case reads
        }
    }

    init(_ script: ShelfScript) {
        caseOfTag = Array(repeating: -1, count: script.tags.count)
        let epochsADay = Double(ShelfScript.day) / Double(script.epoch)
        // A move to one zone among its site's.
        let zones = Double(max(2, script.plan.zonesOfSite.map(\.count).max() ?? 2) - 1)
        let hazard = max(1e-12, script.figures.hazards.unregisteredMoves / epochsADay / zones)
        prior = naturalLogarithm(hazard)
    }

    var isIdle: Bool { open.isEmpty }

    mutating func watchMove(_ event: Int, tag: Int, from: Int, to: Int) {
        add(
            Case(
                event: event, tags: [tag], kind: .move(from: from, to: to, logOdds: prior),
                isHeard: [false]))
    }

    mutating func watchReads(_ event: Int, tags: [Int]) {
        add(
            Case(event: event, tags: tags, kind: .reads, isHeard: Array(repeating: false, count: tags.count)))
    }

    private mutating func add(_ new: Case) {
        for tag in new.tags { caseOfTag[tag] = Int32(cases.count) }
        open.append(cases.count)
        cases.append(new)
    }

    /// Moved on before anyone could know.
    mutating func drop(_ tag: Int) {
        let number = Int(caseOfTag[tag])
        guard number >= 0, case .move = cases[number].kind else { return }
        close(number)
    }

    private mutating func close(_ number: Int) {
        for tag in cases[number].tags { caseOfTag[tag] = -1 }
        open.removeAll { $0 == number }
    }

    /// - Returns: the events that are believable at the end of the epoch.
    mutating func advance(
        _ reads: [ShelfRead], state: ShelfTagState, upShares: [Double]
    ) -> [Int] {
        for read in reads where caseOfTag[Int(read.tag)] >= 0 {
            let number = Int(caseOfTag[Int(read.tag)])
            cases[number].heard.insert(Int(read.antenna))
            if let place = cases[number].tags.firstIndex(of: Int(read.tag)) {
                cases[number].isHeard[place] = true
            }
        }
        var found: [Int] = []
        for number in open where isBelievable(number, state: state, upShares: upShares) {
            found.append(cases[number].event)
            close(number)
        }
        return found
    }

    private mutating func isBelievable(_ number: Int, state: ShelfTagState, upShares: [Double]) -> Bool {
        defer { cases[number].heard.removeAll(keepingCapacity: true) }
        switch cases[number].kind {
        case .reads: return cases[number].isHeard.allSatisfy(\.self)
        case .move(let from, let to, var logOdds):
            let rate = state.undisturbedRate(cases[number].tags[0])
            let old = Self.shares(of: from, state)
            let new = Self.shares(of: to, state)
            for antenna in Set(old.keys).union(new.keys).sorted() {
                let there = max(Self.ghost, rate * (new[antenna] ?? 0)) * upShares[antenna]
                let here = max(Self.ghost, rate * (old[antenna] ?? 0)) * upShares[antenna]
                let isHeard = cases[number].heard.contains(antenna)
                guard upShares[antenna] > 0 else { continue }
                logOdds += naturalLogarithm(isHeard ? there / here : (1 - there) / (1 - here))
            }
            cases[number].kind = .move(from: from, to: to, logOdds: logOdds)
            return logOdds >= 0
        }
    }

    /// A read that should not be possible.
    private static let ghost = 1e-6

    /// Share of a tag's rate at which the antennas hear it that hear its zone.
    private static func shares(of zone: Int, _ state: ShelfTagState) -> [Int: Double] {
        var shares = [zone: 1.0]
        for crossing in state.crossings[zone] { shares[crossing.antenna] = crossing.share }
        return shares
    }
}
