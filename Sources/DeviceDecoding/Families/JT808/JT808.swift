package import AssetModel

/// JT/T 808 frames, 2011, 2013 and 2019, as a platform passes them on over MQTT.
///
/// The payload is the frame in binary, as hex text or as base64, told apart by content (``JT808Payload``);
/// several frames may stand one after the other:
///
///     7e | header | body | check | 7e        escaped: 7e as 7d 02, 7d as 7d 01        (``JT808Header``)
///
/// - 0x0200 and 0x0201 are one position, 0x0704 a batch of them, and a picture (0x0801) begins with the place
///   where it was taken (``JT808Location``); 0x0002, 0x0003, 0x0100,
///   0x0102, 0x0107 and 0x0702 are events of the terminal (``JT808Events``). A message in parts is put
///   together again (``JT808Fragments``). Every other message is ignored by its kind, and still says that its
///   terminal is there.
/// - A frame that cannot be taken does not sink its neighbours: where one frame of a payload is good, the bad
///   ones are refused as records; where none is, the message is refused with the reason of the first.
/// - Frames written without escaping occur in test files. They are read only where no doubt is left: the
///   payload is refused as sent, and taken whole, from its first to its last delimiter, both body length and
///   check code fit.
/// - Bytes in front of the first delimiter (the end of a frame that was cut) are refused as a record where a
///   good frame follows, else as the message.
/// - The events of a message are those of its first terminal: an event of another one in the same payload
///   would be laid at the wrong door and is refused. Positions name their terminal themselves.
///
/// Source: JT/T 808-2011, -2013, -2019. Vectors: `Tests/DeviceDecodingTests/Fixtures/jt808-frames.ndjson`.
package struct JT808: MessageFamily {
    package static let format = MessageFormat.jt808
    /// The kind of a message that is one part of several, the rest still to come.
    package static let pendingKind: StaticString = "jt808_fragment"
    /// The kind of a part that came twice.
    package static let repeatedKind: StaticString = "jt808_fragment_repeated"

    private var fragments = JT808Fragments()
    /// Where a frame stands while it is read without its escapes; empty until one needs it. Kept from frame
    /// to frame for its memory.
    private var plain: [UInt8] = []

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        do throws(Rejection) {
            let bytes = try JT808Payload.frameBytes(of: message.payload)
            return try frames(in: bytes, framesMax: 1).frames.isEmpty ? .none : .certain
        } catch {
            return .none
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        if message.payload.first == JT808Payload.delimiter {
            return decode(message.payload, receivedAt, into: &decoded)
        }
        do throws(Rejection) {
            decode(try JT808Payload.frameBytes(of: message.payload), receivedAt, into: &decoded)
        } catch {
            decoded.refuse(error)
        }
    }

    private mutating func decode(
        _ frames: [UInt8], _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        let refusal = frames.withUnsafeBytes { decodeFrames($0, receivedAt, into: &decoded) }
        if let refusal { decoded.refuse(refusal) }
    }

    package mutating func takeStateChanged() -> Bool {
        fragments.takeChanged()
    }

    package func encodeState() -> [UInt8] {
        fragments.encode()
    }

    package mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        fragments = try JT808Fragments(encoded: bytes)
    }

    /// The first frame of a payload whose body is encrypted, without that body: whose message was refused.
    package static func sealedFrame(in bytes: [UInt8]) -> JT808Frame? {
        for segment in bytes.split(separator: JT808Payload.delimiter, maxSplits: sealedPlacesMax) {
            if let frame = JT808Frame.sealed(segment) { return frame }
        }
        return nil
    }

    /// More frames than that are not looked at for their heads alone.
    private static let sealedPlacesMax = 64

    /// The frames of one payload that can be taken, at least one, and why the others cannot.
    /// - Throws: the reason of the first where none can be taken.
    package static func frames(
        in bytes: [UInt8], framesMax: Int = .max
    ) throws(Rejection) -> (frames: [JT808Frame], refused: [Rejection]) {
        var frames: [JT808Frame] = []
        var refused: [Rejection] = []
        for segment in bytes.split(separator: JT808Payload.delimiter) where frames.count < framesMax {
            do throws(Rejection) {
                guard segment.startIndex > 0 else { throw Rejection(.frameDelimiter, offset: 0) }
                // What the last delimiter does not close was cut off.
                guard segment.endIndex < bytes.count else {
                    throw Rejection(.frameDelimiter, offset: bytes.count)
                }
                frames.append(try JT808Frame(escaped: segment))
            } catch {
                refused.append(error)
                if refused.count > RecordLimit.refusedRecordsMax { break }
            }
        }
        if !frames.isEmpty { return (frames, refused) }
        let isFramed = bytes.first == JT808Payload.delimiter && bytes.last == JT808Payload.delimiter
        let last = isFramed ? bytes.count - 1 : 0
        do throws(Rejection) {
            guard last > 1 else { throw Rejection(.frameDelimiter, offset: 0) }
            return ([try JT808Frame(plain: Array(bytes[1..<last]), offset: 1)], [])
        } catch {
            throw refused.first ?? Rejection(.frameDelimiter, offset: 0)
        }
    }
}

