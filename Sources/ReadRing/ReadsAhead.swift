package import AssetModel
import CLineMemory

/// Memory that reads will need, asked for before they are taken one by one: of a register that fits no cache
/// each read would wait half a dozen times, here those of a message wait together. Hints only.
extension ReadRing {
    package func fetchLine(of tag: EPC) { tally_prefetch(registered.home(hash.hash(tag))) }

    /// After ``fetchLine(of:)``: also asks for the first cell beside the line.
    /// - Returns: the slot of a registered tag.
    package func fetchCells(of tag: EPC) -> Int? {
        guard let line = registered.find(name(of: tag), longTags) else { return nil }
        if line.pointee.overflow != 0 { tally_prefetch(cells.address(line.pointee.overflow)) }
        return Int(line.pointee.slot)
    }
}

extension TIDMemory {
    package func fetch(_ slot: Int) {
        guard slot < entries.count else { return }
        entries.withUnsafeBufferPointer { if let start = $0.baseAddress { tally_prefetch(start + slot) } }
    }
}
