import AssetModel
import IntakePipeline

/// A small site and a way of telling what happens in it: two shelves next to each other, a room further away.
struct PathStory {
    static let start = UTCInstant(rfc3339: "2026-11-21T08:00:00Z")!

    var path: IntakePath
    var now = PathStory.start
    var inputs: [IntakeInput] = []
    var changes: [DiscrepancyChange] = []
    var presenceChanges: [PresenceChange] = []
    /// Number of the next message of a Sparkplug B node.
    var sequence = 0

    static func layout(
        liveness: SiteLayout.Reader.Liveness = .will, missingAfter: Int64 = 120
    ) -> SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "S1")]
        for (index, id) in ["A", "B", "C"].enumerated() {
            var zone = SiteLayout.Zone(id: id, site: 0, missingAfter: ElapsedTime(seconds: missingAfter))
            zone.locations = ["shelf \(id)"]
            zone.neighbours = index == 0 ? [1] : index == 1 ? [0] : []
            layout.zones.append(zone)
            var reader = SiteLayout.Reader(id: "r\(id)", site: 0, topics: ["readers/r\(id)/#"])
            reader.liveness = liveness
            reader.format = .impinj
            reader.offlineAfter = ElapsedTime(seconds: 60)
            reader.antennas = [index]
            layout.readers.append(reader)
            layout.antennas.append(SiteLayout.Antenna(reader: index, port: 1, zone: index))
        }
        layout.terminalSources = [SiteLayout.TerminalSource(id: "t", topics: ["vehicles/+/up"])]
        return layout
    }

    static func setup(_ layout: SiteLayout = PathStory.layout()) -> IntakePath.Setup {
        var setup = IntakePath.Setup(layout: layout)
        setup.numberSpace.epcPrefixes = ["E280"]
        return setup
    }

    init(setup: IntakePath.Setup = PathStory.setup(), books: RegisterChange = PathStory.books()) {
        path = IntakePath(
            setup: setup, register: RegisterChange(), startingAt: PathStory.start, isListening: true)
        give(.register(books))
    }

    /// PC-1 to PC-4 stand on shelf A; OLD-1 is disposed; tag …05 is bound to a number without card.
    static func books() -> RegisterChange {
        var change = RegisterChange()
        for number in 1...4 {
            var card = AssetCard(assetNo: "PC-\(number)")
            card.location = "shelf A"
            card.originalValueFen = 549_900
            change.cards.append(card)
            change.bindings.append(TagBinding(epcHex: tag(number), assetNo: "PC-\(number)"))
        }
        var old = AssetCard(assetNo: "OLD-1")
        old.state = .disposed
        change.cards.append(old)
        change.bindings.append(TagBinding(epcHex: tag(9), assetNo: "OLD-1"))
        change.bindings.append(TagBinding(epcHex: tag(5), assetNo: "NO-CARD"))
        return change
    }

    static func tag(_ number: Int) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return "E2801170" + String(repeating: "0", count: 16 - digits.count) + digits
    }

    // MARK: telling

    @discardableResult
    mutating func give(_ kind: IntakeInput.Kind) -> IntakeOutcome {
        let input = IntakeInput(kind, at: now)
        inputs.append(input)
        let outcome = path.advance(through: [input], to: now)
        changes += outcome.discrepancyChanges
        presenceChanges += outcome.presenceChanges
        return outcome
    }

    /// A read as an Impinj reader with a hex preset reports it; `late` is how long ago it was heard.
    @discardableResult
    mutating func read(_ tag: String, by zone: String, late: Int64 = 0, retained: Bool = false)
        -> IntakeOutcome
    {
        let heardAt = now + ElapsedTime(seconds: -late)
        let payload = """
            {"timestamp":"\(heardAt)","eventType":"tagInventory","tagInventoryEvent":{"epcHex":"\(tag)",\
            "antennaPort":1,"peakRssiCdbm":-5500}}
            """
        return give(
            .message(
                RawMessage(
                    topic: "readers/r\(zone)/events", payload: Array(payload.utf8), isRetained: retained)))
    }

    /// A JT/T 808-2013 position report (0x0200) of terminal 1380000000N, as it stands on the wire.
    static func position(phone: UInt8, status: UInt8, at instant: UTCInstant) -> RawMessage {
        let digits = (instant + ElapsedTime(seconds: 8 * 3_600)).description.filter(\.isNumber)
        let clock = Array(digits.dropFirst(2).prefix(12).utf8).map { $0 - 0x30 }
        let time = stride(from: 0, to: 12, by: 2).map { clock[$0] << 4 | clock[$0 + 1] }
        let zeros = [UInt8](repeating: 0, count: 4)
        let place: [UInt8] = [0x01, 0xD0, 0x6C, 0xE0, 0x06, 0xCA, 0x3B, 0x80]
        let body = zeros + [0, 0, 0, status] + place + [0, 40, 0, 0, 0, 0] + time
        let head: [UInt8] = [0x02, 0x00, 0x00, 28, 0x01, 0x38, 0x00, 0x00, 0x00, phone, 0x00, 0x01]
        let plain = head + body
        let wire = (plain + [plain.reduce(0, ^)]).flatMap { byte -> [UInt8] in
            byte == 0x7E ? [0x7D, 0x02] : byte == 0x7D ? [0x7D, 0x01] : [byte]
        }
        return RawMessage(topic: "vehicles/\(phone)/up", payload: [0x7E] + wire + [0x7E])
    }

    /// An event of an Impinj reader, with its own time.
    mutating func event(_ body: String, from zone: String, late: Int64 = 0) {
        let at = now + ElapsedTime(seconds: -late)
        let payload = "{\"timestamp\":\"\(at)\",\(body)}"
        give(.message(RawMessage(topic: "readers/r\(zone)/events", payload: Array(payload.utf8))))
    }

    /// A read that carries a TID.
    mutating func read(_ tag: String, tid: String, by zone: String) {
        event(
            #""tagInventoryEvent":{"epcHex":"\#(tag)","tidHex":"\#(tid)","antennaPort":1}"#, from: zone)
    }

    mutating func text(_ text: String, from zone: String) {
        give(.message(RawMessage(topic: "readers/r\(zone)/will", payload: Array(text.utf8))))
    }

    /// Lets seconds pass; every `every` seconds the given tags are read by their zones.
    mutating func pass(_ seconds: Int64, reading: [(tag: Int, zone: String)] = [], every: Int64 = 5) {
        for second in 1...seconds {
            now = now + ElapsedTime(seconds: 1)
            if second % every == 0 {
                for (tag, zone) in reading { read(PathStory.tag(tag), by: zone) }
            }
        }
        give(.tick)
    }

    /// `code subject change` for everything that happened.
    var told: [String] {
        changes.map { "\($0.discrepancy.code.rawValue) \($0.discrepancy.subject.key) \($0.kind.rawValue)" }
    }

    var open: [String] {
        var state: [String: Bool] = [:]
        for change in changes {
            let key = "\(change.discrepancy.code.rawValue) \(change.discrepancy.subject.key)"
            state[key] = change.kind != .cleared && change.kind != .dismissed
        }
        return state.filter(\.value).keys.sorted()
    }
}
