/// Which buckets of a segment get which pilots, so that a bucket with one more tag has a line for each.
/// Nothing is moved before the whole plan is known to work.
///
/// The bucket takes the next pilot under which it meets nobody. Where there is none it takes the one that
/// displaces the least, by the squares of the displaced buckets' sizes, and those then look for other pilots
/// themselves, the largest first: the larger a bucket, the fewer pilots suit it. Method: R. Groot Koerkamp,
/// "PtrHash: Minimal Perfect Hashing at RAM Throughput" (2025), here for a register that grows tag by tag.
struct PilotPlan {
    /// The tag that has no line yet.
    let fresh: (hash: UInt64, bucket: Int)

    private let table: RegisteredLines
    private let places: RegisteredLines.Places
    private let firstBucket: Int
    private let firstLine: Int
    /// Who would have each line of the segment, see ``RegisteredLines/owners``; behind them the pilots.
    /// Memory of the table that one plan at a time uses.
    private let owners: UnsafeMutablePointer<UInt8>
    private let pilots: UnsafeMutablePointer<UInt8>
    /// A bit for each bucket that gets another pilot.
    private var moved: UInt64 = 0
    /// Those that have no lines yet.
    private var waiting: UInt64 = 0
    /// The last few that were given lines, and are not to be displaced at once: two could displace each
    /// other for ever.
    private var recent: [UInt64] = []
    /// The tags of the bucket whose turn it is, and their lines under the pilot that is tried.
    private var hashes: [UInt64] = []
    private var tried: [Int] = []

    /// So many buckets are given lines. Of 10⁷ tags in a full table the longest plan that worked took 125; 26
    /// did not work within these. Of 10⁶ the longest took 28.
    private static let stepsMax = 128
    private static let recentMax = 8
    /// Tags of a bucket for which a pilot is looked for. Of eight on average none has as many.
    private static let membersMax = 64

    init(_ table: RegisteredLines, for fresh: (hash: UInt64, bucket: Int)) {
        self.table = table
        self.fresh = fresh
        places = table.places
        let (buckets, lines) = (table.buckets(around: fresh.bucket), table.lines(around: fresh.bucket))
        (firstBucket, firstLine) = (buckets.lowerBound, lines.lowerBound)
        owners = table.draft.at
        pilots = owners + lines.count
        owners.update(from: table.owners.at + firstLine, count: lines.count)
        pilots.update(from: table.pilots.at + firstBucket, count: buckets.count)
    }

    func pilot(of bucket: Int) -> UInt8 { pilots[bucket - firstBucket] }

    /// The buckets that get another pilot.
    func forEachMoved(_ body: (Int) -> Void) {
        PilotPlan.forEach(moved) { body(bucket($0)) }
    }

    /// - Parameter hash: of the tag of a line.
    /// - Returns: `false` where no plan was found.
    mutating func settle(_ hash: (TagLine) -> UInt64) -> Bool {
        displace(RegisteredLines.owner(fresh.bucket))
        for _ in 0..<PilotPlan.stepsMax {
            guard let owner = largestWaiting() else { return true }
            waiting &= ~PilotPlan.bit(owner)
            gather(owner, hash)
            guard hashes.count <= PilotPlan.membersMax, let pilot = freePilot(owner) ?? cheapest(owner) else {
                return false
            }
            place(owner, pilot)
        }
        return waiting == 0
    }

    // MARK: buckets

    private static func bit(_ owner: UInt8) -> UInt64 { 1 &<< UInt64(owner &- 1) }

    private static func forEach(_ bits: UInt64, _ body: (_ owner: UInt8) -> Void) {
        var rest = bits
        while rest != 0 {
            body(UInt8(rest.trailingZeroBitCount + 1))
            rest &= rest - 1
        }
    }

    private func bucket(_ owner: UInt8) -> Int { firstBucket + Int(owner) - 1 }

    /// Tags of a bucket, the new one included.
    private func size(_ owner: UInt8) -> Int {
        Int(table.sizes.at[bucket(owner)]) + (bucket(owner) == fresh.bucket ? 1 : 0)
    }

