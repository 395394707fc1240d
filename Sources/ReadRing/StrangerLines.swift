import CLineMemory

/// The lines of tags outside the register: as many as the limit allows and no more, with an index of their
/// own, because they come and go.
struct StrangerLines {
    private var lines: LineTable<TagLine>
    /// Upper half of the hash, and number of the line plus 1; 0 for none. Linear probing at a load of one
    /// half at most; holes are closed by moving entries back, so that there are no tombstones.
    private var index: LineTable<UInt64>
    private let mask: Int
    private let shift: UInt64
    private(set) var count = 0
    /// Lines ever used.
    private var used = 0
    /// Number of the first free line plus 1, linked by `slot`.
    private var firstFree: UInt32 = 0

    init(tagsMax: Int) {
        lines = LineTable(count: tagsMax)
        var size = 16
        while size < tagsMax * 2 { size *= 2 }
        index = LineTable(count: size)
        mask = size - 1
        shift = 64 - UInt64(size.trailingZeroBitCount)
    }

    func copy() -> StrangerLines {
        var other = self
        other.lines = lines.copy(used, count: lines.count)
        other.index = index.copy(index.count, count: index.count)
        return other
    }

    subscript(number: Int) -> UnsafeMutablePointer<TagLine> { lines.at + number }

    @inline(__always)
    func prefetch(_ hash: UInt64) { tally_prefetch(index.at + home(hash)) }

    /// - Returns: number of the line.
    func find(_ name: TagName, _ longTags: LongTags) -> Int? {
        var place = home(name.hash)
        while index.at[place] != 0 {
            let entry = index.at[place]
            if (entry ^ name.hash) >> 32 == 0 {
                let number = StrangerLines.number(entry)
                if lines.at[number].carries(name, longTags) { return number }
            }
            place = (place + 1) & mask
        }
        return nil
    }

    /// - Returns: number of the line. There must be room.
    mutating func insert(_ line: TagLine, hash: UInt64) -> Int {
        let number: Int
        if firstFree != 0 {
            number = Int(firstFree) - 1
            firstFree = lines.at[number].slot
        } else {
            precondition(used < lines.count, "\(used) strangers in a table for \(lines.count)")
            number = used
            used += 1
        }
        lines.at[number] = line
        count += 1
        var place = home(hash)
        while index.at[place] != 0 { place = (place + 1) & mask }
        index.at[place] = hash & ~0xFFFF_FFFF | UInt64(number + 1)
        return number
    }

    mutating func remove(_ number: Int, hash: UInt64) {
        var hole = home(hash)
        while StrangerLines.number(index.at[hole]) != number { hole = (hole + 1) & mask }
        var probe = (hole + 1) & mask
        while index.at[probe] != 0 {
            if (probe - home(index.at[probe])) & mask >= (probe - hole) & mask {
                index.at[hole] = index.at[probe]
                hole = probe
            }
            probe = (probe + 1) & mask
        }
        index.at[hole] = 0
        lines.at[number].length = 0
        lines.at[number].slot = firstFree
        firstFree = UInt32(number + 1)
        count -= 1
    }

    @inline(__always)
    private func home(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> shift) }

    @inline(__always)
    private static func number(_ entry: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: entry)) - 1 }
}
