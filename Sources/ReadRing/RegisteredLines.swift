import CLineMemory

/// The lines of registered tags, found by the hash alone, without an index beside them: a second table would
/// be a second wait for memory for every read.
///
/// Each hash has a home line. The first tag of a home stands in it; further ones stand in the nearest empty
/// line and are reached by links, each the distance from the line before. A line that is another home's goes
/// elsewhere when the first tag of its own comes. So four of five tags stand in their home line (at a load
/// of ½: (1 - e^-½) / ½), nearly all others in the second of their list, and a tag that is not there costs
/// little more than one line.
///
/// Nothing is taken out. Lines move only while tags are registered, never for a read.
struct RegisteredLines {
    private var table: LineTable<TagLine>
    private(set) var used = 0
    /// Tags for which there is room.
    let tagsMax: Int
    private let lines: Int

    /// Two lines for each tag. Fewer are slower: more tags share a home.
    private static let linesPerTag = 2

    init(tagsMax: Int) {
        self.tagsMax = tagsMax
        lines = tagsMax * RegisteredLines.linesPerTag + 1
        table = LineTable(count: lines)
    }

    /// Bytes of memory that the lines span.
    var lineBytes: Int { table.bytes }

    func copy() -> RegisteredLines {
        var other = self
        other.table = table.copy(table.count, count: table.count)
        return other
    }

    subscript(number: Int) -> UnsafeMutablePointer<TagLine> { table.at + number }

    // MARK: finding

    /// Where the homes are, in two words.
    struct Homes: BitwiseCopyable {
        let at: UnsafeMutablePointer<TagLine>
        let lines: UInt64

        /// The home of a hash: its upper bits, spread evenly without a division.
        @inline(__always)
        func home(_ hash: UInt64) -> UnsafeMutablePointer<TagLine> {
            at + Int(truncatingIfNeeded: hash.multipliedFullWidth(by: lines).high)
        }
    }

    var homes: Homes { Homes(at: table.at, lines: UInt64(truncatingIfNeeded: lines)) }

    @inline(__always)
    func home(_ hash: UInt64) -> UnsafeMutablePointer<TagLine> { homes.home(hash) }

    /// The line after this one in the list of its home; nil at the end.
    @inline(__always)
    static func next(_ line: UnsafeMutablePointer<TagLine>) -> UnsafeMutablePointer<TagLine>? {
        let link = Int(line.pointee.link)
        return link == 0 ? nil : line + link
    }

    func find(_ name: TagName, _ longTags: LongTags) -> UnsafeMutablePointer<TagLine>? {
        var line: UnsafeMutablePointer<TagLine>? = home(name.hash)
        guard line?.pointee.isAtHome == true else { return nil }
        while let here = line {
            if here.pointee.carries(name, longTags) { return here }
            line = RegisteredLines.next(here)
        }
        return nil
    }

    // MARK: filling

    /// What moves a line to another number, and which hash a line has.
    typealias Mover = (hash: (TagLine) -> UInt64, moved: (_ slot: UInt32, _ line: Int) -> Void)

    /// - Returns: number of the line; nil where every line that a link reaches is taken, and the table must
    ///   grow. At a load of one half that takes 32,767 full lines on both sides.
    mutating func insert(_ line: TagLine, hash: UInt64, _ mover: Mover) -> Int? {
        precondition(used < tagsMax, "\(used) registered tags in a table for \(tagsMax)")
        let home = home(hash)
        var line = line
        line.link = 0
        line.isAtHome = true
        if home.pointee.isEmpty {
            home.pointee = line
        } else if !home.pointee.isAtHome {
            guard let free = nearestEmpty(home, from: before(home, mover)) else { return nil }
            move(home, to: free, mover)
            home.pointee = line
        } else {
            guard let free = nearestEmpty(home, from: home) else { return nil }
            line.isAtHome = false
            if let next = RegisteredLines.next(home) { line.link = Int16(truncatingIfNeeded: next - free) }
            free.pointee = line
            home.pointee.link = Int16(truncatingIfNeeded: free - home)
            used += 1
            return free - table.at
        }
        used += 1
        return home - table.at
    }

    /// The line that links to a line that is not at home.
    private func before(_ line: UnsafeMutablePointer<TagLine>, _ mover: Mover)
        -> UnsafeMutablePointer<TagLine>
    {
        var place = home(mover.hash(line.pointee))
        while let next = RegisteredLines.next(place), next != line { place = next }
        return place
    }

    private func move(
        _ line: UnsafeMutablePointer<TagLine>, to free: UnsafeMutablePointer<TagLine>, _ mover: Mover
    ) {
        let previous = before(line, mover)
        free.pointee = line.pointee
        if let next = RegisteredLines.next(line) {
            free.pointee.link = Int16(truncatingIfNeeded: next - free)
        }
        previous.pointee.link = Int16(truncatingIfNeeded: free - previous)
        mover.moved(line.pointee.slot, free - table.at)
    }

    /// The nearest empty line that `line` and its neighbours in a list can be linked with.
    private func nearestEmpty(
        _ line: UnsafeMutablePointer<TagLine>, from previous: UnsafeMutablePointer<TagLine>
    ) -> UnsafeMutablePointer<TagLine>? {
        let next = RegisteredLines.next(line) ?? line
        let place = line - table.at
        for distance in 1..<RegisteredLines.reach {
            for side in 0..<2 {
                let number = side == 0 ? place + distance : place - distance
                guard number >= 0, number < lines, table.at[number].isEmpty else { continue }
                let found = table.at + number
                let farthest = max(abs(found - previous), abs(found - next))
                if farthest < RegisteredLines.reach { return found }
            }
        }
        return nil
    }

    private static let reach = Int(Int16.max)

    /// Every line with a tag, in the order of the table.
    func forEach(_ body: (TagLine) -> Void) {
        for number in 0..<lines where !table.at[number].isEmpty { body(table.at[number]) }
    }
}