    private func largestWaiting() -> UInt8? {
        var largest: UInt8?
        PilotPlan.forEach(waiting) { owner in
            if largest.map({ size(owner) > size($0) }) ?? true { largest = owner }
        }
        return largest
    }

    /// The hashes of a bucket's tags, which are where they were before the plan.
    private mutating func gather(_ owner: UInt8, _ hash: (TagLine) -> UInt64) {
        var found = bucket(owner) == fresh.bucket ? [fresh.hash] : []
        table.forEachLine(of: bucket(owner)) { found.append(hash(table.table.at[$0])) }
        hashes = found
        tried = Array(repeating: 0, count: found.count)
    }

    /// Takes the lines of a bucket away.
    private mutating func displace(_ owner: UInt8) {
        let owners = self.owners
        RegisteredLines.forEach(owner, among: owners) { owners[$0] = RegisteredLines.nobody }
        waiting |= PilotPlan.bit(owner)
    }

    private mutating func place(_ owner: UInt8, _ pilot: UInt8) {
        for hash in hashes {
            let line = line(hash, owner, pilot)
            if owners[line] != RegisteredLines.nobody { displace(owners[line]) }
            owners[line] = owner
        }
        pilots[Int(owner) - 1] = pilot
        moved |= PilotPlan.bit(owner)
        recent.append(PilotPlan.bit(owner))
        if recent.count > PilotPlan.recentMax { recent.removeFirst() }
    }

    // MARK: pilots

    /// The line of a hash within the segment.
    private func line(_ hash: UInt64, _ owner: UInt8, _ pilot: UInt8) -> Int {
        places.number(hash, bucket(owner), pilot) &- firstLine
    }

    /// All of 0...254, the next first.
    private func pilot(_ owner: UInt8, step: Int) -> UInt8 {
        UInt8((Int(pilots[Int(owner) - 1]) + step) % Int(RegisteredLines.asidePilot))
    }

    /// The next pilot under which a bucket meets nobody.
    private mutating func freePilot(_ owner: UInt8) -> UInt8? {
        for step in 1...Int(RegisteredLines.asidePilot) {
            let pilot = pilot(owner, step: step)
            if isFree(owner, pilot), areDistinct() { return pilot }
        }
        return nil
    }

    private mutating func isFree(_ owner: UInt8, _ pilot: UInt8) -> Bool {
        for index in hashes.indices {
            let line = line(hashes[index], owner, pilot)
            if owners[line] != RegisteredLines.nobody { return false }
            tried[index] = line
        }
        return true
    }

    /// No two of the lines last tried are one.
    private func areDistinct() -> Bool {
        tried.indices.allSatisfy { !tried[..<$0].contains(tried[$0]) }
    }

    /// The pilot that displaces the least.
    private mutating func cheapest(_ owner: UInt8) -> UInt8? {
        let kept = recent.reduce(0, |)
        var best: (pilot: UInt8, cost: Int)?
        for step in 1...Int(RegisteredLines.asidePilot) {
            let pilot = pilot(owner, step: step)
            if let cost = cost(owner, pilot, kept: kept, below: best?.cost ?? Int.max), areDistinct() {
                best = (pilot, cost)
            }
        }
        return best?.pilot
    }

    /// What a pilot displaces; nil where it is as much as `below`, or may not be.
    private mutating func cost(_ owner: UInt8, _ pilot: UInt8, kept: UInt64, below: Int) -> Int? {
        var (cost, met) = (0, UInt64(0))
        for index in hashes.indices {
            let line = line(hashes[index], owner, pilot)
            tried[index] = line
            let other = owners[line]
            if other == RegisteredLines.nobody { continue }
            guard other != RegisteredLines.asideOwner, kept & PilotPlan.bit(other) == 0 else { return nil }
            if met & PilotPlan.bit(other) == 0 { cost += size(other) * size(other) }
            met |= PilotPlan.bit(other)
            if cost >= below { return nil }
        }
        return cost
    }
}
