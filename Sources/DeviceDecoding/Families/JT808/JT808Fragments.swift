import AssetModel

/// Parts of JT/T 808 messages that wait for their missing neighbours, for one source.
///
/// A message in parts is known by phone, message id, number of parts and the serial of its first part (parts
/// have consecutive serials). Its parts may come in any order and more than once. What is whole stays known
/// for as long as it might have waited, so that a redelivered part is no new message; only a hash of each
/// part is kept then.
///
/// Everything is bounded, and there is no clock: age is measured by the receipt instants of later parts. What
/// is given up is reported as a refused record of the message that made it go.
struct JT808Fragments: Sendable {
    /// Parts of one message. 64 × 1,023 bytes hold over 2,000 positions, ten times what terminals send at
    /// once.
    static let partsMax = 64
    /// Messages remembered, waiting or whole. A fleet that comes out of a tunnel catches up at once, and each
    /// of its terminals sends one message after the other.
    static let messagesMax = 256
    /// Of these, messages of one terminal: one that loses parts again and again pushes out no other's.
    static let messagesOfTerminalMax = 8
    /// Bytes waiting. Four of the longest messages.
    static let bytesMax = 4 * partsMax * bodyBytesMax
    /// What ten bits of body length can say.
    static let bodyBytesMax = 1_023
    /// A part is asked for again after 10-60 s, with the wait growing each round: after five minutes none
    /// comes.
    static let waitMax = ElapsedTime(seconds: 300)

    enum Outcome {
        /// The frame is all there is of its message.
        case single
        case whole([UInt8])
        case pending
        case repeated
        case refused(Rejection)
    }

    /// In the order of their first parts.
    private var messages: [Message] = []
    /// At most `bytesMax`. 32 bits, so that the whole family fits where a source keeps it, without a box.
    private var heldBytes: Int32 = 0
    private var changed = false

    fileprivate struct Message: Sendable {
        var phone: String
        var messageID: UInt16
        var firstSerial: UInt16
        var startedAt: UTCInstant
        var parts: [Part?]
        var isWhole = false

        var partsHere: Int { parts.count { $0 != nil } }
        var bytes: Int { parts.reduce(0) { $0 + ($1?.bytes.count ?? 0) } }
    }

    fileprivate struct Part: Sendable {
        var hash: UInt64
        /// Empty once the message is whole.
        var bytes: [UInt8]
    }

    init() {}

    var isEmpty: Bool { messages.isEmpty }

    mutating func takeChanged() -> Bool {
        defer { changed = false }
        return changed
    }

    /// The whole body of a frame's message, if this frame brings it.
    mutating func take(
        _ header: JT808Header, _ body: UnsafeRawBufferPointer, at receivedAt: UTCInstant,
        lost: inout [Rejection]
    ) -> Outcome {
        expire(at: receivedAt, &lost)
        guard let part = header.part, part.total != 1 || part.number != 1 else { return .single }
        let name = "part \(part.number) of \(part.total)"
        guard part.total > 0, part.number > 0, part.number <= part.total,
            part.total <= JT808Fragments.partsMax
        else {
            return .refused(Rejection(.fragmentLimit, at: name))
        }
        let phone = header.phone.raw
        let place = Int(part.number) - 1
        let hash = JT808Fragments.hash(body)
        var index = find(header, part, phone)
        if let known = index, let here = messages[known].parts[place] {
            if here.hash == hash { return .repeated }
            // The same serials with other bytes: the terminal started afresh, and so does the message.
            drop(known, .fragmentLost, &lost)
            index = nil
        }
        let message = index ?? start(header, part, phone, receivedAt, &lost)
        changed = true
        messages[message].parts[place] = Part(hash: hash, bytes: Array(body))
        heldBytes += Int32(body.count)
        guard messages[message].partsHere == messages[message].parts.count else {
            makeRoom(sparing: message, &lost)
            return .pending
        }
        return .whole(close(message))
    }

    private static func firstSerial(_ header: JT808Header, _ part: JT808Frame.Part) -> UInt16 {
        header.serial &- (part.number &- 1)
    }

    private func find(_ header: JT808Header, _ part: JT808Frame.Part, _ phone: String) -> Int? {
        let firstSerial = JT808Fragments.firstSerial(header, part)
        return messages.firstIndex {
            $0.firstSerial == firstSerial && $0.messageID == header.messageID
                && $0.parts.count == Int(part.total) && $0.phone == phone
        }
    }

