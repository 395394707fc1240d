package import AssetModel

/// The last messages of one source, by digest of their bytes: tells a redelivery after a crash or reconnect
/// from a new message.
///
/// A sliding window of fixed size, exact within it up to the width of the digest (64 bits, keyed: whoever
/// writes tags or messages cannot aim at a collision; by chance 8,192 remembered messages collide with a new
/// one once in 2^51). Only messages that carry device time are asked about: "connected" twice is two events.
///
/// It takes memory as it fills, 24 to 40 bytes a message, so that a quiet source costs next to nothing.
package struct RedeliveryWindow: Sendable {
    /// Newest `capacity` digests, oldest overwritten first; shorter while it fills.
    private var ring: [UInt64] = []
    private let capacity: Int
    private var next = 0
    private var filled = 0
    /// Open addressing, linear probing, load at most one half; 0 is free.
    private var slots: [UInt64] = []
    private var mask = 0

    /// The window grows by doubling, from so many digests.
    private static let grainDigests = 512
    /// Digests in one checkpoint chunk: 4 KiB of the one window for all others, as stores from before there
    /// was one for each reader hold it; 1 KiB of a reader's, since each reader writes one a minute.
    package static let chunkDigestsOfOthers = 512
    package static let chunkDigestsOfReader = 128
    private let chunkDigests: Int
    private var dirtyChunks: Set<Int> = []

    /// - Parameters:
    ///   - capacity: messages told apart at least; rounded up to a multiple of 512.
    ///   - chunkDigests: digests in one checkpoint chunk, a divisor of 512.
    package init(capacity: Int, chunkDigests: Int = chunkDigestsOfOthers) {
        precondition(capacity > 0, "redelivery window of \(capacity) messages")
        let grain = RedeliveryWindow.grainDigests
        self.capacity = (capacity + grain - 1) / grain * grain
        self.chunkDigests = chunkDigests
        grow(to: grain)
    }

    /// Messages remembered.
    package var count: Int { filled }

    package func contains(_ digest: UInt64) -> Bool {
        let key = digest == 0 ? 1 : digest
        var slot = Int(truncatingIfNeeded: key) & mask
        while slots[slot] != 0 {
            if slots[slot] == key { return true }
            slot = (slot + 1) & mask
        }
        return false
    }

    /// All of them, oldest first.
    package var digests: [UInt64] {
        let oldest = filled == ring.count ? next : 0
        return (0..<filled).map { ring[(oldest + $0) % ring.count] }
    }

    /// - Returns: `true` where the message is new and is now remembered, `false` where it was here before.
    package mutating func admit(_ digest: UInt64) -> Bool {
        guard !contains(digest) else { return false }
        let key = digest == 0 ? 1 : digest
        if filled == ring.count, ring.count < capacity { grow(to: min(capacity, ring.count * 2)) }
        if filled == ring.count { forget(ring[next]) } else { filled += 1 }
        ring[next] = key
        dirtyChunks.insert(next / chunkDigests)
        next = (next + 1) % ring.count
        insert(key)
        return true
    }

    /// Nothing was overwritten yet: what is there stays where it is.
    private mutating func grow(to size: Int) {
        ring += [UInt64](repeating: 0, count: size - ring.count)
        next = filled
        var slotCount = 16
        while slotCount < size * 2 { slotCount *= 2 }
        slots = [UInt64](repeating: 0, count: slotCount)
        mask = slotCount - 1
        for index in 0..<filled { insert(ring[index]) }
    }

    private mutating func insert(_ key: UInt64) {
        var slot = Int(truncatingIfNeeded: key) & mask
        while slots[slot] != 0 { slot = (slot + 1) & mask }
        slots[slot] = key
    }

    /// Backward-shift deletion: no tombstones, so the table never slows down.
    private mutating func forget(_ key: UInt64) {
        var hole = Int(truncatingIfNeeded: key) & mask
        while slots[hole] != key {
            precondition(slots[hole] != 0, "redelivery window lost a digest it holds")
            hole = (hole + 1) & mask
        }
        var probe = (hole + 1) & mask
        while slots[probe] != 0 {
            let home = Int(truncatingIfNeeded: slots[probe]) & mask
            if (probe - home) & mask >= (probe - hole) & mask {
                slots[hole] = slots[probe]
                hole = probe
            }
            probe = (probe + 1) & mask
        }
        slots[hole] = 0
    }
}

