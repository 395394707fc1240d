/// Which chunks of a checkpoint changed since the last one: a bit for each, because one is set with every
/// read.
package struct ChangedChunks: Sendable {
    private var words: [UInt64] = []

    package init() {}

    @inline(__always)
    package mutating func insert(_ chunk: Int) {
        let word = chunk >> 6
        while words.count <= word { words.append(0) }
        words[word] |= 1 << UInt64(chunk & 63)
    }

    package mutating func removeAll() {
        for word in words.indices { words[word] = 0 }
    }

    package func sorted() -> [Int] {
        words.indices.flatMap { word in
            (0..<64).filter { words[word] >> UInt64($0) & 1 == 1 }.map { word * 64 + $0 }
        }
    }
}