    /// Returns where the new message stands: at the end.
    private mutating func start(
        _ header: JT808Header, _ part: JT808Frame.Part, _ phone: String, _ receivedAt: UTCInstant,
        _ lost: inout [Rejection]
    ) -> Int {
        let own = messages.indices.filter { messages[$0].phone == phone }
        if own.count >= JT808Fragments.messagesOfTerminalMax {
            drop(own.first { messages[$0].isWhole } ?? own[0], .fragmentLimit, &lost)
        } else if messages.count >= JT808Fragments.messagesMax {
            drop(messages.firstIndex { $0.isWhole } ?? 0, .fragmentLimit, &lost)
        }
        messages.append(
            Message(
                phone: phone, messageID: header.messageID,
                firstSerial: JT808Fragments.firstSerial(header, part), startedAt: receivedAt,
                parts: Array(repeating: nil, count: Int(part.total))))
        return messages.count - 1
    }

    /// Joins the parts and keeps only their hashes.
    private mutating func close(_ index: Int) -> [UInt8] {
        var body: [UInt8] = []
        for place in messages[index].parts.indices {
            body.append(contentsOf: messages[index].parts[place]?.bytes ?? [])
            messages[index].parts[place]?.bytes = []
        }
        messages[index].isWhole = true
        heldBytes -= Int32(body.count)
        return body
    }

    private mutating func expire(at receivedAt: UTCInstant, _ lost: inout [Rejection]) {
        while let old = messages.firstIndex(where: { receivedAt - $0.startedAt > JT808Fragments.waitMax }) {
            drop(old, .fragmentLost, &lost)
        }
    }

    /// Gives up the oldest waiting messages until the bytes fit again. One message alone always fits.
    private mutating func makeRoom(sparing index: Int, _ lost: inout [Rejection]) {
        var kept = index
        while heldBytes > JT808Fragments.bytesMax {
            guard let oldest = messages.indices.first(where: { $0 != kept && !messages[$0].isWhole }) else {
                preconditionFailure(
                    "\(heldBytes) bytes in one message of \(messages[kept].parts.count) parts")
            }
            drop(oldest, .fragmentLimit, &lost)
            if oldest < kept { kept -= 1 }
        }
    }

    private mutating func drop(_ index: Int, _ reason: Rejection.Reason, _ lost: inout [Rejection]) {
        changed = true
        let message = messages.remove(at: index)
        if message.isWhole { return }
        heldBytes -= Int32(message.bytes)
        lost.append(Rejection(reason, at: "\(message.partsHere) of \(message.parts.count) parts"))
    }

    /// FNV-1a, 64 bits: tells a repeated part from another one, against chance and not against malice.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
    }
}

/// What waits, as bytes: messages in order, nothing where there are none.
///
///     count UInt16 | count × message
///     message:  phone text | id UInt16 | first serial UInt16 | started at | whole flag |
///               parts UInt16 | parts × part
///     part:     here flag | [hash UInt64 | bytes]
extension JT808Fragments {
    func encode() -> [UInt8] {
        guard !messages.isEmpty else { return [] }
        var writer = ByteWriter(capacity: Int(heldBytes) + messages.count * 64)
        writer.put(UInt16(messages.count))
        for message in messages {
            writer.put(message.phone)
            writer.put(message.messageID)
            writer.put(message.firstSerial)
            writer.put(message.startedAt)
            writer.put(message.isWhole)
            writer.put(UInt16(message.parts.count))
            for part in message.parts {
                writer.put(part != nil)
                guard let part else { continue }
                writer.put(part.hash)
                writer.put(bytes: part.bytes)
            }
        }
        return writer.bytes
    }

    init(encoded: [UInt8]) throws(ByteReader.Damaged) {
        self.init()
        guard !encoded.isEmpty else { return }
        var reader = ByteReader(encoded)
        let count: UInt16 = try reader.take()
        guard Int(count) <= JT808Fragments.messagesMax else { throw reader.damage }
        for _ in 0..<count {
            let message = try Message(&reader)
            heldBytes += Int32(message.bytes)
            messages.append(message)
        }
        guard reader.atEnd, heldBytes <= JT808Fragments.bytesMax else { throw reader.damage }
    }
}

extension JT808Fragments.Message {
    fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Damaged) {
        phone = try reader.takeText()
        messageID = try reader.take()
        firstSerial = try reader.take()
        startedAt = try reader.takeInstant()
        isWhole = try reader.takeFlag()
        let count: UInt16 = try reader.take()
        guard count > 1, Int(count) <= JT808Fragments.partsMax else { throw reader.damage }
        parts = []
        for _ in 0..<count {
            let isHere = try reader.takeFlag()
            guard isHere else {
                parts.append(nil)
                continue
            }
            let hash: UInt64 = try reader.take()
            let bytes = try reader.takeBytes()
            guard bytes.count <= JT808Fragments.bodyBytesMax else { throw reader.damage }
            parts.append(JT808Fragments.Part(hash: hash, bytes: bytes))
        }
    }
}
