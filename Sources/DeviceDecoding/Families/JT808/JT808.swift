package import AssetModel

/// JT/T 808 location frames, 2011, 2013 and 2019, as a platform passes them on over MQTT.
///
/// The payload is the frame in binary, as hex text or as base64, told apart by content (``JT808Payload``);
/// several frames may stand one after the other:
///
///     7e | header | body | check | 7e        escaped: 7e as 7d 02, 7d as 7d 01        (``JT808Frame``)
///
/// - 0x0200 is one position, 0x0704 a batch of them (``JT808Location``); a message in parts is put together
///   again (``JT808Fragments``). Every other message is ignored by its kind, and still says that its terminal
///   is there.
/// - A frame that cannot be taken does not sink its neighbours: where one frame of a payload is good, the bad
///   ones are refused as records; where none is, the message is refused with the reason of the first.
/// - Frames written without escaping occur in test files. They are read only where no doubt is left: the
///   payload is refused as sent, and taken whole, from its first to its last delimiter, both body length and
///   check code fit.
///
/// Source: JT/T 808-2011, -2013, -2019. Vectors: `Tests/DeviceDecodingTests/Fixtures/jt808-locations.ndjson`.
package struct JT808: MessageFamily {
    package static let format = MessageFormat.jt808
    /// The kind of a message that is one part of several, the rest still to come.
    package static let pendingKind: StaticString = "jt808_fragment"
    /// The kind of a part that came twice.
    package static let repeatedKind: StaticString = "jt808_fragment_repeated"

    private var fragments = JT808Fragments()

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        do throws(Rejection) {
            let bytes = try JT808Payload.frameBytes(of: message.payload)
            return JT808Payload.frames(in: bytes).contains(where: JT808Frame.isFrame) ? .certain : .none
        } catch {
            return .none
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        do throws(Rejection) {
            let bytes = try JT808Payload.frameBytes(of: message.payload)
            try decodeFrames(bytes, receivedAt, into: &decoded)
        } catch {
            decoded.refuse(error)
        }
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
}

/// From the bytes of one payload to fixes, frame by frame.
extension JT808 {
    private mutating func decodeFrames(
        _ bytes: [UInt8], _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) throws(Rejection) {
        let (frames, refused) = try JT808.frames(in: bytes)
        for rejection in refused {
            guard decoded.refuseRecord(rejection) else { break }
        }
        for frame in frames {
            guard take(frame, receivedAt, into: &decoded) else { break }
        }
        if decoded.recordCount > 0 {
            decoded.ignored = nil
        } else if decoded.ignored == nil {
            decoded.ignored = "jt808_empty_batch"
        }
    }

    /// The frames of one payload that can be taken, at least one, and why the others cannot.
    /// - Throws: the reason of the first where none can be taken.
    package static func frames(
        in bytes: [UInt8]
    ) throws(Rejection) -> (frames: [JT808Frame], refused: [Rejection]) {
        var frames: [JT808Frame] = []
        var refused: [Rejection] = []
        for segment in JT808Payload.frames(in: bytes) {
            do throws(Rejection) {
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
        if let frame = unescapedFrame(bytes) { return ([frame], []) }
        throw refused.first ?? Rejection(.frameDelimiter, offset: 0)
    }

    /// A frame that was never escaped, if everything about it fits (see ``JT808``).
    private static func unescapedFrame(_ bytes: [UInt8]) -> JT808Frame? {
        guard bytes.count > 2, bytes.last == JT808Payload.delimiter else { return nil }
        do throws(Rejection) {
            return try JT808Frame(plain: Array(bytes.dropFirst().dropLast()), offset: 1)
        } catch {
            return nil
        }
    }

    /// `false` once too many records of this message were refused.
    private mutating func take(
        _ frame: JT808Frame, _ receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) -> Bool {
        if decoded.terminalPhone.isEmpty, !JT808Kinds.isDownlink(frame.messageID) {
            decoded.terminalPhone = frame.phone
        }
        guard frame.messageID == JT808Location.single || frame.messageID == JT808Location.batch else {
            decoded.ignored = decoded.ignored ?? JT808Kinds.kind(of: frame.messageID)
            return true
        }
        var lost: [Rejection] = []
        let whole = fragments.take(frame, at: receivedAt, lost: &lost)
        decoded.rejections.append(contentsOf: lost)
        switch whole {
        case .whole(let body): return JT808Location.read(body, of: frame, into: &decoded)
        case .pending: decoded.ignored = decoded.ignored ?? JT808.pendingKind
        case .repeated: decoded.ignored = decoded.ignored ?? JT808.repeatedKind
        case .refused(let rejection): return decoded.refuseRecord(rejection)
        }
        return true
    }
}
