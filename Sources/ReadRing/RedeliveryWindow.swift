package import AssetModel

/// The last messages, by digest of their bytes: tells a redelivery after a crash or reconnect from a new
/// message.
///
/// A sliding window of fixed size over all sources, exact within it up to the width of the digest (64 bits,
/// keyed: whoever writes tags or messages cannot aim at a collision; by chance 8,192 remembered messages
/// collide with a new one once in 2^51). Only messages that carry device time are asked about: "connected"
/// twice is two events.
package struct RedeliveryWindow: Sendable {
    /// Newest `capacity` digests, oldest overwritten first.
    private var ring: [UInt64]
    private var next = 0
    private var filled = 0
    /// Open addressing, linear probing, load at most one half; 0 is free.
    private var slots: [UInt64]
    private let mask: Int

    /// Digests in one checkpoint chunk: 4 KiB.
    private static let chunkDigests = 512
    private var dirtyChunks: Set<Int> = []

    package init(capacity: Int) {
        precondition(capacity > 0, "redelivery window of \(capacity) messages")
        let rounded = (capacity + RedeliveryWindow.chunkDigests - 1) / RedeliveryWindow.chunkDigests
        ring = [UInt64](repeating: 0, count: rounded * RedeliveryWindow.chunkDigests)
        var size = 16
        while size < ring.count * 2 { size *= 2 }
        slots = [UInt64](repeating: 0, count: size)
        mask = size - 1
    }

    /// - Returns: `true` where the message is new and is now remembered, `false` where it was here before.
    package mutating func admit(_ digest: UInt64) -> Bool {
        let key = digest == 0 ? 1 : digest
        var slot = Int(truncatingIfNeeded: key) & mask
        while slots[slot] != 0 {
            if slots[slot] == key { return false }
            slot = (slot + 1) & mask
        }
        if filled == ring.count { forget(ring[next]) } else { filled += 1 }
        ring[next] = key
        dirtyChunks.insert(next / RedeliveryWindow.chunkDigests)
        next = (next + 1) % ring.count
        insert(key)
        return true
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
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        let wanted = all ? Set(0..<(ring.count / RedeliveryWindow.chunkDigests)) : dirtyChunks
        dirtyChunks.removeAll()
        guard !wanted.isEmpty else { return [] }
        var chunks = wanted.sorted().map { index in
            var writer = ByteWriter(capacity: RedeliveryWindow.chunkDigests * 8)
            let start = index * RedeliveryWindow.chunkDigests
            for digest in ring[start..<(start + RedeliveryWindow.chunkDigests)] { writer.put(digest) }
            return Checkpoint.Chunk(table: "redelivery", index: index, bytes: writer.bytes)
        }
        var position = ByteWriter()
        position.put(UInt32(next))
        position.put(UInt32(filled))
        position.put(UInt32(ring.count))
        chunks.append(Checkpoint.Chunk(table: "redelivery_position", index: 0, bytes: position.bytes))
        return chunks
    }

    /// Takes back what ``takeChunks(all:)`` gave. A window of another size starts empty.
    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let position = chunks.first(where: { $0.table == "redelivery_position" }) else { return }
        var reader = ByteReader(position.bytes)
        let (next, filled) = (Int(try reader.take(UInt32.self)), Int(try reader.take(UInt32.self)))
        guard Int(try reader.take(UInt32.self)) == ring.count, next < ring.count, filled <= ring.count else {
            return
        }
        for chunk in chunks where chunk.table == "redelivery" {
            var reader = ByteReader(chunk.bytes)
            let start = chunk.index * RedeliveryWindow.chunkDigests
            guard start + RedeliveryWindow.chunkDigests <= ring.count else { continue }
            for index in start..<(start + RedeliveryWindow.chunkDigests) { ring[index] = try reader.take() }
        }
        self.next = next
        self.filled = filled
        for index in 0..<filled { insert(ring[(next + ring.count - 1 - index) % ring.count]) }
    }
}
