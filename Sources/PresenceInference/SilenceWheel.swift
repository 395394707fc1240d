import AssetModel

/// When each tag is to be looked at next: a hierarchical timing wheel for each zone, in the zone's covered
/// time (G. Varghese and T. Lauck, "Hashed and hierarchical timing wheels", 1987).
///
///     level 0: 64 slots of 1 s | 1: 64 of 64 s | 2: 64 of 4,096 s | 3: 64 of 262,144 s (194 days)
///
/// A tag that is not due costs nothing as time passes, and a read moves nothing: a tag whose time comes is
/// looked at, and put back where it was read in between. Links are indices, so a tag needs no memory of its
/// own here beyond 24 bytes.
struct SilenceWheel: Sendable {
    private struct Entry: Sendable {
        var due = ElapsedTime.zero
        var previous: Int32 = -1
        var next: Int32 = -1
        /// Index into `heads`; -1 while in no wheel, ``nearPlace`` while among the near ones.
        var place: Int32 = -1
        var zone: Int16 = -1
    }

    private static let levels = 4
    private static let slots = 64
    private static let tick: Int64 = 1_000
    private static let nearPlace: Int32 = -2

    private var entries: [Entry] = []
    /// By zone, level and slot.
    private var heads: [Int32]
    /// By zone and level: bit s where slot s holds a tag.
    private var occupied: [UInt64]
    /// By zone: the tick up to which the wheel was turned.
    private var turned: [Int64]
    /// By zone: tags whose tick has come, the earliest last.
    private var near: [[Int32]]
    private var counts: [Int]

    init(zones: Int) {
        heads = Array(repeating: -1, count: zones * Self.levels * Self.slots)
        occupied = Array(repeating: 0, count: zones * Self.levels)
        turned = Array(repeating: 0, count: zones)
        near = Array(repeating: [], count: zones)
        counts = Array(repeating: 0, count: zones)
    }

    func count(in zone: Int) -> Int { counts[zone] }

    /// The zone a tag waits in, or -1.
    func zone(of slot: Int) -> Int { slot < entries.count ? Int(entries[slot].zone) : -1 }

    /// Where its entry is, for a hint to fetch it.
    func withEntry(_ slot: Int, _ body: (UnsafeRawPointer) -> Void) {
        guard slot < entries.count else { return }
        entries.withUnsafeBufferPointer { if let start = $0.baseAddress { body(start + slot) } }
    }

    func due(of slot: Int) -> ElapsedTime { entries[slot].due }

    /// Has a tag looked at when its zone has been covered for `due`.
    mutating func put(_ slot: Int, in zone: Int, due: ElapsedTime) {
        while entries.count <= slot { entries.append(Entry()) }
        remove(slot)
        entries[slot].due = due
        entries[slot].zone = Int16(zone)
        counts[zone] += 1
        link(slot)
    }

    mutating func remove(_ slot: Int) {
        guard slot < entries.count, entries[slot].zone >= 0 else { return }
        unlink(slot)
        counts[Int(entries[slot].zone)] -= 1
        entries[slot].zone = -1
    }

    /// No tag of the zone is due before this, in covered time; `nil` where none waits.
    func nextDue(in zone: Int) -> ElapsedTime? {
        if let first = near[zone].last { return entries[Int(first)].due }
        for level in 0..<Self.levels {
            guard let tick = firstTick(zone, level) else { continue }
            return ElapsedTime(milliseconds: tick * Self.tick)
        }
        return nil
    }

    /// Takes the next tag that is due out of the zone's wheel, the earliest first, the lower index of equals.
    mutating func takeDue(in zone: Int, at covered: ElapsedTime) -> Int? {
        turn(zone, to: covered.milliseconds / Self.tick)
        guard let first = near[zone].last, entries[Int(first)].due <= covered else { return nil }
        remove(Int(first))
        return Int(first)
    }

    /// Covered time was taken back: the wheel turns back with it. The due times stay as they are.
    mutating func turnBack(zone: Int, to covered: ElapsedTime) {
        let tick = max(0, covered.milliseconds / Self.tick)
        guard tick < turned[zone] else { return }
        let waiting = slots(in: zone)
        for slot in waiting { unlink(slot) }
        turned[zone] = tick
        for slot in waiting { link(slot) }
    }

