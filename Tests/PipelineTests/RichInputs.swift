import AssetModel
import IntakePipeline

/// The inputs of ``SeededInputs``, and between them everything that devices and people say beside reads: a
/// Zebra reader in several modes with heartbeats, readers that share a topic, sweeps, TIDs, rebindings,
/// decisions.
struct RichInputs {
    /// The site of ``PathStory``, one reader of it judged by its traffic, with a Zebra reader in a zone D and
    /// two readers on one topic.
    static func layout() -> SiteLayout {
        var layout = PathStory.layout()
        layout.readers[1].liveness = .traffic
        // Two antennas, of readers that come and go: mostly covered in part.
        layout.zones[1].missingAfter = nil
        var zone = SiteLayout.Zone(id: "D", site: 0, missingAfter: ElapsedTime(seconds: 100))
        zone.locations = ["shelf D"]
        zone.neighbours = [2]
        layout.zones[2].neighbours = [3]
        layout.zones.append(zone)
        add("rZ", to: &layout, zone: 3, topic: "site/a/r1/#", named: [])
        add("rS1", to: &layout, zone: 0, topic: "readers/shared", named: ["one"])
        add("rS2", to: &layout, zone: 1, topic: "readers/shared", named: ["two"])
        return layout
    }

    private static func add(
        _ id: String, to layout: inout SiteLayout, zone: Int, topic: String, named identities: [String]
    ) {
        var reader = SiteLayout.Reader(id: id, site: 0, topics: [topic])
        reader.liveness = identities.isEmpty ? .heartbeat : .traffic
        reader.identities = identities
        reader.antennas = [layout.antennas.count]
        layout.antennas.append(SiteLayout.Antenna(reader: layout.readers.count, port: 1, zone: zone))
        layout.readers.append(reader)
    }

    static func fresh(_ register: RegisterChange = RegisterChange()) -> IntakePath {
        var setup = PathStory.setup(layout())
        setup.rules.terminalSilentAfter = ElapsedTime(seconds: 90)
        setup.rules.noFixAfter = ElapsedTime(seconds: 60)
        setup.checkpointEvery = ElapsedTime(seconds: 45)
        setup.limits.strangersMax = 3
        return IntakePath(
            setup: setup, register: register, startingAt: PathStory.start, isListening: true)
    }

    private var numbers: SeededNumbers
    /// Makes the ids that people decide about.
    private var path = RichInputs.fresh()
    private var ids: [String] = []
    private var made: [IntakeInput] = []

    static func make(seed: UInt64, count: Int) -> [IntakeInput] {
        var maker = RichInputs(numbers: SeededNumbers(seed: seed &+ 99))
        for input in SeededInputs.make(seed: seed, count: count) {
            maker.give(input)
            if let kind = maker.another() { maker.give(IntakeInput(kind, at: maker.path.now)) }
        }
        return maker.made
    }

    private init(numbers: SeededNumbers) { self.numbers = numbers }

    private mutating func give(_ input: IntakeInput) {
        made.append(input)
        let outcome = path.advance(through: [input], to: max(input.receivedAt, path.now))
        ids += outcome.discrepancyChanges.map(\.discrepancy.id)
    }

    private mutating func another() -> IntakeInput.Kind? {
        let late = numbers.below(10) == 0 ? numbers.below(300) : 0
        let time = path.now + ElapsedTime(seconds: -Int64(late))
        switch numbers.below(12) {
        case 0, 1, 2: return zebraRead(at: time)
        case 3: return heartbeat(at: time)
        case 4: return sharedRead(at: time)
        case 5: return sweep(at: time)
        case 6: return decision()
        case 7: return numbers.below(4) == 0 ? rebinding() : nil
        default: return nil
        }
    }

    private mutating func message(_ topic: String, _ text: String, retainedOneIn: Int) -> IntakeInput.Kind {
        .message(
            RawMessage(
                topic: topic, payload: Array(text.utf8), isRetained: numbers.below(retainedOneIn) == 0))
    }

    private mutating func zebraRead(at time: UTCInstant) -> IntakeInput.Kind {
        let mode = ["SIMPLE", "INVENTORY", "CUSTOM", "INVENTORY"][numbers.below(4)]
        let text = """
            {"data":{"eventNum":1,"format":"epc","idHex":"\(PathStory.tag(numbers.below(8) + 1))",\
            "antenna":\(numbers.below(12) == 0 ? 7 : 1),\
            "TID":"E280110520000000000000\(10 + numbers.below(3))",\
            "peakRssi":-58,"reads":3},"timestamp":"\(time)","type":"\(mode)"}
            """
        return message("site/a/r1/data", text, retainedOneIn: 20)
    }

    private mutating func heartbeat(at time: UTCInstant) -> IntakeInput.Kind {
        let text = """
            {"component":"RG","data":{"radio_control":{"radioActivity":\
            "\(["active", "inactive"][numbers.below(2)])","antennas":{"1":\
            "\(["connected", "disconnected"][numbers.below(2)])"}},"reader_gateway":{"dataPathStatistics":\
            [{"numDataMessagesDropped":\(numbers.below(5)),"numDataMessagesRetained":\(numbers.below(3))}]}},\
            "eventNum":7,"timestamp":"\(time)","type":"heartbeat"}
            """
        return message("site/a/r1/management", text, retainedOneIn: 8)
    }

    private mutating func sharedRead(at time: UTCInstant) -> IntakeInput.Kind {
        let text = """
            {"timestamp":"\(time)","hostname":"\(["one", "TWO", "three", ""][numbers.below(4)])",\
            "tagInventoryEvent":{"epcHex":"\(PathStory.tag(numbers.below(14) + 1))","antennaPort":1}}
            """
        return message("readers/shared", text, retainedOneIn: 50)
    }

    private mutating func sweep(at time: UTCInstant) -> IntakeInput.Kind {
        let head = numbers.below(4) == 0 ? "" : "\"at\":\"\(time)\","
        let text = """
            {"version":1,"sweep":"SW-\(numbers.below(9))","operator":"K07",\(head)\
            "zone":"\(["A", "B", "C", "D", "Z"][numbers.below(5)])","reads":[\
            {"epc_hex":"\(PathStory.tag(numbers.below(9) + 1))"},{"epc_hex":"zz"},\
            {"epc_hex":"\(PathStory.tag(numbers.below(9) + 1))","heard_at":"2026-11-01T00:00:00Z"}],\
            "marks":[]}
            """
        return message("tally/v1/S1/sweep", text, retainedOneIn: 10)
    }

    private mutating func decision() -> IntakeInput.Kind? {
        guard !ids.isEmpty else { return nil }
        return .decision(
            OperatorDecision(
                discrepancyID: ids[numbers.below(ids.count)],
                verb: numbers.below(2) == 0 ? .confirm : .dismiss,
                actor: .init(uid: 1, gid: 1, name: "li"), reason: "went and looked"))
    }

    private mutating func rebinding() -> IntakeInput.Kind {
        let number = numbers.below(4) + 1
        let tid = numbers.below(2) == 0 ? nil : "E28011052000000000000001"
        return .register(
            RegisterChange(
                bindings: [TagBinding(epcHex: PathStory.tag(number), assetNo: "PC-\(number)", tidHex: tid)]))
    }
}
