/// The encodings in which registers come.
package enum BookEncoding: String, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    case gb18030 = "GB18030"
}

/// Converts GB18030 to UTF-8. The tables for it belong to the system, so the conversion is handed in from
/// above; what the systems disagree about is settled here, in ``MovedCodes``.
///
/// - Parameters: the bytes, where to begin, and the text to which the UTF-8 is appended.
/// - Returns: where it stopped: at the end of the bytes, or at the first byte of a code that it lacks.
package typealias GB18030Converter =
    @Sendable (_ bytes: [UInt8], _ start: Int, _ text: inout [UInt8]) -> Int

/// A file turned into UTF-8.
///
/// Order of detection: a byte order mark (UTF-8, UTF-16LE, UTF-16BE), then strict UTF-8, then GB18030. A file
/// that is none of them is refused at the byte where the last attempt failed; nothing is ever replaced by �.
package struct BookText: Sendable, Equatable {
    /// UTF-8, its byte order mark still in front where the file had one. Code points of the private use area
    /// that GB 18030-2022 has given a place of their own stand at that place, whatever the encoding of the
    /// file.
    package let utf8: [UInt8]
    package let encoding: BookEncoding

    /// Bytes that are no text.
    package struct Fault: Error, Equatable {
        package let code: BookProblem.Code
        /// Of the first byte that cannot be read, 0-based, in the file as it came.
        package let offset: Int
        /// 1-based.
        package let line: Int
        /// What was tried.
        package let tried: String
    }

    package init(_ bytes: [UInt8], gb18030: GB18030Converter?) throws(Fault) {
        if bytes.starts(with: [0xFF, 0xFE]) {
            encoding = .utf16LittleEndian
            utf8 = MovedCodes.folded(try UTF16Text.utf8(bytes, isBigEndian: false))
        } else if bytes.starts(with: [0xFE, 0xFF]) {
            encoding = .utf16BigEndian
            utf8 = MovedCodes.folded(try UTF16Text.utf8(bytes, isBigEndian: true))
        } else if let offset = CSVReader.firstInvalidByte(in: bytes) {
            let isMarked = bytes.starts(with: CSVReader.byteOrderMark)
            if isMarked || BookText.isMostlyUTF8(bytes) {
                throw Fault(.notUTF8, at: offset, in: bytes, tried: BookEncoding.utf8.rawValue)
            }
            encoding = .gb18030
            utf8 = MovedCodes.folded(
                try BookText.converted(bytes, by: gb18030, firstForeign: offset))
        } else {
            encoding = .utf8
            utf8 = MovedCodes.folded(bytes)
        }
    }

    private static func converted(
        _ bytes: [UInt8], by convert: GB18030Converter?, firstForeign: Int
    ) throws(Fault) -> [UInt8] {
        guard let convert else {
            throw Fault(.encoding, at: firstForeign, in: bytes, tried: BookEncoding.utf8.rawValue)
        }
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count + bytes.count / 2)
        var at = 0
        while at < bytes.count {
            at = convert(bytes, at, &text)
            guard at < bytes.count else { break }
            guard let scalar = MovedCodes.scalar(ofFourBytesAt: at, in: bytes) else {
                throw Fault(.encoding, at: at, in: bytes, tried: "UTF-8, GB18030")
            }
            text.append(contentsOf: UTF8Bytes.of(scalar))
            at += 4
        }
        return text
    }

    /// A UTF-8 file with damage must not be read as GB18030, which takes nearly any pair of bytes: names
    /// would turn into other names. Hanzi in GB18030 hardly ever form a sequence of three bytes that UTF-8
    /// allows, so a file with more such sequences than stray bytes is UTF-8.
    private static func isMostlyUTF8(_ bytes: [UInt8]) -> Bool {
        var at = 0
        var sequences = 0
        var strays = 0
        while at < bytes.count {
            let size = sequenceSize(at: at, in: bytes)
            if size == 0 { strays += 1 } else if size >= 3 { sequences += 1 }
            at += max(size, 1)
        }
        return sequences > strays
    }

    /// Bytes of the sequence whose form is right, 0 where it is not. Overlong forms and surrogates are let
    /// pass: this is a measure, not a check.
    private static func sequenceSize(at start: Int, in bytes: [UInt8]) -> Int {
        let size: Int
        switch bytes[start] {
        case 0x00...0x7F: return 1
        case 0xC2...0xDF: size = 2
        case 0xE0...0xEF: size = 3
        case 0xF0...0xF4: size = 4
        default: return 0
        }
        guard start + size <= bytes.count else { return 0 }
        return bytes[(start + 1)..<(start + size)].allSatisfy { $0 & 0xC0 == 0x80 } ? size : 0
    }
}

extension BookText.Fault {
    init(_ code: BookProblem.Code, at offset: Int, in bytes: [UInt8], tried: String) {
        self.code = code
        self.offset = offset
        self.tried = tried
        let before = bytes[..<offset]
        let lineFeeds = before.count { $0 == 0x0A }
        line = 1 + (lineFeeds > 0 ? lineFeeds : before.count { $0 == 0x0D })
    }
}

/// UTF-16 with a byte order mark, as spreadsheets save "Unicode text".
enum UTF16Text {
    /// - Parameter bytes: the file, its byte order mark included.
    static func utf8(_ bytes: [UInt8], isBigEndian: Bool) throws(BookText.Fault) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 3 / 2)
        var at = 2
        while at < bytes.count {
            guard let first = unit(at, in: bytes, isBigEndian: isBigEndian) else {
                throw fault(at: at, in: bytes, isBigEndian: isBigEndian)
            }
            var value = UInt32(first)
            var size = 2
            if (0xD800...0xDBFF).contains(first) {
                guard let second = unit(at + 2, in: bytes, isBigEndian: isBigEndian),
                    (0xDC00...0xDFFF).contains(second)
                else { throw fault(at: at, in: bytes, isBigEndian: isBigEndian) }
                value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
                size = 4
            }
            // A low surrogate without its high one is no scalar.
            guard let scalar = Unicode.Scalar(value) else {
                throw fault(at: at, in: bytes, isBigEndian: isBigEndian)
            }
            if value < 0x80 {
                text.append(UInt8(value))
            } else {
                text.append(contentsOf: UTF8Bytes.of(scalar))
            }
            at += size
        }
        return text
    }

    /// `nil` where the file ends inside it.
    private static func unit(_ at: Int, in bytes: [UInt8], isBigEndian: Bool) -> UInt16? {
        guard at + 1 < bytes.count else { return nil }
        let (high, low) = isBigEndian ? (bytes[at], bytes[at + 1]) : (bytes[at + 1], bytes[at])
        return UInt16(high) << 8 | UInt16(low)
    }

    private static func fault(at offset: Int, in bytes: [UInt8], isBigEndian: Bool) -> BookText.Fault {
        var line = 1
        for place in stride(from: 2, to: offset, by: 2)
        where unit(place, in: bytes, isBigEndian: isBigEndian) == 0x0A { line += 1 }
        let encoding: BookEncoding = isBigEndian ? .utf16BigEndian : .utf16LittleEndian
        return BookText.Fault(code: .notUTF16, offset: offset, line: line, tried: encoding.rawValue)
    }
}

enum UTF8Bytes {
    static func of(_ scalar: Unicode.Scalar) -> [UInt8] { Array(String(scalar).utf8) }
}
