package import AssetModel

/// JT/T 809, platform to platform: the positions in 0x1200 (vehicle dynamics).
///
///     0x1200: [UTC time 8, from 2019 on] | plate 21, GBK | colour BYTE | type WORD | length DWORD | data
///     0x1202, one position; 0x1203, positions sent later: count BYTE | count × position
///
/// - The vehicle is named by its plate: that is what `terminalPhone` of the vehicle's line then holds.
/// - Payloads are binary, or hex or Base64 as text (``JT809Wire``); whole frames, one or several, or the 36
///   bytes of a position alone (``JT809Position``), which the topic then names (``TerminalTopic``).
/// - A bad frame beside a good one is refused alone.
///
/// Source: JT/T 809-2011 and -2019 as two public implementations have it; no captured frame was at hand.
package struct JT809: MessageFamily {
    package static let format = MessageFormat.jt809

    private enum Message {
        static let vehicleDynamics: UInt16 = 0x1200
        static let position: UInt16 = 0x1202
        static let backfill: UInt16 = 0x1203
    }
    private static let plateBytes = 21
    private static let timeBytes2019 = 8

    package init() {}

    /// By a whole frame, its CRC included. One that is damaged is still told by its delimiter and the zero
    /// bytes of its length, which no text holds.
    package static func recognition(of message: RawMessage) -> Recognition {
        let bytes = JT809Wire.bytes(of: message.payload)
        guard bytes.first == JT809Frame.opening else { return .none }
        for case .frame(let wire) in JT809Wire.pieces(of: bytes) {
            do throws(Rejection) {
                _ = try JT809Frame(wire)
                return .certain
            } catch {
                if error.reason == .frameEncrypted { return .certain }
            }
        }
        return bytes.count > 2 && bytes[1] == 0 && bytes[2] == 0 ? .possible : .none
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        guard !message.payload.isEmpty else { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
        let bytes = JT809Wire.bytes(of: message.payload)
        if bytes.count == JT809Position.size2011, bytes.first != JT809Frame.opening {
            guard let terminal = TerminalName(TerminalTopic.name(in: message.topic)) else {
                return decoded.refuse(Rejection(.unknownDevice, at: "topic"))
            }
            decoded.hear(terminal)
            _ = JT809Report(of: terminal, at: "position").take(bytes[...], into: &decoded)
            return
        }
        let pieces = JT809Wire.pieces(of: bytes)
        if pieces.count == 1, let only = pieces.first {
            do throws(Rejection) {
                try JT809.take(only, "", into: &decoded)
            } catch {
                decoded.refuse(error)
            }
        } else {
            JT809.take(pieces, into: &decoded)
        }
    }

    private static func take(_ pieces: [JT809Wire.Piece], into decoded: inout DecodedMessage) {
        var ignored: StaticString?
        for (index, piece) in pieces.enumerated() {
            let place = "frame \(index + 1), "
            do throws(Rejection) {
                try take(piece, place, into: &decoded)
            } catch {
                guard decoded.refuseRecord(Rejection(error.reason, at: place + error.at)) else { break }
            }
            ignored = ignored ?? decoded.ignored
        }
        if pieces.isEmpty { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
        decoded.ignored = decoded.recordCount == 0 ? ignored : nil
    }

    private static func take(
        _ piece: JT809Wire.Piece, _ place: String, into decoded: inout DecodedMessage
    ) throws(Rejection) {
        switch piece {
        case .frame(let wire): try take(try JT809Frame(wire), place, into: &decoded)
        case .rest(let offset): throw Rejection(.frameDelimiter, offset: offset)
        }
    }

    private static func take(
        _ frame: JT809Frame, _ place: String, into decoded: inout DecodedMessage
    ) throws(Rejection) {
        guard frame.messageID == Message.vehicleDynamics else {
            decoded.ignored = "jt809_other_message"
            return
        }
        guard let content = content(of: frame.data, at: 0) ?? content(of: frame.data, at: timeBytes2019)
        else {
            throw Rejection(.frameLength, at: "body of \(frame.data.count) bytes")
        }
        guard let terminal = TerminalName(content.plate) else {
            throw Rejection(.unknownDevice, at: "plate")
        }
        switch content.type {
        case Message.position:
            decoded.hear(terminal)
            _ = JT809Report(of: terminal, at: place + "position").take(content.data, into: &decoded)
        case Message.backfill:
            decoded.hear(terminal)
            try JT809Batch(content.data).take(of: terminal, place, into: &decoded)
        default: decoded.ignored = "jt809_other_message"
        }
    }

    private struct Content {
        let plate: String
        let type: UInt16
        let data: ArraySlice<UInt8>
    }

    /// `nil` unless the length fits: the header of 2019 is longer by the time.
    private static func content(of data: [UInt8], at start: Int) -> Content? {
        let head = start + plateBytes + 1
        guard data.count >= head + 6 else { return nil }
        let length = data[(head + 2)..<(head + 6)].reduce(0) { $0 << 8 | Int($1) }
        guard data.count == head + 6 + length else { return nil }
        return Content(
            plate: PlateText.text(data[start..<(start + plateBytes)]),
            type: UInt16(data[head]) << 8 | UInt16(data[head + 1]), data: data[(head + 6)...])
    }
}
