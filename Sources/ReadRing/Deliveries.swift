package import AssetModel

/// Messages that came before: a sliding window for each reader, so that no reader pushes out the memory of
/// another, and one for terminals, sweeps and readers that are gone.
///
/// Memory: 24 to 40 bytes a remembered message, taken as it fills. With 6 readers at the default of 8,192
/// messages 1.4 MB at most; with 100 readers each remembers 5,632, and all of them take 17.8 MB at most.
package struct Deliveries: Sendable {
    private var readers: [RedeliveryWindow]
    private var others: RedeliveryWindow

    /// Messages remembered of all readers: beyond 63 readers of 8,192 each has its share.
    package static let messagesMax = 524_288
    /// A reader has room for what the broker may have in flight by default (`receive_maximum`, 2,000),
    /// however many readers there are.
    package static let shareMin = 2_048

    /// - Parameter count: readers of the layout.
    package init(readers count: Int, limits: PathLimits) {
        let share = max(Deliveries.shareMin, Deliveries.messagesMax / (count + 1))
        readers = (0..<count).map { _ in
            RedeliveryWindow(
                capacity: min(limits.redeliveryWindowMessages, share),
                chunkDigests: RedeliveryWindow.chunkDigestsOfReader)
        }
        others = RedeliveryWindow(capacity: limits.redeliveryWindowMessages)
    }

    /// - Parameter reader: index of the reader that sent it; `nil` for all others.
    /// - Returns: `true` where the message is new and is now remembered, `false` where it was here before.
    package mutating func admit(_ digest: UInt64, from reader: Int?) -> Bool {
        guard let reader, readers.indices.contains(reader) else { return others.admit(digest) }
        // From before there was a window for each reader, or before the reader got its present name.
        if others.contains(digest) { return false }
        return readers[reader].admit(digest)
    }

    /// Memory of the tables.
    package var bytes: Int { readers.reduce(others.bytes) { $0 + $1.bytes } }

    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        var chunks = others.takeChunks(all: all)
        for index in readers.indices { chunks += readers[index].takeChunks(all: all, of: index) }
        return chunks
    }

    /// Takes back what ``takeChunks(all:)`` gave. What readers sent that the layout no longer has goes to the
    /// window of all others: a reader that was only renamed sends with the same topic and bytes.
    package mutating func restore(
        _ chunks: [Checkpoint.Chunk], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        try others.restore(chunks)
        let table = RedeliveryWindow.tables(of: 0)
        for old in chunks.filter({ $0.table == table.position }).map(\.index).sorted() {
            let own = chunks.filter {
                $0.table == table.position
                    || ($0.table == table.digests && $0.index >> RedeliveryWindow.readerShift == old)
            }
            if let new = mapping.reader(old) {
                try readers[new].restore(own, of: old)
                continue
            }
            var departed = RedeliveryWindow(
                capacity: Deliveries.shareMin, chunkDigests: RedeliveryWindow.chunkDigestsOfReader)
            try departed.restore(own, of: old)
            for digest in departed.digests { _ = others.admit(digest) }
        }
    }
}
