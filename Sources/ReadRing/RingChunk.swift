import AssetModel
import CLineMemory

/// One chunk of a checkpoint. The lines of its 64 slots lie anywhere, and so do the cells beside them: each
/// is asked for before it is needed, those of all slots at once, so that the chunk waits for memory once and
/// not a thousand times.
extension ReadRing {
    /// Bytes of a tag but for its EPC and its antennas; of an antenna. See `SavedLine`.
    private static let lineBytes = 4 + 1 + 1 + 1 + 1
    private static let cellBytes = 2 + 8 + 8 + 2 + 4

    func chunkBytes(_ index: Int) -> [UInt8] {
        let start = index * SlotTable.chunkSlots
        let slots = start..<min(start + SlotTable.chunkSlots, self.slots.limit)
        for slot in slots {
            if let line = line(at: slot) { tally_prefetch(line) }
        }
        let size = fetchCells(of: slots)
        let cellsMax = TagLine.cellsInside + limits.antennasPerTagMax
        return withUnsafeTemporaryAllocation(of: CellPlace.self, capacity: cellsMax) { places in
            ByteBlock.bytes(atMost: size) { block in
                for slot in slots { write(slot, to: &block, places) }
            }
        }
    }

    /// Brings the cells outside the lines near, all slots one step along their lists at a time.
    /// - Returns: bytes that the chunk takes.
    private func fetchCells(of slots: Range<Int>) -> Int {
        var size = 0
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: SlotTable.chunkSlots) { ahead in
            var count = 0
            for slot in slots {
                guard let line = line(at: slot) else { continue }
                size += ReadRing.lineBytes + 2 * Int(line.pointee.length)
                size += ReadRing.cellBytes * line.pointee.cellsUsed
                guard line.pointee.overflow != 0 else { continue }
                tally_prefetch(cells.address(line.pointee.overflow))
                ahead[count] = line.pointee.overflow
                count += 1
            }
            while count > 0 {
                var kept = 0
                for place in 0..<count {
                    size += ReadRing.cellBytes
                    let next = cells.next(ahead[place])
                    guard next != 0 else { continue }
                    tally_prefetch(cells.address(next))
                    ahead[kept] = next
                    kept += 1
                }
                count = kept
            }
        }
        return size
    }

    private func write(
        _ slot: Int, to block: inout ByteBlock, _ places: UnsafeMutableBufferPointer<CellPlace>
    ) {
        guard let line = line(at: slot) else { return }
        block.put(UInt32(slot))
        block.put(!line.pointee.isStranger)
        block.put(slots.isReferenced(slot))
        let name = line.pointee.name(longTags)
        block.put(tag: name.words, length: name.length)
        let count = gather(line, places)
        block.put(UInt8(truncatingIfNeeded: count))
        for place in 0..<count {
            let cell = places[place].cell.pointee
            let reads = UInt32(places[place].count.pointee)
            block.put(
                antenna: cell.antenna, epoch: Int64(cell.newestEpoch), bits: cell.bits,
                heard: (cell.peak, reads))
        }
    }

    /// The cells of a line in the order of their antennas.
    private func gather(
        _ line: UnsafeMutablePointer<TagLine>, _ places: UnsafeMutableBufferPointer<CellPlace>
    ) -> Int {
        var count = 0
        func add(_ place: CellPlace) {
            var free = count
            while free > 0, places[free - 1].cell.pointee.antenna > place.cell.pointee.antenna {
                places[free] = places[free - 1]
                free -= 1
            }
            places[free] = place
            count += 1
        }
        for side in 0..<line.pointee.cellsUsed { add(TagLine.cell(side, in: line)) }
        var cell = line.pointee.overflow
        while cell != 0 {
            add(cells.place(cell))
            cell = cells.next(cell)
        }
        return count
    }
}
