import AssetModel

/// The cells of antennas beyond the two of a line, in lists.
struct CellTable {
    /// Laid out as ``CellPlace`` has it.
    struct Entry: BitwiseCopyable {
        var cell: AntennaCell
        var reads: UInt16
        /// The next cell of the same tag, or of the free ones; 0 for none.
        var next: Int32
    }

    private var table: LineTable<Entry>
    /// Cells ever used; cell 0 never is.
    private var used = 1
    private var firstFree: Int32 = 0

    /// 6 GiB of address space. Beyond it a tag's oldest antenna makes room, and is counted, as at its own
    /// limit.
    private static let cellsMax = 1 << 28

    init(cells: Int) { table = LineTable(count: min(cells, CellTable.cellsMax) + 1) }

    /// With a table of its own, and room for so many cells at least.
    func copy(cells: Int = 0) -> CellTable {
        var other = self
        other.table = table.copy(
            used == 1 ? 0 : used, count: max(table.count, min(cells, CellTable.cellsMax) + 1))
        return other
    }

    /// Whether so many more cells can be added for sure: always, but where all tags together might have more
    /// than ``cellsMax``.
    func hasRoom(for cells: Int) -> Bool {
        table.count <= CellTable.cellsMax || table.count - used >= cells
    }

    /// Puts an empty cell in front of a list; nil where there is no room.
    mutating func add(before next: Int32) -> Int32? {
        let made: Int32
        if firstFree != 0 {
            made = firstFree
            firstFree = table.at[Int(made)].next
        } else {
            guard used < table.count else { return nil }
            made = Int32(used)
            used += 1
        }
        table.at[Int(made)] = Entry(cell: .empty, reads: 0, next: next)
        return made
    }

    /// Frees a list.
    mutating func remove(_ first: Int32) {
        guard first != 0 else { return }
        var last = first
        while next(last) != 0 { last = next(last) }
        table.at[Int(last)].next = firstFree
        firstFree = first
    }

    func next(_ index: Int32) -> Int32 { table.at[Int(index)].next }

    func place(_ index: Int32) -> CellPlace {
        CellPlace(at: UnsafeMutableRawPointer(table.at + Int(index)))
    }

    @inline(__always)
    func address(_ index: Int32) -> UnsafeRawPointer { UnsafeRawPointer(table.at + Int(index)) }
}
