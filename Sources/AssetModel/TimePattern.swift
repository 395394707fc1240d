/// The form of a local date and time, as a `[[mapping]]` writes it: `"YYYY/MM/DD HH:MM:SS"`.
///
/// `YYYY` year, `MM` month, `DD` day, `HH` hour (24), `SS` second, in either case, each as wide as written;
/// the `MM` next after `HH` is the minute. All else stands for itself. A fraction of a second may follow `SS`
/// in the text, `.` or `,` and digits. Year, month, day and hour must be there.
package struct TimePattern: Hashable, Sendable {
    package private(set) var items: [Item] = []

    package enum Item: Hashable, Sendable {
        case year, month, day, hour, minute, second
        /// One byte of UTF-8 that stands for itself.
        case literal(UInt8)
    }

    package enum Fault: Error, Equatable, Sendable {
        /// A run of letters that is no field, by its first character's position, from 1.
        case unknownField(position: Int)
        case repeatedField(position: Int)
        /// Year, month, day or hour is missing.
        case incomplete
    }

    package init(_ text: String) throws(Fault) {
        let bytes = Array(text.utf8)
        var at = 0
        while at < bytes.count {
            let letter = bytes[at] & 0xDF
            guard TimePattern.letters.contains(letter), bytes[at] & 0x40 != 0 else {
                items.append(.literal(bytes[at]))
                at += 1
                continue
            }
            var end = at
            while end < bytes.count, bytes[end] & 0xDF == letter { end += 1 }
            guard let item = field(letter, width: end - at) else {
                throw .unknownField(position: at + 1)
            }
            if items.contains(item) { throw .repeatedField(position: at + 1) }
            items.append(item)
            at = end
        }
        let needed: [Item] = [.year, .month, .day, .hour]
        guard needed.allSatisfy(items.contains) else { throw .incomplete }
    }

    /// Y M D H S.
    private static let letters = Array("YMDHS".utf8)

    private func field(_ letter: UInt8, width: Int) -> Item? {
        if letter == 0x59 { return width == 4 ? .year : nil }
        guard width == 2 else { return nil }
        switch letter {
        case 0x44: return .day
        case 0x48: return .hour
        case 0x53: return .second
        default: return items.contains(.hour) && !items.contains(.minute) ? .minute : .month
        }
    }
}
