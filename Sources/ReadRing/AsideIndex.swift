/// Where the registered tags stand for whose bucket no pilot was found: 318 of 10⁷ tags, as measured, and all
/// those whose hash is the same, which nobody can choose without the key.
struct AsideIndex {
    /// Upper half of the hash, and number of the line plus 1; 0 for none. Linear probing at a load of one
    /// half at most. Nothing is taken out.
    private var entries: LineTable<UInt64>
    private(set) var count = 0

    init() { entries = LineTable(count: 16) }

    private init(entries: LineTable<UInt64>) { self.entries = entries }

    func copy() -> AsideIndex {
        var other = self
        other.entries = entries.copy(entries.count, count: entries.count)
        return other
    }

    /// - Returns: number of the line.
    func find(_ hash: UInt64, _ carries: (Int) -> Bool) -> Int? {
        var place = home(hash)
        while entries.at[place] != 0 {
            let entry = entries.at[place]
            let number = Int(UInt32(truncatingIfNeeded: entry)) - 1
            if (entry ^ hash) >> 32 == 0, carries(number) { return number }
            place = (place + 1) & (entries.count - 1)
        }
        return nil
    }

    mutating func insert(_ hash: UInt64, number: Int) {
        if (count + 1) * 2 > entries.count { grow() }
        put(hash & ~0xFFFF_FFFF | UInt64(number + 1))
        count += 1
    }

    private mutating func grow() {
        let old = entries
        entries = LineTable(count: old.count * 2)
        for place in 0..<old.count where old.at[place] != 0 { put(old.at[place]) }
    }

    private func put(_ entry: UInt64) {
        var place = home(entry)
        while entries.at[place] != 0 { place = (place + 1) & (entries.count - 1) }
        entries.at[place] = entry
    }

    /// By the bits that an entry keeps of its hash.
    private func home(_ hash: UInt64) -> Int {
        Int(truncatingIfNeeded: hash >> UInt64(64 - entries.count.trailingZeroBitCount))
    }
}
