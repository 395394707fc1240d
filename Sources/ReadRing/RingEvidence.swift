package import AssetModel

/// The evidence of a tag's antennas: two cells in its line, further ones in a list outside.
extension ReadRing {
    /// The evidence of a tag, in the order of its antennas' indices: the same however the reads arrived.
    package func evidence(of slot: Int) -> [AntennaEvidence] {
        guard let line = line(at: slot) else { return [] }
        var all: [AntennaEvidence] = []
        all.reserveCapacity(limits.antennasPerTagMax)
        for side in 0..<line.pointee.cellsUsed { all.append(TagLine.cell(side, in: line).evidence) }
        var cell = line.pointee.overflow
        while cell != 0 {
            all.append(cells.place(cell).evidence)
            cell = cells.next(cell)
        }
        all.sort { $0.antenna < $1.antenna }
        return all
    }

    /// Visits the evidence of a tag, in the order of its antennas' indices.
    package func forEachEvidence(of slot: Int, _ body: (AntennaEvidence) -> Void) {
        evidence(of: slot).forEach(body)
    }

    /// What decides of a cell, for those who ask often.
    package struct AntennaBits: BitwiseCopyable {
        package var antenna: Int
        package var newestEpoch: Int64
        package var bits: UInt64
    }

    /// Room that ``copyCells(of:to:)`` needs.
    package var cellsMax: Int { TagLine.cellsInside + limits.antennasPerTagMax }

    /// Copies the cells of a tag, in no order.
    /// - Returns: how many there are.
    package func copyCells(of slot: Int, to copies: UnsafeMutableBufferPointer<AntennaBits>) -> Int {
        guard let line = line(at: slot) else { return 0 }
        var count = 0
        func copy(_ cell: AntennaCell) {
            copies[count] = AntennaBits(
                antenna: Int(cell.antenna), newestEpoch: Int64(cell.newestEpoch), bits: cell.bits)
            count += 1
        }
        for side in 0..<line.pointee.cellsUsed { copy(TagLine.cell(side, in: line).cell.pointee) }
        var next = line.pointee.overflow
        while next != 0, count < copies.count {
            copy(cells.place(next).cell.pointee)
            next = cells.next(next)
        }
        return count
    }

    /// Visits antenna, newest epoch and bits of all that heard a tag, in no order, without a list of them.
    package func forEachCell(of slot: Int, _ body: (Int, Int64, UInt64) -> Void) {
        guard let line = line(at: slot) else { return }
        for side in 0..<line.pointee.cellsUsed {
            let cell = TagLine.cell(side, in: line).cell.pointee
            body(Int(cell.antenna), Int64(cell.newestEpoch), cell.bits)
        }
        var next = line.pointee.overflow
        while next != 0 {
            let cell = cells.place(next).cell.pointee
            body(Int(cell.antenna), Int64(cell.newestEpoch), cell.bits)
            next = cells.next(next)
        }
    }

    /// The cell of an antenna that has none of the two inside: found in the list, or made; the antenna heard
    /// longest ago makes room when the tag has its share.
    @inline(never)
    mutating func cellBeside(
        _ line: UnsafeMutablePointer<TagLine>, antenna: UInt16, epoch: Int32
    ) -> CellPlace {
        var index = line.pointee.overflow
        var size = line.pointee.cellsUsed
        while index != 0 {
            let place = cells.place(index)
            if place.cell.pointee.antenna == antenna { return place }
            index = cells.next(index)
            size += 1
        }
        let place = size < limits.antennasPerTagMax ? freshCell(of: line) : nil
        let given = place ?? oldestCell(of: line)
        if place == nil { antennasReplaced += 1 }
        given.begin(antenna, epoch: epoch)
        return given
    }

    /// nil where the cells outside are used up.
    private mutating func freshCell(of line: UnsafeMutablePointer<TagLine>) -> CellPlace? {
        let used = line.pointee.cellsUsed
        if used < TagLine.cellsInside {
            line.pointee.cellsUsed = used + 1
            return TagLine.cell(used, in: line)
        }
        guard let made = cells.add(before: line.pointee.overflow) else { return nil }
        line.pointee.overflow = made
        return cells.place(made)
    }

    /// Of antennas heard in the same epoch the one with the lowest index: no order of delivery decides. There
    /// is a cell inside whenever this is asked.
    private func oldestCell(of line: UnsafeMutablePointer<TagLine>) -> CellPlace {
        var oldest = TagLine.cell(0, in: line)
        func consider(_ place: CellPlace) {
            let (one, other) = (place.cell.pointee, oldest.cell.pointee)
            if (one.newestEpoch, one.antenna) < (other.newestEpoch, other.antenna) { oldest = place }
        }
        if line.pointee.cellsUsed > 1 { consider(TagLine.cell(1, in: line)) }
        var index = line.pointee.overflow
        while index != 0 {
            consider(cells.place(index))
            index = cells.next(index)
        }
        return oldest
    }

    /// Gives a line without evidence the evidence that was saved of it.
    mutating func restoreCells(_ evidence: [AntennaEvidence], of slot: Int) {
        guard let line = line(at: slot) else { return }
        for item in evidence.prefix(limits.antennasPerTagMax) {
            guard (0..<Int(AntennaCell.noAntenna)).contains(item.antenna) else { continue }
            freshCell(of: line)?.put(item)
        }
    }
}
