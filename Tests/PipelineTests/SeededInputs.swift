import AssetModel

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every machine for a seed.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// Inputs of every kind in a random order: reads at home, next door and far away, strangers, redeliveries,
/// outages, lost connections, clock steps, register changes, rubbish.
struct SeededInputs {
    private var numbers: SeededNumbers
    private var now = PathStory.start
    private var sent: [IntakeInput.Kind] = []
    private var outages: Set<String> = []

    static func make(seed: UInt64, count: Int) -> [IntakeInput] {
        var maker = SeededInputs(numbers: SeededNumbers(seed: seed))
        return [IntakeInput(.register(PathStory.books()), at: PathStory.start)]
            + (0..<count).map { _ in maker.next() }
    }

    private init(numbers: SeededNumbers) { self.numbers = numbers }

    private mutating func next() -> IntakeInput {
        now = now + ElapsedTime(milliseconds: Int64(numbers.below(2_500)))
        let kind = self.kind()
        if case .clockStep(let to) = kind {
            defer { now = max(now, to) }
            return IntakeInput(kind, at: now)
        }
        if case .message = kind, sent.count < 200 { sent.append(kind) }
        return IntakeInput(kind, at: now)
    }

    private mutating func kind() -> IntakeInput.Kind {
        switch numbers.below(100) {
        case 0..<64: return read()
        case 64..<68: return device()
        case 68..<70: return position()
        case 70..<78: return sent.isEmpty ? .tick : sent[numbers.below(sent.count)]
        case 78..<84: return will()
        case 84..<90: return frame()
        case 90..<92:
            return .connection(numbers.below(2) == 0 ? .down : .up(sessionPresent: numbers.below(4) > 0))
        case 92..<94:
            return .message(
                RawMessage(topic: "readers/rA/x", payload: [0x7B, 0x22, UInt8(numbers.below(256))]))
        case 94..<95: return .clockStep(to: now + ElapsedTime(seconds: Int64(numbers.below(600))))
        case 95..<97: return books()
        default: return .tick
        }
    }

    private mutating func read() -> IntakeInput.Kind {
        let tag = numbers.below(14) + 1
        let zone = ["A", "A", "A", "B", "C"][numbers.below(5)]
        var heardAt =
            now + ElapsedTime(milliseconds: -Int64(numbers.below(20) == 0 ? numbers.below(200_000) : 300))
        // A reader whose clock runs ahead for some minutes of each hour.
        if zone == "C", now.milliseconds / 60_000 % 7 == 0 { heardAt = heardAt + ElapsedTime(seconds: 200) }
        let tid = ["", "", "E28011052000000000000001", "E28011052000000000000002"][numbers.below(4)]
        let hex = tag == 14 ? "30342CB3E4141A00000000FF" : PathStory.tag(tag)
        let payload = """
            {"timestamp":"\(heardAt)","eventType":"tagInventory","tagInventoryEvent":{"epcHex":"\(hex)",\
            "tidHex":"\(tid)","antennaPort":1,"peakRssiCdbm":-\(4000 + numbers.below(3000))}}
            """
        return .message(RawMessage(topic: "readers/r\(zone)/events", payload: Array(payload.utf8)))
    }

    /// What a reader says about itself, and now and then a device that nobody listed.
    private mutating func device() -> IntakeInput.Kind {
        let from = now + ElapsedTime(seconds: -Int64(numbers.below(30)))
        let body = [
            #""eventType":"antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":1}"#,
            #""eventType":"antennaConnected","antennaConnectedEvent":{"antennaPort":1}"#,
            #""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"idle"}"#,
            #""eventType":"inventoryStatus","inventoryStatusEvent":{"status":"running"}"#,
            "\"eventType\":\"overflow\",\"overflowEvent\":{\"firstEventTimestamp\":\"\(from)\","
                + "\"lastEventTimestamp\":\"\(now)\",\"eventsPurged\":3}",
        ][numbers.below(5)]
        let zone = ["A", "B", "C", "X"][numbers.below(4)]
        return .message(
            RawMessage(
                topic: "readers/r\(zone)/events", payload: Array("{\"timestamp\":\"\(now)\",\(body)}".utf8)))
    }

    /// A position (0x0200), ignition on, mostly without a fix.
    private mutating func position() -> IntakeInput.Kind {
        let status: UInt8 = numbers.below(6) == 0 ? 3 : 1
        return .message(PathStory.position(phone: UInt8(numbers.below(3) + 1), status: status, at: now))
    }

    private mutating func will() -> IntakeInput.Kind {
        let text = numbers.below(3) == 0 ? "connection lost" : "connected"
        let zone = ["A", "B", "C"][numbers.below(3)]
        return .message(RawMessage(topic: "readers/r\(zone)/will", payload: Array(text.utf8)))
    }

    /// A heartbeat (0x0002) of one of three terminals: no time in it, so only its receipt counts.
    private mutating func frame() -> IntakeInput.Kind {
        let phone = UInt8(numbers.below(3) + 1)
        let head: [UInt8] = [0x00, 0x02, 0x00, 0x00, 0x01, 0x38, 0x00, 0x00, 0x00, phone, 0x00, 0x01]
        let check = head.reduce(0, ^)
        return .message(RawMessage(topic: "vehicles/\(phone)/up", payload: [0x7E] + head + [check, 0x7E]))
    }

    private mutating func books() -> IntakeInput.Kind {
        var card = AssetCard(assetNo: "PC-\(numbers.below(4) + 1)")
        card.location = ["shelf A", "shelf B", "shelf C"][numbers.below(3)]
        card.state = [nil, .inStock, .disposed, .lent][numbers.below(4)]
        var vehicle = VehicleCard(plateNo: "鄂J1234\(numbers.below(2))")
        vehicle.terminalPhone = "1380000000\(numbers.below(3) + 1)"
        return .register(RegisterChange(cards: [card], vehicles: numbers.below(2) == 0 ? [vehicle] : []))
    }
}
