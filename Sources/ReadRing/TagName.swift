import AssetModel

/// An EPC in plain words, as the tables compare it, and its keyed hash.
struct TagName: BitwiseCopyable {
    var first: UInt64
    var second: UInt64
    /// Bits 128 and up: 0 of a shorter EPC.
    var third: UInt64
    var fourth: UInt64
    var hash: UInt64
    /// Words of 16 bits, 1...16.
    var length: UInt8

    /// The longest EPC that stands in a line whole, in words of 16 bits.
    static let wordsInside: UInt8 = 8
    static let bitsInside: UInt64 = 128

    @inline(__always)
    init(_ tag: EPC, hash: UInt64) {
        let words = tag.words
        (first, second, third, fourth) = (words.first, words.second, words.third, words.fourth)
        self.hash = hash
        length = UInt8(truncatingIfNeeded: tag.bitCount >> 4)
    }

    init(words: EPC.Words, length: UInt8) {
        (first, second, third, fourth) = (words.first, words.second, words.third, words.fourth)
        hash = 0
        self.length = length
    }

    @inline(__always)
    var isLong: Bool { length > TagName.wordsInside }

    var words: EPC.Words {
        var words = EPC.Words()
        (words.first, words.second, words.third, words.fourth) = (first, second, third, fourth)
        return words
    }

    var tag: EPC { EPC(bitCount: UInt16(length) * 16, words: words) }
}

extension TagLine {
    /// Whether this is the line of a tag. All its bits are compared.
    @inline(__always)
    func carries(_ name: TagName, _ longTags: LongTags) -> Bool {
        let first = self.first ^ name.first
        let length = UInt64(self.length ^ name.length)
        if !name.isLong { return first | (second ^ name.second) | length == 0 }
        return first | length == 0 && longTags.isSame(second, name)
    }

    /// The tag of a line, without its hash.
    func name(_ longTags: LongTags) -> TagName {
        var words = EPC.Words()
        if length > TagName.wordsInside {
            words = longTags.words(second)
        } else {
            (words.first, words.second) = (first, second)
        }
        return TagName(words: words, length: length)
    }
}
