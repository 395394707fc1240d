import AssetModel

/// What a terminal says about itself rather than about a place.
///
///     0x0002 heartbeat    nothing; real terminals add bytes of their own, which are passed over
///     0x0003 deregister   nothing: the terminal was taken off its vehicle
///     0x0100 register     province WORD | city WORD | maker | model | terminal id | plate colour | plate
///                         2011: maker 5, model 8, id 7;  2013: 5, 20, 7;  2019: 11, 30, 30
///     0x0102 log in       2011, 2013: code.  2019: length BYTE | code | IMEI[15] | software version[20]
///     0x0107 properties   type WORD | maker | model | terminal id | ICCID BCD[10] |
///                         length BYTE, hardware version | length BYTE, firmware version |
///                         satellite systems BYTE | modem BYTE
///                         2013: maker 5, model 20, id 7;  2019: 5 or (some terminals) 11, 30, 30
///     0x0702 driver       (``JT808DriverCard``)
///
/// - 2011 and 2013 carry no mark. A registration of less than 37 bytes cannot be of 2013; of a longer one the
///   plate tells: its colour is a small number, and behind it stands a plate or a VIN.
/// - The plate, which the standard sends as GBK text, and the code of the log-in, which is a password, are
///   not taken: no event needs them. Of the texts only printable ASCII is taken, which is all that the
///   standard allows in an id.
/// - A body too short for its layout still says what happened: the event is kept, without what is missing,
///   and `frameLength` refused beside it.
///
/// Source: JT/T 808-2011, -2013, -2019, tables of these messages; layouts of 0x0107 checked with frames of
/// public projects.
struct JT808Events {
    private let sender: JT808Sender

    init(_ sender: JT808Sender) {
        self.sender = sender
    }

    /// `false` once too many records of this message were refused.
    func read(_ body: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) -> Bool {
        let event: DeviceEvent?
        switch sender.messageID {
        case 0x0002: event = .heartbeat
        case 0x0003: event = .deregistered
        case 0x0100: event = registration(body)
        case 0x0102: event = logIn(body)
        case 0x0107: return properties(body, into: &decoded)
        case 0x0702: return JT808DriverCard.read(body, is2019: sender.is2019, into: &decoded)
        default:
            decoded.ignored = decoded.ignored ?? JT808Kinds.kind(of: sender.messageID)
            return true
        }
        if let event {
            decoded.deviceEvents.append(event)
            return true
        }
        decoded.deviceEvents.append(bareEvent)
        return decoded.refuseRecord(Rejection(.frameLength, at: "body of \(body.count) bytes"))
    }

    private var bareEvent: DeviceEvent {
        switch sender.messageID {
        case 0x0100: return .registered(terminalID: "")
        default: return .authenticated(imei: "")
        }
    }

    private func registration(_ body: UnsafeRawBufferPointer) -> DeviceEvent? {
        var fields = JT808Fields(body)
        let (before, id): (Int, Int)
        if sender.is2019 {
            (before, id) = (2 + 2 + 11 + 30, 30)
        } else {
            (before, id) = (2 + 2 + 5 + (JT808Events.isOf2011(body) ? 8 : 20), 7)
        }
        // The plate's colour, at least, follows.
        guard fields.take(before) != nil, let text = fields.take(id), fields.count >= 1 else { return nil }
        return .registered(terminalID: JT808Text.ascii(text))
    }

    /// Of a registration with the header of 2011 and 2013.
    private static func isOf2011(_ body: UnsafeRawBufferPointer) -> Bool {
        let (colour2011, colour2013) = (2 + 2 + 5 + 8 + 7, 2 + 2 + 5 + 20 + 7)
        guard body.count > colour2013 else { return true }
        return isPlate(in: body, at: colour2011) && !isPlate(in: body, at: colour2013)
    }

    /// Whether a plate may stand there: its colour (JT/T 415: 1...5, 9; 0 for none, with a VIN behind it),
    /// then GBK, letters and digits, and nothing else but the zero bytes and spaces of a padded field.
    private static func isPlate(in body: UnsafeRawBufferPointer, at colour: Int) -> Bool {
        guard body[colour] <= 9 else { return false }
        var text = body[(colour + 1)...]
        while let last = text.last, last == 0 || last == 0x20 { text = text.dropLast() }
        guard let first = text.first, first > 0x20 else { return false }
        return text.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }

    private func logIn(_ body: UnsafeRawBufferPointer) -> DeviceEvent? {
        guard sender.is2019 else { return .authenticated(imei: "") }
        var fields = JT808Fields(body)
        guard let length = fields.byte(), fields.take(Int(length)) != nil, let imei = fields.take(15) else {
            return nil
        }
        return .authenticated(imei: JT808Text.ascii(imei))
    }

    /// Which of the layouts it is, is told by the lengths: one of them ends where the body ends. Where none
    /// does, the number of the SIM tells, which begins with 89: what stands before the fault is taken.
    private func properties(
        _ body: UnsafeRawBufferPointer, into decoded: inout DecodedMessage
    ) -> Bool {
        let layouts =
            sender.is2019
            ? [Properties(body, maker: 5, model: 30, id: 30), Properties(body, maker: 11, model: 30, id: 30)]
            : [Properties(body, maker: 5, model: 20, id: 7)]
        if let fitting = layouts.first(where: { $0.isWhole }) {
            decoded.deviceEvents.append(fitting.event)
            return true
        }
        let known = layouts.first { $0.isOfSIM } ?? Properties()
        decoded.deviceEvents.append(known.event)
        return decoded.refuseRecord(Rejection(.frameLength, at: "body of \(body.count) bytes"))
    }

    private struct Properties {
        private var terminalID = ""
        private var iccid = ""
        /// 0 where the body ends before it.
        private var systems: UInt8 = 0
        private(set) var isWhole = false

        init() {}

        init(_ body: UnsafeRawBufferPointer, maker: Int, model: Int, id: Int) {
            var fields = JT808Fields(body)
            guard fields.take(2 + maker + model) != nil, let terminalID = fields.take(id),
                let iccid = fields.take(10)
            else { return }
            self.terminalID = JT808Text.ascii(terminalID)
            self.iccid = Digest.hex(iccid)
            guard let hardware = fields.byte(), fields.take(Int(hardware)) != nil,
                let firmware = fields.byte(), fields.take(Int(firmware)) != nil,
                let systems = fields.byte()
            else { return }
            self.systems = systems
            isWhole = fields.count == 1
        }

        /// ITU-T E.118: 89 stands for telecommunication, digits follow; some pad the last with a letter.
        var isOfSIM: Bool {
            iccid.hasPrefix("89") && iccid.utf8.dropLast().allSatisfy { (0x30...0x39).contains($0) }
        }

        var event: DeviceEvent {
            .described(terminalID: terminalID, iccid: iccid, satelliteSystems: systems)
        }
    }
}

enum JT808Text {
    /// The text of a field of fixed length without its padding (zero bytes and spaces, before or behind);
    /// empty where it is not printable ASCII.
    static func ascii(_ field: UnsafeRawBufferPointer) -> String {
        let text = withoutPadding(field)
        return text.allSatisfy { (0x20..<0x7F).contains($0) } ? String(decoding: text, as: UTF8.self) : ""
    }

    static func withoutPadding(_ field: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer.SubSequence {
        var text = field[...]
        while let first = text.first, first == 0 || first == 0x20 { text = text.dropFirst() }
        while let last = text.last, last == 0 || last == 0x20 { text = text.dropLast() }
        return text
    }
}
