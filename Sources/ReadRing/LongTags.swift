import AssetModel

/// EPCs of more than 128 bits, which no line holds whole. At most one entry for each line.
struct LongTags {
    private struct Entry: BitwiseCopyable {
        var words: (UInt64, UInt64, UInt64, UInt64)
        /// Of a free entry: the next free one.
        var link: UInt32
    }

    private var table: LineTable<Entry>
    /// Entries ever used; entry 0 never is.
    private var used = 1
    private var firstFree: UInt32 = 0

    init(tagsMax: Int) { table = LineTable(count: tagsMax + 1) }

    /// With tables of its own, and room for so many tags at least.
    func copy(tagsMax: Int = 0) -> LongTags {
        var other = self
        other.table = table.copy(used == 1 ? 0 : used, count: max(table.count, tagsMax + 1))
        return other
    }

    /// Gives the entry of a long EPC and the 64 bits that stand for it in a line.
    mutating func add(_ name: TagName) -> UInt64 {
        let entry: UInt32
        if firstFree != 0 {
            entry = firstFree
            firstFree = table.at[Int(entry)].link
        } else {
            entry = UInt32(used)
            used += 1
        }
        table.at[Int(entry)] = Entry(words: (name.first, name.second, name.third, name.fourth), link: 0)
        return name.hash & LongTags.hashMask | UInt64(entry)
    }

    mutating func remove(_ second: UInt64) {
        let entry = UInt32(truncatingIfNeeded: second)
        table.at[Int(entry)].link = firstFree
        firstFree = entry
    }

    /// Whether a line whose first 64 bits and length agree is the line of this tag.
    @inline(never)
    func isSame(_ second: UInt64, _ name: TagName) -> Bool {
        guard (second ^ name.hash) & LongTags.hashMask == 0 else { return false }
        let own = table.at[Int(UInt32(truncatingIfNeeded: second))].words
        return own == (name.first, name.second, name.third, name.fourth)
    }

    func words(_ second: UInt64) -> EPC.Words {
        let own = table.at[Int(UInt32(truncatingIfNeeded: second))].words
        var words = EPC.Words()
        (words.first, words.second, words.third, words.fourth) = own
        return words
    }

    private static let hashMask: UInt64 = 0xFFFF_FFFF_0000_0000
}
