import CLineMemory

/// Zeroed memory outside the heap, of one element type, in huge pages where the system gives them. Freed with
/// its last owner.
///
/// Where the system has no memory left this traps, as every allocation of Swift does.
final class LineMemory {
    let start: UnsafeMutableRawPointer
    private let bytes: Int

    /// - Parameter bytes: more than 0.
    init(bytes: Int) {
        guard let start = tally_map_lines(bytes) else {
            preconditionFailure("no memory for a table of \(bytes) bytes")
        }
        self.start = start
        self.bytes = bytes
    }

    deinit { tally_unmap_lines(start, bytes) }
}

/// A table of `count` elements without any of Swift's checks: who holds it answers for the bounds. Elements
/// are plain old data and start as zeros.
struct LineTable<Element: BitwiseCopyable> {
    private let memory: LineMemory
    /// Aligned to 64 bytes at least.
    let at: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int) {
        let count = max(1, count)
        memory = LineMemory(bytes: count * MemoryLayout<Element>.stride)
        at = memory.start.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    /// A table of its own with the first `used` elements of this one.
    func copy(_ used: Int, count: Int) -> LineTable {
        let other = LineTable(count: count)
        other.at.update(from: at, count: min(used, count))
        return other
    }

    var bytes: Int { count * MemoryLayout<Element>.stride }
}
