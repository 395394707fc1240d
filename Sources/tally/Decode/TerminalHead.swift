import AssetModel
import DeviceDecoding

/// What stands in the header of a message, before any position.
struct TerminalHead {
    /// Where the message is a raw frame: the first that can be taken.
    private(set) var frame: JT808Frame?
    private var messageID: UInt16?
    private var phone: String?
    private var phoneRaw: String?
    private var serial: UInt16?

    init() {}

    init(of message: RawMessage, _ format: MessageFormat) {
        if format == .emqx {
            if let header = EMQXHeader(of: message.payload) {
                (messageID, phone, phoneRaw) = (header.messageID, header.phone, header.phoneRaw)
                serial = header.serial
            } else if let presence = EMQXPresence(topic: message.topic) {
                (phone, phoneRaw) = (presence.phone, presence.phoneRaw)
            }
        } else if format == .jt808, let frame = TerminalHead.frame(of: message.payload) {
            take(frame)
            self.frame = frame
        }
    }

    private static func frame(of payload: [UInt8]) -> JT808Frame? {
        do throws(Rejection) {
            return try JT808.frames(in: try JT808Payload.frameBytes(of: payload)).frames.first
        } catch {
            return nil
        }
    }

    /// What a message that was refused as encrypted says outside its body.
    init(sealed message: RawMessage, _ format: MessageFormat) {
        guard format == .jt808 else {
            self.init(of: message, format)
            return
        }
        self.init()
        do throws(Rejection) {
            let bytes = try JT808Payload.frameBytes(of: message.payload)
            if let frame = JT808.sealedFrame(in: bytes) { take(frame) }
        } catch {
            return
        }
    }

    /// Of formats without such a header only the terminal's name is known, and how its fixes write it.
    mutating func fill(from decoded: DecodedMessage) {
        guard phone == nil, !decoded.terminalPhone.isEmpty else { return }
        phone = decoded.terminalPhone
        phoneRaw = decoded.fixes.first { $0.phone == phone }?.phoneRaw
    }

    private mutating func take(_ frame: JT808Frame) {
        (messageID, phone, phoneRaw) = (frame.messageID, frame.phone, frame.phoneRaw)
        serial = frame.serial
    }

    /// Whether a fix is of another terminal than this head, or there is none.
    func isOther(_ fix: VehicleFix) -> Bool { !fix.phone.isEmpty && fix.phone != phone }

    var fields: [DecodedField] {
        let digits = messageID.map { Digest.hex([UInt8($0 >> 8), UInt8($0 & 0xFF)]) }
        return [
            DecodedField("message_id", .text(digits.map { "0x" + $0 })),
            DecodedField("phone", .text(phone)), DecodedField("phone_raw", .text(phoneRaw)),
            DecodedField("serial", .whole(serial)),
        ]
    }
}

/// Which parts of which messages came, for `pending`. The decoder itself waits only for positions; pictures
/// and the like it ignores part by part.
struct PartsSeen {
    /// Messages remembered, the oldest forgotten first.
    private static let messagesMax = 64

    private var messages: [(name: Name, numbers: Set<UInt16>)] = []

    private struct Name: Equatable {
        let phone: String
        let messageID: UInt16
        let firstSerial: UInt16
        let total: UInt16
    }

    /// Whether this frame is a part of a message of which others are still to come. Parts have consecutive
    /// serials.
    mutating func isUnfinished(after frame: JT808Frame) -> Bool {
        guard let part = frame.part, part.number > 0, part.number <= part.total else { return false }
        let name = Name(
            phone: frame.phoneRaw, messageID: frame.messageID,
            firstSerial: frame.serial &- (part.number - 1), total: part.total)
        let known = messages.firstIndex { $0.name == name }
        if known == nil {
            if messages.count >= PartsSeen.messagesMax { messages.removeFirst() }
            messages.append((name, []))
        }
        let index = known ?? messages.count - 1
        messages[index].numbers.insert(part.number)
        return messages[index].numbers.count < Int(part.total)
    }
}
