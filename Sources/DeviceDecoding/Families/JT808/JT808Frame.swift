package import AssetModel

/// The head of a JT/T 808 frame, and where its body stands. Big-endian.
///
///     2011, 2013:  id WORD | attributes WORD |                phone BCD[6]  | serial WORD | [parts]
///     2019:        id WORD | attributes WORD | version BYTE | phone BCD[10] | serial WORD | [parts]
///     parts:       total WORD | number WORD
///
/// - attributes: bits 0-9 body length, 10-12 encryption (0 = none), 13 in parts, **14 set = the 2019
///   header**.
/// - phone: left-padded with 0 (``JT808Phone``).
/// - total, number: only with bit 13; parts are numbered from 1 and have consecutive serials.
/// - check: XOR of all bytes before it.
///
/// Source: JT/T 808-2013 table 2, -2019 table 2; the check order (escape, check code, length, encryption) is
/// ours: a length from a damaged header says nothing.
struct JT808Header {
    let messageID: UInt16
    let attributes: UInt16
    let phone: JT808Phone
    let serial: UInt16
    let part: JT808Frame.Part?
    /// Offset of the body in the frame without escapes.
    let bodyStart: Int

    var is2019: Bool { attributes & JT808Header.versionFlag != 0 }
    var isEncrypted: Bool { attributes & 0b111 << 10 != 0 }
    private var bodyLength: Int { Int(attributes & 0x3FF) }

    private static let versionFlag: UInt16 = 1 << 14
    private static let partsFlag: UInt16 = 1 << 13
    /// Without parts, and without the check code.
    private static let bytesOf2013 = 12
    private static let bytesOf2019 = 17

    /// - Parameters:
    ///   - plain: header, body and check code, without escapes.
    ///   - check: XOR of all of `plain`.
    ///   - offset: where it stands in the payload, for refusals.
    /// - Throws: `frameLength`, `frameChecksum`, `frameEncrypted`, with payload offsets.
    @inline(__always)
    init(_ plain: UnsafeRawBufferPointer, check: UInt8, offset: Int) throws(Rejection) {
        let header = try JT808Header(sealed: plain, check: check, offset: offset)
        guard !header.isEncrypted else { throw Rejection(.frameEncrypted, offset: offset + 2) }
        guard plain.count - 1 - header.bodyStart == header.bodyLength else {
            throw Rejection(.frameLength, offset: offset + 2)
        }
        self = header
    }

    /// The head of a frame whose check code fits, its body encrypted or not: only the body is.
    @inline(__always)
    init(sealed plain: UnsafeRawBufferPointer, check: UInt8, offset: Int) throws(Rejection) {
        guard plain.count > 0 else { throw Rejection(.frameLength, offset: offset) }
        guard check == 0 else { throw Rejection(.frameChecksum, offset: offset + plain.count - 1) }
        guard let header = JT808Header(plain, end: plain.count - 1) else {
            throw Rejection(.frameLength, offset: offset)
        }
        self = header
    }

    /// `nil` where the bytes end inside it.
    @inline(__always)
    private init?(_ plain: UnsafeRawBufferPointer, end: Int) {
        guard end >= JT808Header.bytesOf2013 else { return nil }
        messageID = plain.big(0)
        attributes = plain.big(2)
        let is2019 = attributes & JT808Header.versionFlag != 0
        let bytes = is2019 ? JT808Header.bytesOf2019 : JT808Header.bytesOf2013
        guard end >= bytes else { return nil }
        // The version byte is 1 and counts revisions; the header's form does not change with it.
        phone = JT808Phone(plain.part((is2019 ? 5 : 4)..<(bytes - 2)), is2019: is2019)
        serial = plain.big(bytes - 2)
        guard attributes & JT808Header.partsFlag != 0 else {
            part = nil
            bodyStart = bytes
            return
        }
        guard end >= bytes + 4 else { return nil }
        part = JT808Frame.Part(total: plain.big(bytes), number: plain.big(bytes + 2))
        bodyStart = bytes + 4
    }

    /// The body in the frame that this head was read from.
    func body(in plain: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        plain.part(bodyStart..<(plain.count - 1))
    }
}

/// One JT/T 808 frame as a value of its own, for those who look at single frames; see ``JT808Header`` for the
/// layout. The daemon's path reads frames where they are and makes none of these.
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
        try self.init(plain: try JT808Frame.unescaped(escaped), offset: escaped.startIndex)
    }

    private static func unescaped(_ escaped: ArraySlice<UInt8>) throws(Rejection) -> [UInt8] {
        let start = escaped.startIndex
        var plain = Array(escaped)
        let undone: Result<Int, Rejection> = escaped.withUnsafeBytes { escaped in
            plain.withUnsafeMutableBytes { plain in
                do throws(Rejection) {
                    return .success(try JT808Escapes.undo(escaped, offset: start, into: plain))
                } catch {
                    return .failure(error)
                }
            }
        }
        plain.removeLast(plain.count - (try undone.get()))
        return plain
    }

    /// - Parameters:
    ///   - plain: header, body and check code, without escapes.
    ///   - offset: where it stands in the payload, for refusals.
    package init(plain: [UInt8], offset: Int) throws(Rejection) {
        let check = plain.reduce(0, ^)
        let header: Result<JT808Header, Rejection> = plain.withUnsafeBytes { bytes in
            do throws(Rejection) {
                return .success(try JT808Header(bytes, check: check, offset: offset))
            } catch {
                return .failure(error)
            }
        }
        self.init(try header.get(), plain)
    }

    private init(_ header: JT808Header, _ plain: [UInt8]) {
        messageID = header.messageID
        is2019 = header.is2019
        phoneRaw = header.phone.raw
        phone = header.phone.text
        serial = header.serial
        part = header.part
        body = plain.isEmpty ? [] : Array(plain[header.bodyStart..<(plain.count - 1)])
    }

    /// Whose message an encrypted frame is: all but its body, which is empty here. `nil` where this is no
    /// such frame.
    package static func sealed(_ escaped: ArraySlice<UInt8>) -> JT808Frame? {
        do throws(Rejection) {
            let plain = try unescaped(escaped)
            let header: Result<JT808Header, Rejection> = plain.withUnsafeBytes { bytes in
                do throws(Rejection) {
                    let check = plain.reduce(0, ^)
                    return .success(try JT808Header(sealed: bytes, check: check, offset: 0))
                } catch {
                    return .failure(error)
                }
            }
            let head = try header.get()
            return head.isEncrypted ? JT808Frame(head, []) : nil
        } catch {
            return nil
        }
    }

    static func withoutLeadingZeros(_ digits: String) -> String {
        let significant = digits.utf8.drop { $0 == 0x30 }
        return significant.isEmpty ? "0" : String(decoding: significant, as: UTF8.self)
    }
}
