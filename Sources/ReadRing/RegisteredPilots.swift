/// How a registered tag gets its line: by the pilot that its bucket has, or by another one.
extension RegisteredLines {
    /// What moves a line to another number, and which hash a line has.
    typealias Mover = (hash: (TagLine) -> UInt64, moved: (_ slot: UInt32, _ line: Int) -> Void)

    /// A tag of a bucket while a pilot is looked for.
    struct Member: BitwiseCopyable {
        var line: TagLine
        var hash: UInt64
        /// Number of its line; -1 of the one that has none yet.
        var number: Int
    }

    /// The tags of one bucket.
    struct Bucket {
        let number: Int
        let members: UnsafeMutableBufferPointer<Member>
    }

    /// Tags of a bucket for which a pilot is looked for. Of two on average none has as many.
    static let membersMax = 32

    /// - Returns: number of the line. There must be room.
    mutating func insert(_ line: TagLine, hash: UInt64, _ mover: Mover) -> Int {
        precondition(used < tagsMax, "\(used) registered tags in a table for \(tagsMax)")
        used += 1
        let bucket = places.bucket(hash)
        let pilot = pilots.at[bucket]
        guard pilot != RegisteredLines.asidePilot else { return putAside(line, hash, bucket, mover) }
        let number = places.number(hash, bucket, pilot)
        if !isTaken(number) {
            take(number)
            put(line, at: number, in: bucket)
            return number
        }
        return withUnsafeTemporaryAllocation(of: Member.self, capacity: 2 * RegisteredLines.membersMax) {
            let members = $0
            guard let own = gather(bucket, and: Member(line: line, hash: hash, number: -1), members, mover)
            else { return putAside(line, hash, bucket, mover) }
            if settle(own, mover) || displace(own, members, mover) {
                return places.number(hash, bucket, pilots.at[bucket])
            }
            return putAside(line, hash, bucket, mover)
        }
    }

    // MARK: bits

    private func isTaken(_ number: Int) -> Bool { taken.at[number >> 6] & 1 << UInt64(number & 63) != 0 }

    private func take(_ number: Int) { taken.at[number >> 6] |= 1 << UInt64(number & 63) }

    private func free(_ number: Int) { taken.at[number >> 6] &= ~(1 << UInt64(number & 63)) }

    // MARK: a bucket

    private func put(_ line: TagLine, at number: Int, in bucket: Int) {
        table.at[number] = line
        table.at[number].link = heads.at[bucket]
        heads.at[bucket] = UInt16(truncatingIfNeeded: number % RegisteredLines.segmentLines + 1)
    }

    /// The tags of a bucket, and one that is not in it yet.
    /// - Returns: nil where they are too many.
    private func gather(
        _ bucket: Int, and fresh: Member?, _ room: UnsafeMutableBufferPointer<Member>, _ mover: Mover
    ) -> Bucket? {
        let segment = places.number(0, bucket, 0) & ~(RegisteredLines.segmentLines - 1)
        var count = 0
        if let fresh {
            room[0] = fresh
            count = 1
        }
        var link = heads.at[bucket]
        while link != 0 {
            guard count < RegisteredLines.membersMax else { return nil }
            let number = segment + Int(link) - 1
            let line = table.at[number]
            room[count] = Member(line: line, hash: mover.hash(line), number: number)
            count += 1
            link = line.link
        }
        return Bucket(number: bucket, members: UnsafeMutableBufferPointer(rebasing: room[..<count]))
    }

    /// Gives a bucket a pilot under which all its tags have a line each that nobody else has.
    /// - Returns: `false` where there is none; then nothing has changed.
    private func settle(_ bucket: Bucket, _ mover: Mover) -> Bool {
        for member in bucket.members where member.number >= 0 { free(member.number) }
        if let pilot = pilot(for: bucket) {
            clear(bucket)
            write(bucket, pilot, mover)
            return true
        }
        for member in bucket.members where member.number >= 0 { take(member.number) }
        return false
    }

    /// The next pilot under which all lines of a bucket are empty. They are taken.
    private func pilot(for bucket: Bucket) -> UInt8? {
        for step in 1...Int(RegisteredLines.asidePilot) {
            let pilot = RegisteredLines.pilot(after: pilots.at[bucket.number], by: step)
            if takeAll(bucket, pilot) == .all { return pilot }
        }
        return nil
    }