/// From the bytes of one payload to fixes and events, frame by frame.
extension JT808 {
    /// Header with parts, the longest body, check code; each byte escaped.
    private static let escapedFrameBytesMax = 2 * (21 + JT808Fragments.bodyBytesMax + 1)

    private enum Outcome {
        /// `goesOn` is false once too many records of this message were refused.
        case taken(goesOn: Bool)
        case refused(Rejection)
    }

    /// Returns why the message is refused, if no frame could be taken.
    private mutating func decodeFrames(
        _ bytes: UnsafeRawBufferPointer, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) -> Rejection? {
        var refusal: Rejection?
        var hasFrame = false
        var goesOn = true
        var at = 0
        while at < bytes.count, goesOn {
            if bytes[at] == JT808Payload.delimiter {
                at += 1
                continue
            }
            let stretch = JT808Stretch(in: bytes, from: at)
            switch take(stretch, in: bytes, from: at, receivedAt, into: &decoded) {
            case .taken(let more):
                hasFrame = true
                goesOn = more
            case .refused(let rejection):
                refusal = refusal ?? rejection
                goesOn = decoded.refuseRecord(rejection)
            }
            at = stretch.end
        }
        if !hasFrame {
            decoded.reset()
            guard takeUnescaped(bytes, receivedAt, into: &decoded) else {
                return refusal ?? Rejection(.frameDelimiter, offset: 0)
            }
        }
        if decoded.recordCount > 0 {
            decoded.ignored = nil
        } else if decoded.ignored == nil {
            decoded.ignored = "jt808_empty_batch"
        }
        return nil
    }

    @inline(__always)
    private mutating func take(
        _ stretch: JT808Stretch, in bytes: UnsafeRawBufferPointer, from start: Int, _ receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) -> Outcome {
        // Bytes in front of the first delimiter are the rest of something else.
        guard start > 0 else { return .refused(Rejection(.frameDelimiter, offset: 0)) }
        // What the last delimiter does not close was cut off.
        guard stretch.end < bytes.count else {
            return .refused(Rejection(.frameDelimiter, offset: bytes.count))
        }
        let escaped = bytes.part(start..<stretch.end)
        guard stretch.hasEscape else {
            return takePlain(escaped, check: stretch.check, offset: start, receivedAt, into: &decoded)
        }
        guard escaped.count <= JT808.escapedFrameBytesMax else {
            return .refused(Rejection(.frameLength, offset: start))
        }
        // Taken out while it is read, so that what is read from it may change the rest of this value.
        var plain: [UInt8] = []
        swap(&plain, &self.plain)
        defer { swap(&plain, &self.plain) }
        if plain.isEmpty { plain = Array(repeating: 0, count: JT808.escapedFrameBytesMax) }
        return plain.withUnsafeMutableBytes { plain in
            do throws(Rejection) {
                let count = try JT808Escapes.undo(escaped, offset: start, into: plain)
                let frame = UnsafeRawBufferPointer(rebasing: plain[..<count])
                let check = JT808Stretch.check(frame)
                return takePlain(frame, check: check, offset: start, receivedAt, into: &decoded)
            } catch {
                return .refused(error)
            }
        }
    }

