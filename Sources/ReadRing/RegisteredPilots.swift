/// How a registered tag gets its line: by the pilot that its bucket has, or by another one.
extension RegisteredLines {
    /// What moves a line to another number, and which hash a line has.
    typealias Mover = (hash: (TagLine) -> UInt64, moved: (_ slot: UInt32, _ line: Int) -> Void)

    /// - Returns: number of the line. There must be room.
    mutating func insert(_ line: TagLine, hash: UInt64, _ mover: Mover) -> Int {
        precondition(used < tagsMax, "\(used) registered tags in a table for \(tagsMax)")
        used += 1
        let bucket = places.bucket(hash)
        let pilot = pilots.at[bucket]
        guard pilot != RegisteredLines.asidePilot else { return putAside(line, hash) }
        let number = places.number(hash, bucket, pilot)
        if owners.at[number] == RegisteredLines.nobody {
            put(line, at: number, in: bucket)
            return number
        }
        var plan = PilotPlan(self, for: (hash, bucket))
        if plan.settle(mover.hash) { return carryOut(plan, line, mover) }
        setAside(bucket, mover)
        return putAside(line, hash)
    }

    private func put(_ line: TagLine, at number: Int, in bucket: Int) {
        table.at[number] = line
        owners.at[number] = RegisteredLines.owner(bucket)
        sizes.at[bucket] += 1
    }

    /// Moves the tags of all buckets that have another pilot now, and puts the new one in its line.
    private func carryOut(_ plan: PilotPlan, _ fresh: TagLine, _ mover: Mover) -> Int {
        var moving: [(line: TagLine, bucket: Int)] = []
        plan.forEachMoved { bucket in
            forEachLine(of: bucket) { number in
                moving.append((table.at[number], bucket))
                table.at[number].length = 0
                owners.at[number] = RegisteredLines.nobody
            }
            (pilots.at[bucket], sizes.at[bucket]) = (plan.pilot(of: bucket), 0)
        }
        for (line, bucket) in moving {
            let number = places.number(mover.hash(line), bucket, pilots.at[bucket])
            put(line, at: number, in: bucket)
            mover.moved(line.slot, number)
        }
        // Whoever brought the new one is told where it is by the call itself.
        let own = places.number(plan.fresh.hash, plan.fresh.bucket, pilots.at[plan.fresh.bucket])
        put(fresh, at: own, in: plan.fresh.bucket)
        return own
    }

    /// The lines that a bucket has by its pilot.
    func forEachLine(of bucket: Int, _ body: (Int) -> Void) {
        let first = lines(around: bucket).lowerBound
        RegisteredLines.forEach(RegisteredLines.owner(bucket), among: owners.at + first) { body(first + $0) }
    }

    /// Where an owner is among those of a segment's lines, eight at a time.
    static func forEach(_ owner: UInt8, among owners: UnsafePointer<UInt8>, _ body: (Int) -> Void) {
        let (ones, lower): (UInt64, UInt64) = (0x0101_0101_0101_0101, 0x7F7F_7F7F_7F7F_7F7F)
        let raw = UnsafeRawPointer(owners)
        for first in stride(from: 0, to: segmentLines, by: 8) {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: first, as: UInt64.self))
            let other = word ^ UInt64(owner) &* ones
            // The upper bit of each byte that is zero in `other`, and no further ones.
            var equal = ~(((other & lower) &+ lower) | other | lower)
            while equal != 0 {
                body(first + equal.trailingZeroBitCount / 8)
                equal &= equal &- 1
            }
        }
    }

    // MARK: no pilot

    /// From now on all tags of a bucket are found by the index. They stay where they are.
    private mutating func setAside(_ bucket: Int, _ mover: Mover) {
        var numbers: [Int] = []
        forEachLine(of: bucket) { numbers.append($0) }
        for number in numbers {
            owners.at[number] = RegisteredLines.asideOwner
            aside.insert(mover.hash(table.at[number]), number: number)
        }
        pilots.at[bucket] = RegisteredLines.asidePilot
    }

    /// Puts a tag into any empty line.
    private mutating func putAside(_ line: TagLine, _ hash: UInt64) -> Int {
        let number = firstFree(from: lines(around: places.bucket(hash)).lowerBound)
        table.at[number] = line
        owners.at[number] = RegisteredLines.asideOwner
        aside.insert(hash, number: number)
        return number
    }

    /// There is one: the table has more lines than tags.
    private func firstFree(from start: Int) -> Int {
        var number = start
        while owners.at[number] != RegisteredLines.nobody {
            number = number + 1 < owners.count ? number + 1 : 0
        }
        return number
    }
}