    /// All of 0...254, in turn.
    private static func pilot(after pilot: UInt8, by step: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: (Int(pilot) + step) % Int(asidePilot))
    }

    /// What came of taking the lines of a bucket.
    private enum Taking: Equatable {
        /// Nothing was taken.
        case none
        case all
        /// All others were, and one that another bucket has.
        case allBut(number: Int)
    }

    /// Takes the lines that a bucket has under a pilot.
    private func takeAll(_ bucket: Bucket, _ pilot: UInt8, spare: Int = 0) -> Taking {
        var met: Int?
        for index in bucket.members.indices {
            let number = places.number(bucket.members[index].hash, bucket.number, pilot)
            if !isTaken(number) {
                take(number)
                continue
            }
            let isOwn = bucket.members[..<index].contains {
                places.number($0.hash, bucket.number, pilot) == number
            }
            if isOwn || met != nil || spare == 0 {
                freeAll(bucket, pilot, upTo: index, but: met)
                return .none
            }
            met = number
        }
        return met.map { .allBut(number: $0) } ?? .all
    }

    private func freeAll(_ bucket: Bucket, _ pilot: UInt8, upTo end: Int, but met: Int?) {
        for member in bucket.members[..<end] {
            let number = places.number(member.hash, bucket.number, pilot)
            if number != met { free(number) }
        }
    }

    /// Makes the old lines of a bucket empty.
    private func clear(_ bucket: Bucket) {
        for member in bucket.members where member.number >= 0 { table.at[member.number].length = 0 }
        heads.at[bucket.number] = 0
    }

    /// Writes all lines of a bucket where its new pilot puts them.
    private func write(_ bucket: Bucket, _ pilot: UInt8, _ mover: Mover) {
        pilots.at[bucket.number] = pilot
        for member in bucket.members {
            let number = places.number(member.hash, bucket.number, pilot)
            put(member.line, at: number, in: bucket.number)
            // Whoever brought the new one is told where it is by the call itself.
            if member.number >= 0 { mover.moved(member.line.slot, number) }
        }
    }

    // MARK: no pilot

    /// Gives a bucket a pilot under which one of its lines is another bucket's that can have another pilot.
    private func displace(
        _ bucket: Bucket, _ room: UnsafeMutableBufferPointer<Member>, _ mover: Mover
    ) -> Bool {
        for member in bucket.members where member.number >= 0 { free(member.number) }
        let rest = UnsafeMutableBufferPointer(rebasing: room[RegisteredLines.membersMax...])
        for step in 1...Int(RegisteredLines.asidePilot) {
            let pilot = RegisteredLines.pilot(after: pilots.at[bucket.number], by: step)
            guard case .allBut(let number) = takeAll(bucket, pilot, spare: 1) else { continue }
            if let other = owner(of: number, rest, mover), giveWay(other, number, bucket, mover) {
                write(bucket, pilot, mover)
                return true
            }
            freeAll(bucket, pilot, upTo: bucket.members.count, but: number)
        }
        for member in bucket.members where member.number >= 0 { take(member.number) }
        return false
    }

    private func owner(
        of number: Int, _ room: UnsafeMutableBufferPointer<Member>, _ mover: Mover
    ) -> Bucket? {
        let bucket = places.bucket(mover.hash(table.at[number]))
        guard pilots.at[bucket] != RegisteredLines.asidePilot else { return nil }
        return gather(bucket, and: nil, room, mover)
    }

    /// Moves the tags of a bucket, one of which has the line that `bucket` needs.
    private func giveWay(_ other: Bucket, _ number: Int, _ bucket: Bucket, _ mover: Mover) -> Bool {
        for member in other.members where member.number != number { free(member.number) }
        if let pilot = pilot(for: other) {
            clear(bucket)
            clear(other)
            write(other, pilot, mover)
            return true
        }
        for member in other.members { take(member.number) }
        return false
    }

    /// Puts a tag into any empty line. All of its bucket are found by the index from now on.
    private mutating func putAside(_ line: TagLine, _ hash: UInt64, _ bucket: Int, _ mover: Mover) -> Int {
        let segment = places.number(0, bucket, 0) & ~(RegisteredLines.segmentLines - 1)
        if pilots.at[bucket] != RegisteredLines.asidePilot {
            var link = heads.at[bucket]
            while link != 0 {
                let number = segment + Int(link) - 1
                aside.insert(mover.hash(table.at[number]), number: number)
                link = table.at[number].link
            }
            pilots.at[bucket] = RegisteredLines.asidePilot
        }
        let number = firstFree(from: segment)
        take(number)
        table.at[number] = line
        aside.insert(hash, number: number)
        return number
    }

    /// There is one: the table has more lines than tags.
    private func firstFree(from start: Int) -> Int {
        var word = start >> 6
        while taken.at[word] == UInt64.max { word = word + 1 < taken.count ? word + 1 : 0 }
        return word * 64 + (~taken.at[word]).trailingZeroBitCount
    }
}
