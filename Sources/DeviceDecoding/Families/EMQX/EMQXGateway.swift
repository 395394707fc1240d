package import AssetModel

/// What the EMQX JT/T 808 gateway publishes for a terminal's frame: JSON, read from the frame by EMQX.
///
///     jt808/<client>/<phone>/up
///     {"header": {"msg_id": 512, "phone": "018876638972", "msg_sn": 229, "encrypt": 0, "len": 60,
///                 "proto_ver": 1?, "frag_total": 2?, "frag_sn": 1?},
///      "body": {…}}                                                  the keys in any order
///
/// - 0x0200 is a position in `body`, 0x0201 one in `body.params`, 0x0704 a list of them in `body.location`
///   (``EMQXLocation``); 0x0107 and 0x0702 are events (``EMQXEvents``). Every other message is ignored by its
///   kind, under the same words as a raw frame, and still says that its terminal is there.
/// - Parts of a message are passed on one by one, each read as if it were the whole, so that the second part
///   of a position looks like a position somewhere else: parts of these are refused (`fragment_lost`).
/// - The phone is the frame's BCD; nibbles above 9 come out as `:;<=>?` and are turned back into hex digits,
///   so that it is the same phone as in a raw frame.
/// - Texts of the terminal may be in GBK, unless the gateway is told otherwise. None of them is taken, so
///   they are masked (``RawGBK``) and the rest is read; what is broken then too is refused as `not_utf8`.
/// - `len` is not compared with anything: the gateway does not compare it with the body either.
/// - 0x0002 and 0x0003 are not published. That a terminal is there or gone is told by the presence topics
///   (``EMQXPresence``).
///
/// Source: the gateway's code and its documented data exchange; defects found by running it.
/// Vectors: `Tests/DeviceDecodingTests/Fixtures/emqx-jt808.ndjson`.
package struct EMQXGateway: MessageFamily {
    package static let format = MessageFormat.emqx

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition {
        if EMQXPresence(topic: message.topic) != nil { return .certain }
        return message.payload.withUnsafeBytes { bytes in
            do throws(JSONFault) {
                let envelope = try EMQXEnvelope(bytes)
                return envelope.header != nil && envelope.body != nil ? .certain : .none
            } catch {
                return .none
            }
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        message.payload.withUnsafeBytes { bytes in
            if bytes.isEmpty { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
            guard let fault = UTF8Check.firstFault(in: bytes) else {
                return EMQXGateway.read(bytes, on: message.topic, into: &decoded)
            }
            RawGBK.masked(bytes).withUnsafeBytes {
                EMQXGateway.read($0, on: message.topic, into: &decoded)
            }
            if decoded.refusal != nil { decoded.refuse(Rejection(.notUTF8, offset: fault)) }
        }
    }

    private static func read(
        _ bytes: UnsafeRawBufferPointer, on topic: String, into decoded: inout DecodedMessage
    ) {
        do throws(JSONFault) {
            if let presence = EMQXPresence(topic: topic) {
                try presence.read(bytes, into: &decoded)
            } else {
                try read(try EMQXEnvelope(bytes), into: &decoded)
            }
        } catch {
            decoded.refuse(error.rejection)
        }
    }

    private static func read(
        _ envelope: EMQXEnvelope, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        guard let header = envelope.header, let body = envelope.body else {
            return decoded.refuse(envelope.refusal ?? Rejection(.unknownShape, offset: 0))
        }
        // The gateway passes a sealed body on as if it were none: what it read there means nothing.
        guard !header.isEncrypted else {
            return decoded.refuse(Rejection(.frameEncrypted, at: "header.encrypt"))
        }
        if !JT808Kinds.isDownlink(header.messageID) { decoded.terminalPhone = header.phone }
        switch header.messageID {
        case JT808Location.single, JT808Location.batch, JT808Location.queried,
            EMQXEvents.properties, EMQXEvents.driverCard:
            guard !header.isPart else {
                _ = decoded.refuseRecord(Rejection(.fragmentLost, at: "header.frag_total"))
                return
            }
            if EMQXEvents(messageID: header.messageID)?.read(body, into: &decoded) == nil {
                try EMQXPositions(header: header).read(body, into: &decoded)
            }
        default:
            decoded.ignored = JT808Kinds.kind(of: header.messageID)
        }
    }
}

/// The outer object, taken apart without judging the body. Valid only as long as its payload.
struct EMQXEnvelope {
    private(set) var header: EMQXHeader?
    /// The text of the body, an object.
    private(set) var body: UnsafeRawBufferPointer?
    /// Why there is no header.
    private(set) var refusal: Rejection?

    init(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) {
        var json = JSONCursor(bytes)
        guard try json.kind() == .object else {
            try json.skip()
            try json.finish()
            return
        }
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "header": header = try EMQXHeader(&json, &refusal)
            case "body":
                let isObject = try json.kind() == .object
                let text = json.slice(try json.skip())
                body = isObject ? text : nil
            default: try json.skip()
            }
        }
        try json.finish()
    }
}

