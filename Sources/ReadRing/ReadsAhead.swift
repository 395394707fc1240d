package import AssetModel
import CLineMemory

/// Memory that reads will need, asked for before they are taken one by one: of a register that fits no cache
/// each read would wait half a dozen times, here those of a message wait together. Hints only.
extension ReadRing {
    /// The first step: by the pilot it is known which line to ask for.
    package func fetchPilot(of tag: EPC) { tally_prefetch(registered.places.pilot(hash.hash(tag))) }

    /// After ``fetchPilot(of:)``.
    package func fetchLine(of tag: EPC) { tally_prefetch(registered.places.line(hash.hash(tag))) }

    /// What others keep of a tag.
    package static func fetch(_ place: UnsafeRawPointer) { tally_prefetch(place) }

    /// After ``fetchLine(of:)``: also asks for the first cell beside the line.
    /// - Returns: the slot of a registered tag, and where its cells beside the line begin, 0 for nowhere.
    package func fetchCells(of tag: EPC) -> (slot: Int, beside: Int32)? {
        guard let line = registered.find(name(of: tag), longTags) else { return nil }
        if line.pointee.overflow != 0 { tally_prefetch(cells.address(line.pointee.overflow)) }
        return (Int(line.pointee.slot), line.pointee.overflow)
    }

    /// Asks for the other cells beside the lines, one step along all lists at a time: one by one each step
    /// would be a wait of its own.
    /// - Parameter beside: where the lists begin; used up.
    package func fetchLists(_ beside: UnsafeMutableBufferPointer<Int32>) {
        var count = beside.count
        while count > 0 {
            var kept = 0
            for place in 0..<count {
                let next = cells.next(beside[place])
                guard next != 0 else { continue }
                tally_prefetch(cells.address(next))
                beside[kept] = next
                kept += 1
            }
            count = kept
        }
    }
}

extension TIDMemory {
    package func fetch(_ slot: Int) {
        guard slot < entries.count else { return }
        entries.withUnsafeBufferPointer { entries in
            guard let start = entries.baseAddress else { return }
            let entry = UnsafeRawPointer(start + slot)
            // It may lie across two lines of the cache.
            tally_prefetch(entry)
            tally_prefetch(entry + MemoryLayout<Entry?>.size - 1)
        }
    }
}
