import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `a fleet and its terminals` {
    static func world(_ seed: UInt64) -> FleetWorld {
        var figures = FleetFigures()
        figures.vehicles = 40
        figures.duration = ElapsedTime(seconds: 2 * 86_400)
        return FleetWorld(figures, seed: seed)
    }

    @Test func `the same seed gives the same frames, another seed others, in order of arrival`() {
        let one = Array(FleetStream(Self.world(1)))
        #expect(one == Array(FleetStream(Self.world(1))))
        #expect(one != Array(FleetStream(Self.world(2))))
        #expect(zip(one, one.dropFirst()).allSatisfy { $0.at <= $1.at })
        #expect(one.count > 10_000)
    }

    @Test func `a terminal says nothing while the truth calls it silent`() {
        let world = Self.world(3)
        let silences = world.events.filter { $0.kind == .silentTerminal }
        for event in silences {
            let topic = "vehicles/\(world.phones[event.subject])/up"
            let from = world.start + ElapsedTime(milliseconds: event.from)
            let heard = FleetStream(world).filter { $0.topic == topic }
            // What was on its way, or kept where there was no network, still arrives.
            let late = from + ElapsedTime(seconds: 1_260)
            let until = from + ElapsedTime(seconds: 7_200)
            #expect(heard.contains { $0.at < from })
            #expect(!heard.contains { $0.at > late && $0.at < until })
        }
    }

    @Test func `sealed vehicles, and what happens to them, have to be told of by nobody`() {
        let world = Self.world(4)
        let sealed = world.books.vehicles.indices.filter { world.books.vehicles[$0].sealed }
        #expect(!world.events.contains { sealed.contains($0.subject) })
        let strangers = world.events.filter { $0.kind == .unknownTerminal }
        #expect(strangers.count == 2 && strangers.allSatisfy { $0.subject >= 40 })
    }

    @Test func `kept reports are written with their number, their reason and their length`() {
        var position = SimulatedPosition(
            phone: "13900001001", edition: .year2013, at: UTCInstant(milliseconds: 1_772_413_200_000))
        position.latitudeMicrodegrees = 30_450_000
        position.longitudeMicrodegrees = 114_870_000
        let alone = JT808Encoder.location(position)
        let kept = JT808Encoder.kept([position])
        // 12 bytes of header, then count 1, type 1, and the length of the body that the other frame has.
        let body = alone.count - 15
        #expect(Array(kept[1...2]) == [0x07, 0x04])
        #expect(Array(kept[13...17]) == [0, 1, 1, 0, UInt8(body)])
        #expect(Array(kept[18..<kept.count - 2]) == Array(alone[13..<alone.count - 2]))
    }
}
