/// The host name that ends a '++' identity: encoding 1 bit, length 6 bits, then URN Code 40 or 7-bit symbols
/// of which some stand for several characters.
///
/// It is no part of the identity, so it is not kept. It is looked at because the key of an asset has no
/// check digit: a name that makes sense, and ends where the bits end, tells a GIAI++ from a number of
/// somebody's own. Which encoding the first bit means, and whether the length counts symbols or characters,
/// is not known to us: either is taken.
struct PlusHostName {
    private let length: Int
    private let start: BitFieldReader

    /// - Throws: `short` where the bits end before the name does.
    init(_ reader: BitFieldReader) throws(TagFault) {
        var reader = reader
        _ = try reader.take(1)
        length = Int(try reader.take(6))
        start = reader
    }

    /// A length that is not zero, and bits for it; enough where check digits have spoken.
    var isAnnounced: Bool { length > 0 && start.remainingBits >= 7 }

    /// Whether the name makes sense and what follows is what the data toggle announces.
    func isPlausible(hasData: Bool) throws(TagFault) -> Bool {
        guard length >= PlusHostName.charactersMin else { return false }
        if try isCode40(hasData: hasData) { return true }
        return try isSevenBit(hasData: hasData)
    }

    /// The shortest public names: a letter, a dot, a country of two.
    static let charactersMin = 4

    private func isCode40(hasData: Bool) throws(TagFault) -> Bool {
        var reader = start
        guard reader.remainingBits >= (length + 2) / 3 * 16 else { return false }
        var name = TagValues()
        guard try PlusText.code40(from: &reader, count: length, into: &name) else { return false }
        return name.allSatisfy(name.open) { $0 != 0x3A } && reader.holdsData(hasData)
    }

    private func isSevenBit(hasData: Bool) throws(TagFault) -> Bool {
        var reader = start
        var symbols = 0
        var characters = (least: 0, most: 0)
        while reader.remainingBits >= 7, symbols < length {
            let symbol = UInt8(try reader.take(7))
            guard let expanded = PlusHostName.characters(of: symbol) else { return false }
            // The second half names the row of its table.
            if symbol <= PlusHostName.tablePrefixMax { _ = try reader.take(7) }
            symbols += 1
            characters.least += expanded.lowerBound
            characters.most += expanded.upperBound
            let isEnd = symbols == length || (characters.least...characters.most).contains(length)
            if isEnd, reader.holdsData(hasData) { return true }
        }
        return false
    }

    /// 0...3 choose a table of top-level domains of 3...7 characters.
    private static let tablePrefixMax: UInt8 = 3

    /// How many characters a symbol stands for: `qr.`, `www.`, `id.`, `.com` and its like, or itself.
    private static func characters(of symbol: UInt8) -> ClosedRange<Int>? {
        switch symbol {
        case 0...tablePrefixMax: return 3...7
        case 0x1E, 0x20: return 3...3
        case 0x1F, 0x5B...0x5E, 0x60, 0x7B...0x7F: return 4...4
        case 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: return 1...1
        default: return nil
        }
    }
}