/// `header` of a message: what stood in the frame's header.
package struct EMQXHeader: Equatable, Sendable {
    package let messageID: UInt16
    /// As in ``JT808Frame``: leading zeros stripped, and as the frame carries it.
    package let phone: String
    package let phoneRaw: String
    package let serial: UInt16?
    let isEncrypted: Bool
    /// The header form of 2019, which alone has a version.
    let is2019: Bool
    /// One part of several.
    let isPart: Bool

    /// The header of a payload of this family; `nil` where it has none that could be read.
    package init?(of payload: [UInt8]) {
        let header = payload.withUnsafeBytes { (bytes) -> EMQXHeader? in
            do throws(JSONFault) {
                return try EMQXEnvelope(bytes).header
            } catch {
                return nil
            }
        }
        guard let header else { return nil }
        self = header
    }

    init?(_ json: inout JSONCursor, _ refusal: inout Rejection?) throws(JSONFault) {
        guard try json.enterMember(at: "header", &refusal) else { return nil }
        let word = 0...Int64(UInt16.max)
        var messageID, encryption, parts, serial, version: Int64?
        var phone: JSONString?
        while let key = try json.nextKey() {
            switch key {
            case "msg_id": messageID = try json.whole(in: word, at: "header.msg_id", &refusal)
            case "phone": phone = try json.word(at: "header.phone", &refusal)
            case "msg_sn": serial = try json.whole(in: word, at: "header.msg_sn", &refusal)
            case "encrypt": encryption = try json.whole(in: word, at: "header.encrypt", &refusal)
            case "proto_ver": version = try json.whole(in: word, at: "header.proto_ver", &refusal)
            case "frag_total": parts = try json.whole(in: word, at: "header.frag_total", &refusal)
            default: try json.skip()
            }
        }
        guard refusal == nil, let messageID, let phone else { return nil }
        guard let digits = phone.withBytes({ EMQXHeader.digits($0) }) else {
            note(.malformedIdentity, at: "header.phone", &refusal)
            return nil
        }
        self.messageID = UInt16(messageID)
        phoneRaw = digits
        self.phone = JT808Frame.withoutLeadingZeros(digits)
        self.serial = serial.map { UInt16($0) }
        isEncrypted = encryption ?? 0 != 0
        isPart = parts ?? 1 != 1
        is2019 = version != nil
    }

    /// BCD digits as the gateway prints them: nibble + "0", so that ten to fifteen are `:;<=>?`. `nil` for
    /// any other text.
    static func digits(_ printed: UnsafeRawBufferPointer) -> String? {
        // BCD[10], the longest there is.
        let digitsMax = 20
        guard !printed.isEmpty, printed.count <= digitsMax,
            printed.allSatisfy({ (0x30...0x3F).contains($0) })
        else { return nil }
        return String(unsafeUninitializedCapacity: printed.count) { digits in
            for (place, sign) in printed.enumerated() { digits[place] = ASCIIHex.lower(sign - 0x30) }
            return printed.count
        }
    }
}