    /// All tags that wait in a zone, in the order of their indices.
    func slots(in zone: Int) -> [Int] {
        var found = near[zone].map { Int($0) }
        let first = zone * Self.levels * Self.slots
        for head in heads[first..<(first + Self.levels * Self.slots)] {
            var slot = head
            while slot >= 0 {
                found.append(Int(slot))
                slot = entries[Int(slot)].next
            }
        }
        return found.sorted()
    }

    // MARK: inside

    /// The start of the first slot of a level that holds a tag, in ticks.
    private func firstTick(_ zone: Int, _ level: Int) -> Int64? {
        let bits = occupied[zone * Self.levels + level]
        guard bits != 0 else { return nil }
        let width = Int64(6 * level)
        let start = turned[zone] >> width
        let here = UInt64(start & 63)
        // Bit 0 stands for the slot in which the wheel is.
        let rotated = here == 0 ? bits : bits >> here | bits << (64 - here)
        return (start + Int64(rotated.trailingZeroBitCount)) << width
    }

    private mutating func turn(_ zone: Int, to tick: Int64) {
        while true {
            var next: (tick: Int64, level: Int)?
            for level in 0..<Self.levels {
                guard let first = firstTick(zone, level), first <= tick else { continue }
                if first < next?.tick ?? Int64.max { next = (first, level) }
            }
            guard let next else { break }
            turned[zone] = max(turned[zone], next.tick)
            empty(zone, next.level, slot: Int(next.tick >> Int64(6 * next.level)) & 63)
        }
        turned[zone] = max(turned[zone], tick)
    }

    /// Sends the tags of a slot whose time has come to where they belong now.
    private mutating func empty(_ zone: Int, _ level: Int, slot: Int) {
        let place = (zone * Self.levels + level) * Self.slots + slot
        var index = heads[place]
        heads[place] = -1
        occupied[zone * Self.levels + level] &= ~(1 << UInt64(slot))
        let known = near[zone].count
        while index >= 0 {
            let next = entries[Int(index)].next
            let hasCome = entries[Int(index)].due.milliseconds / Self.tick <= turned[zone]
            entries[Int(index)].place = hasCome ? Self.nearPlace : -1
            if hasCome { near[zone].append(index) } else { link(Int(index)) }
            index = next
        }
        guard near[zone].count > known else { return }
        near[zone].sort { (entries[Int($0)].due, $0) > (entries[Int($1)].due, $1) }
    }

    private mutating func link(_ slot: Int) {
        let zone = Int(entries[slot].zone)
        let tick = entries[slot].due.milliseconds / Self.tick
        let now = turned[zone]
        guard tick > now else { return insertNear(slot, zone) }
        // The highest group of six bits in which the two differ is the level.
        let level = min(Self.levels - 1, (63 - (tick ^ now).leadingZeroBitCount) / 6)
        let ahead = min(tick >> Int64(6 * level), now >> Int64(6 * level) + 63)
        let index = Int(ahead & 63)
        let place = (zone * Self.levels + level) * Self.slots + index
        entries[slot].place = Int32(place)
        entries[slot].previous = -1
        entries[slot].next = heads[place]
        if heads[place] >= 0 { entries[Int(heads[place])].previous = Int32(slot) }
        heads[place] = Int32(slot)
        occupied[zone * Self.levels + level] |= 1 << UInt64(index)
    }

    private mutating func unlink(_ slot: Int) {
        let entry = entries[slot]
        if entry.place == Self.nearPlace {
            let zone = Int(entry.zone)
            if near[zone].last == Int32(slot) {
                near[zone].removeLast()
            } else {
                near[zone].removeAll { $0 == Int32(slot) }
            }
        } else if entry.place >= 0 {
            if entry.previous >= 0 {
                entries[Int(entry.previous)].next = entry.next
            } else {
                heads[Int(entry.place)] = entry.next
                let level = Int(entry.place) / Self.slots
                if entry.next < 0 { occupied[level] &= ~(1 << UInt64(Int(entry.place) % Self.slots)) }
            }
            if entry.next >= 0 { entries[Int(entry.next)].previous = entry.previous }
        }
        entries[slot].place = -1
    }

    private mutating func insertNear(_ slot: Int, _ zone: Int) {
        entries[slot].place = Self.nearPlace
        let key = (entries[slot].due, Int32(slot))
        var low = 0
        var high = near[zone].count
        while low < high {
            let middle = (low + high) / 2
            let other = near[zone][middle]
            if (entries[Int(other)].due, other) > key { low = middle + 1 } else { high = middle }
        }
        near[zone].insert(Int32(slot), at: low)
    }
}
