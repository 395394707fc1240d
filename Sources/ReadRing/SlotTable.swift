/// Which line has which slot, which slots belong to strangers, and which chunks of slots changed.
struct SlotTable {
    /// Where the line of a slot is.
    enum Holder {
        case registered(line: Int)
        case stranger(line: Int)
    }

    /// Number of a registered line plus 1, minus (number of a stranger's line plus 1), 0 for a free slot.
    private var holders: LineTable<Int32>
    /// A bit for each slot of a stranger; one that was heard since the hand last passed.
    private var strangers: LineTable<UInt64>
    private var referenced: LineTable<UInt64>
    /// Not 0: one of the chunk's slots changed. Bytes, because a byte is set without reading its neighbours.
    /// The first one is nobody's, see ``dirtyIndex(_:)``.
    private var dirty: LineTable<UInt8>
    /// One past the highest slot ever used.
    private(set) var limit = 0
    private var free = 0
    /// No slot below it is free.
    private var lowestFree = 0
    /// The clock hand: the slot that was looked at last.
    var hand = 0

    /// Slots of a chunk: the bits of a word.
    static let chunkSlots = 64
    /// More than tags and strangers can be; a higher number is damage.
    static let slotsMax = 1 << 28

    init(slots: Int) {
        let words = slots / 64 + 1
        holders = LineTable(count: words * 64)
        strangers = LineTable(count: words)
        referenced = LineTable(count: words)
        dirty = LineTable(count: words + 1)
    }

    /// With tables of its own, and room for so many slots at least.
    func copy(slots: Int = 0) -> SlotTable {
        var other = self
        let size = max(words, slots / 64 + 1)
        other.holders = holders.copy(limit, count: size * 64)
        other.strangers = strangers.copy(words, count: size)
        other.referenced = referenced.copy(words, count: size)
        other.dirty = dirty.copy(words + 1, count: size + 1)
        return other
    }

    private var words: Int { strangers.count }

    subscript(slot: Int) -> Holder? {
        guard slot >= 0, slot < limit else { return nil }
        let holder = Int(holders.at[slot])
        if holder == 0 { return nil }
        return holder > 0 ? .registered(line: holder - 1) : .stranger(line: -holder - 1)
    }

    // MARK: slots

    /// The lowest free slot: after a restart the same one as without.
    mutating func takeFree() -> Int {
        if free == 0 { return limit }
        while holders.at[lowestFree] != 0 { lowestFree += 1 }
        return lowestFree
    }

    /// Gives a slot to a line; the slots skipped become free.
    mutating func hold(_ slot: Int, _ holder: Holder) {
        if slot >= holders.count { self = copy(slots: slot + slot / 2) }
        if slot >= limit {
            if slot > limit, free == 0 { lowestFree = limit }
            free += slot - limit
            limit = slot + 1
        } else if holders.at[slot] == 0 {
            free -= 1
        }
        let bit: UInt64 = 1 << UInt64(slot & 63)
        switch holder {
        case .registered(let line):
            holders.at[slot] = Int32(line + 1)
            strangers.at[slot >> 6] &= ~bit
            referenced.at[slot >> 6] &= ~bit
        case .stranger(let line):
            holders.at[slot] = -Int32(line + 1)
            strangers.at[slot >> 6] |= bit
            referenced.at[slot >> 6] |= bit
        }
        markDirty(slot)
    }

    /// The line of a registered tag has another number.
    func move(_ slot: Int, to line: Int) { holders.at[slot] = Int32(line + 1) }

    mutating func release(_ slot: Int) {
        guard slot < limit, holders.at[slot] != 0 else { return }
        let bit: UInt64 = 1 << UInt64(slot & 63)
        holders.at[slot] = 0
        strangers.at[slot >> 6] &= ~bit
        referenced.at[slot >> 6] &= ~bit
        lowestFree = free == 0 ? slot : min(lowestFree, slot)
        free += 1
        markDirty(slot)
    }

    // MARK: the clock

    func isReferenced(_ slot: Int) -> Bool { referenced.at[slot >> 6] & 1 << UInt64(slot & 63) != 0 }

    mutating func setReferenced(_ slot: Int, _ isReferenced: Bool) {
        let bit: UInt64 = 1 << UInt64(slot & 63)
        if isReferenced { referenced.at[slot >> 6] |= bit } else { referenced.at[slot >> 6] &= ~bit }
    }

    /// Moves the hand to the stranger that makes room: the first one not heard since the hand last passed.
    /// All whom it passes are passed over once. 64 slots at a time; there must be a stranger.
    mutating func turnToVictim() -> Int {
        while true {
            let from = hand + 1 < limit ? hand + 1 : 0
            let word = from >> 6
            let met = strangers.at[word] & (UInt64.max << UInt64(from & 63))
            let victims = met & ~referenced.at[word]
            // All bits below the victim's; without a victim all bits.
            let below = victims == 0 ? UInt64.max : (victims & (0 &- victims)) &- 1
            let passed = met & below
            if referenced.at[word] & passed != 0 {
                referenced.at[word] &= ~passed
                dirty.at[word + 1] = 1
            }
            if victims != 0 {
                hand = word * 64 + victims.trailingZeroBitCount
                return hand
            }
            hand = min(word * 64 + 63, limit - 1)
        }
    }

    // MARK: chunks

    @inline(__always)
    func markDirty(_ slot: Int) { dirty.at[slot >> 6 + 1] = 1 }

    /// Which byte to set for a slot with ``ReadRing/Sightings/isNewBit`` above it: nobody's where nothing is
    /// new. Without a branch.
    @inline(__always)
    static func dirtyIndex(_ word: UInt32) -> Int {
        let chunk = (word & ~ReadRing.Sightings.isNewBit) &>> 6 &+ 1
        return Int(chunk & UInt32(bitPattern: Int32(bitPattern: word) &>> 31))
    }

    /// A byte for each chunk, not 0 where it changed.
    var dirtyAt: UnsafeMutablePointer<UInt8> { dirty.at }

    /// Chunks that changed since the last call, or all of them, in order.
    func takeDirty(all: Bool) -> [Int] {
        let chunks = 0..<(limit + SlotTable.chunkSlots - 1) / SlotTable.chunkSlots
        let wanted = chunks.filter { all || dirty.at[$0 + 1] != 0 }
        dirty.at.update(repeating: 0, count: words + 1)
        return wanted
    }
}