extension RedeliveryWindow {
    /// Chunks that changed since the last call (all of them when asked), and the position of the ring.
    /// - Parameter reader: index of the reader whose window it is; `nil` for the one of all others.
    package mutating func takeChunks(all: Bool, of reader: Int? = nil) -> [Checkpoint.Chunk] {
        let wanted = all ? Set(0..<(ring.count / chunkDigests)) : dirtyChunks
        dirtyChunks.removeAll()
        guard !wanted.isEmpty else { return [] }
        let names = RedeliveryWindow.tables(of: reader)
        let base = (reader ?? 0) << RedeliveryWindow.readerShift
        var chunks = wanted.sorted().map { index in
            var writer = ByteWriter(capacity: chunkDigests * 8)
            let start = index * chunkDigests
            for digest in ring[start..<(start + chunkDigests)] { writer.put(digest) }
            return Checkpoint.Chunk(table: names.digests, index: base | index, bytes: writer.bytes)
        }
        var position = ByteWriter()
        position.put(UInt32(next))
        position.put(UInt32(filled))
        position.put(UInt32(capacity))
        chunks.append(Checkpoint.Chunk(table: names.position, index: reader ?? 0, bytes: position.bytes))
        return chunks
    }

    /// Takes back what ``takeChunks(all:of:)`` gave. A window of another size keeps the newest.
    /// - Parameter reader: index of the reader when it was written.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], of reader: Int? = nil
    ) throws(ByteReader.Damaged) {
        let names = RedeliveryWindow.tables(of: reader)
        guard
            let position = chunks.first(where: { $0.table == names.position && $0.index == reader ?? 0 })
        else { return }
        var head = ByteReader(position.bytes)
        let (next, filled) = (Int(try head.take(UInt32.self)), Int(try head.take(UInt32.self)))
        let size = Int(try head.take(UInt32.self))
        guard filled <= size, next < size else { return }
        var saved: [Int: UInt64] = [:]
        for chunk in chunks where chunk.table == names.digests {
            guard reader == nil || chunk.index >> RedeliveryWindow.readerShift == reader else { continue }
            let index = reader == nil ? chunk.index : chunk.index & RedeliveryWindow.chunkMask
            var reader = ByteReader(chunk.bytes)
            for offset in 0..<chunkDigests { saved[index * chunkDigests + offset] = try reader.take() }
        }
        // A window that is not full has its oldest at the start.
        let oldest = filled == size ? next : 0
        for index in 0..<filled {
            if let digest = saved[(oldest + index) % size], digest != 0 { _ = admit(digest) }
        }
        if filled == size, size == capacity, filled == self.filled { turn(to: next) }
        // Of another size all is written anew: what was written last stands in other places.
        dirtyChunks = size == capacity ? [] : Set(0..<(ring.count / chunkDigests))
    }

    /// The oldest digest moves from the start of the ring to where it was.
    private mutating func turn(to position: Int) {
        ring = Array(ring[(ring.count - position)...] + ring[..<(ring.count - position)])
        next = position
    }

    /// Memory of the tables.
    package var bytes: Int { (ring.count + slots.count) * MemoryLayout<UInt64>.size }

    /// A chunk of a reader: its index above, that of the chunk below.
    package static let readerShift = 16
    private static let chunkMask = (1 << readerShift) - 1

    package static func tables(of reader: Int?) -> (digests: String, position: String) {
        reader == nil
            ? ("redelivery", "redelivery_position") : ("reader_redelivery", "reader_redelivery_position")
    }
}
