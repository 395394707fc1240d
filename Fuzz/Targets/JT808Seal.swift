/// Makes JT/T 808 frames right that the fuzzer has changed: almost every change breaks the check code, and
/// nothing behind it would be reached.
enum JT808Seal {
    static let delimiter: UInt8 = 0x7E
    private static let mark: UInt8 = 0x7D
    /// Ten bits of the attributes.
    private static let bodyBytesMax = 1_023

    /// The same stretches between the same delimiters, each with the body length that it has and the check
    /// code that fits, escaped. A stretch that is shorter than a header stays.
    static func sealed(_ payload: [UInt8]) -> [UInt8] {
        var sealed: [UInt8] = []
        var rest = payload[...]
        while let first = rest.first {
            guard first != delimiter else {
                sealed.append(first)
                rest = rest.dropFirst()
                continue
            }
            let frame = rest.prefix { $0 != delimiter }
            rest = rest.dropFirst(frame.count)
            sealed += escaped(repaired(plain(frame)))
        }
        return sealed
    }

    private static func repaired(_ frame: [UInt8]) -> [UInt8] {
        guard frame.count > 4 else { return frame }
        // Bit 14: the header of 2019; bit 13: in parts.
        let header = (frame[2] & 0x40 != 0 ? 17 : 12) + (frame[2] & 0x20 != 0 ? 4 : 0)
        let body = frame.count - header - 1
        guard (0...bodyBytesMax).contains(body) else { return frame }
        var frame = frame
        frame[2] = frame[2] & 0xFC | UInt8(body >> 8)
        frame[3] = UInt8(body & 0xFF)
        frame[frame.count - 1] = frame.dropLast().reduce(0, ^)
        return frame
    }

    /// An escape that is none stands for itself.
    private static func plain(_ escaped: ArraySlice<UInt8>) -> [UInt8] {
        var plain: [UInt8] = []
        var rest = escaped
        while let byte = rest.popFirst() {
            guard byte == mark, let next = rest.first, next == 1 || next == 2 else {
                plain.append(byte)
                continue
            }
            rest = rest.dropFirst()
            plain.append(next == 2 ? delimiter : mark)
        }
        return plain
    }

    private static func escaped(_ plain: [UInt8]) -> [UInt8] {
        plain.flatMap { byte -> [UInt8] in
            switch byte {
            case delimiter: [mark, 2]
            case mark: [mark, 1]
            default: [byte]
            }
        }
    }
}