    /// A frame that was never escaped, if everything about it fits (see ``JT808``).
    private mutating func takeUnescaped(
        _ bytes: UnsafeRawBufferPointer, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) -> Bool {
        guard bytes.count > 2, bytes[0] == JT808Payload.delimiter, bytes.last == JT808Payload.delimiter
        else { return false }
        let plain = bytes.part(1..<(bytes.count - 1))
        let check = JT808Stretch.check(plain)
        switch takePlain(plain, check: check, offset: 1, receivedAt, into: &decoded) {
        case .taken: return true
        case .refused: return false
        }
    }

    @inline(__always)
    private mutating func takePlain(
        _ plain: UnsafeRawBufferPointer, check: UInt8, offset: Int, _ receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) -> Outcome {
        do throws(Rejection) {
            let header = try JT808Header(plain, check: check, offset: offset)
            return .taken(goesOn: take(header, header.body(in: plain), receivedAt, into: &decoded))
        } catch {
            return .refused(error)
        }
    }

    /// `false` once too many records of this message were refused.
    private mutating func take(
        _ header: JT808Header, _ body: UnsafeRawBufferPointer, _ receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) -> Bool {
        guard !JT808Kinds.isDownlink(header.messageID) else {
            decoded.ignored = decoded.ignored ?? JT808Kinds.downlink
            return true
        }
        let phone = header.phone.text
        if decoded.terminalPhone.isEmpty { decoded.terminalPhone = phone }
        if header.messageID == JT808Location.picture, header.part?.number ?? 1 == 1,
            JT808Location.readPicture(
                body, of: JT808Sender(header, phone: phone, isFirst: true), into: &decoded)
        {
            return true
        }
        guard JT808Kinds.isTaken(header.messageID) else {
            decoded.ignored = decoded.ignored ?? JT808Kinds.kind(of: header.messageID)
            return true
        }
        let sender = JT808Sender(header, phone: phone, isFirst: phone == decoded.terminalPhone)
        if header.part == nil, fragments.isEmpty { return sender.read(body, into: &decoded) }
        var lost: [Rejection] = []
        let outcome = fragments.take(header, body, at: receivedAt, lost: &lost)
        decoded.rejections.append(contentsOf: lost)
        switch outcome {
        case .single: return sender.read(body, into: &decoded)
        case .whole(let body): return body.withUnsafeBytes { sender.read($0, into: &decoded) }
        case .pending: decoded.ignored = decoded.ignored ?? JT808.pendingKind
        case .repeated: decoded.ignored = decoded.ignored ?? JT808.repeatedKind
        case .refused(let rejection): return decoded.refuseRecord(rejection)
        }
        return true
    }
}

/// The terminal that a whole message is from.
struct JT808Sender {
    let messageID: UInt16
    let is2019: Bool
    let phone: String
    let leadingZeros: UInt8
    /// Whether it is the message's own terminal: the first of the payload, whose events may be taken.
    let isFirst: Bool

    init(_ header: JT808Header, phone: String, isFirst: Bool) {
        messageID = header.messageID
        is2019 = header.is2019
        self.phone = phone
        leadingZeros = header.phone.leadingZeros
        self.isFirst = isFirst
    }

    /// `false` once too many records of this message were refused.
    @inline(__always)
    func read(_ body: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) -> Bool {
        switch messageID {
        case JT808Location.single, JT808Location.queried, JT808Location.batch:
            return JT808Location.read(body, of: self, into: &decoded)
        default:
            guard isFirst else {
                return decoded.refuseRecord(Rejection(.unknownDevice, at: DecodedMessage.event(of: phone)))
            }
            return JT808Events(self).read(body, into: &decoded)
        }
    }
}
