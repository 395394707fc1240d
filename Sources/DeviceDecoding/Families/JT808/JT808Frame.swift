package import AssetModel

/// One JT/T 808 frame, checked and taken apart down to its body. Big-endian.
///
///     2011, 2013:  id WORD | attributes WORD |                phone BCD[6]  | serial WORD | [parts]
///     2019:        id WORD | attributes WORD | version BYTE | phone BCD[10] | serial WORD | [parts]
///     parts:       total WORD | number WORD
///
/// - attributes: bits 0-9 body length, 10-12 encryption (0 = none), 13 in parts, **14 set = the 2019
///   header**.
/// - phone: left-padded with 0; a terminal that packs its IMEI there has hex digits, kept as lower-case
///   letters.
/// - total, number: only with bit 13; parts are numbered from 1 and have consecutive serials.
/// - check: XOR of all bytes before it.
///
/// Source: JT/T 808-2013 table 2, -2019 table 2; the check order (escape, check code, length, encryption) is
/// ours: a length from a damaged header says nothing.
package struct JT808Frame: Equatable, Sendable {
    package let messageID: UInt16
    package let is2019: Bool
    /// Leading zeros stripped; "0" where there is nothing else.
    package let phone: String
    /// 12 or 20 digits as the frame carries them.
    package let phoneRaw: String
    package let serial: UInt16
    package let part: Part?
    package let body: [UInt8]

    package struct Part: Equatable, Sendable {
        package let total: UInt16
        /// From 1.
        package let number: UInt16
    }

    /// - Parameter escaped: the bytes between two delimiters as they are sent. Its indices are payload
    ///   offsets.
    /// - Throws: `frameEscape`, `frameLength`, `frameChecksum`, `frameEncrypted`, with payload offsets.
    package init(escaped: ArraySlice<UInt8>) throws(Rejection) {
        try self.init(plain: JT808Frame.unescaped(escaped), offset: escaped.startIndex)
    }

    /// - Parameters:
    ///   - plain: header, body and check code, without escapes.
    ///   - offset: where it stands in the payload, for refusals.
    package init(plain: [UInt8], offset: Int) throws(Rejection) {
        guard let check = plain.last else { throw Rejection(.frameLength, offset: offset) }
        guard plain.dropLast().reduce(0, ^) == check else {
            throw Rejection(.frameChecksum, offset: offset + plain.count - 1)
        }
        var fields = BigEndianFields(plain.dropLast())
        guard let header = Header(&fields) else { throw Rejection(.frameLength, offset: offset) }
        guard !header.isEncrypted else { throw Rejection(.frameEncrypted, offset: offset + 2) }
        guard fields.count == header.bodyLength else { throw Rejection(.frameLength, offset: offset + 2) }
        messageID = header.messageID
        is2019 = header.is2019
        phoneRaw = header.phone
        phone = JT808Frame.withoutLeadingZeros(header.phone)
        serial = header.serial
        part = header.part
        body = Array(fields.rest)
    }

    static func isFrame(_ escaped: ArraySlice<UInt8>) -> Bool {
        do throws(Rejection) {
            _ = try JT808Frame(escaped: escaped)
            return true
        } catch {
            return false
        }
    }

    private struct Header {
        let messageID: UInt16
        let attributes: UInt16
        let phone: String
        let serial: UInt16
        let part: Part?

        var is2019: Bool { attributes & 1 << 14 != 0 }
        var isEncrypted: Bool { attributes & 0b111 << 10 != 0 }
        var bodyLength: Int { Int(attributes & 0x3FF) }

        /// `nil` where the bytes end inside it.
        init?(_ fields: inout BigEndianFields) {
            guard let messageID = fields.word(), let attributes = fields.word() else { return nil }
            let is2019 = attributes & 1 << 14 != 0
            // The version byte is 1 and counts revisions; the header's form does not change with it.
            if is2019, fields.byte() == nil { return nil }
            guard let phone = fields.take(is2019 ? 10 : 6), let serial = fields.word() else { return nil }
            var part: Part?
            if attributes & 1 << 13 != 0 {
                guard let total = fields.word(), let number = fields.word() else { return nil }
                part = Part(total: total, number: number)
            }
            self.messageID = messageID
            self.attributes = attributes
            self.phone = JT808Frame.digits(phone)
            self.serial = serial
            self.part = part
        }
    }

    private static func unescaped(_ escaped: ArraySlice<UInt8>) throws(Rejection) -> [UInt8] {
        guard let firstEscape = escaped.firstIndex(of: 0x7D) else { return Array(escaped) }
        var plain = Array(escaped[..<firstEscape])
        plain.reserveCapacity(escaped.count)
        var at = firstEscape
        while at < escaped.endIndex {
            let byte = escaped[at]
            if byte != 0x7D {
                plain.append(byte)
                at += 1
                continue
            }
            guard at + 1 < escaped.endIndex, escaped[at + 1] == 1 || escaped[at + 1] == 2 else {
                throw Rejection(.frameEscape, offset: at)
            }
            plain.append(escaped[at + 1] == 1 ? 0x7D : 0x7E)
            at += 2
        }
        return plain
    }

    private static func digits(_ packed: ArraySlice<UInt8>) -> String {
        var text: [UInt8] = []
        text.reserveCapacity(packed.count * 2)
        for byte in packed {
            text.append(ASCIIHex.lower(byte >> 4))
            text.append(ASCIIHex.lower(byte & 0xF))
        }
        return String(decoding: text, as: UTF8.self)
    }

    static func withoutLeadingZeros(_ digits: String) -> String {
        let significant = digits.utf8.drop { $0 == 0x30 }
        return significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
    }
}
