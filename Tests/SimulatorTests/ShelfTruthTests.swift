import AssetModel
import Foundation
import Testing
import WarehouseSimulator

@Suite struct `truth of shelf workloads` {
    /// Much happens, nothing is read that is not there.
    private static var eventful: ShelfFigures {
        var figures = ShelfWorlds.small(tags: 240, hours: 24)
        figures.hazards.multiply(by: 30)
        figures.hazards.ghosts = 0
        return figures
    }

    private static func times(_ reads: [ShelfRead]) -> [Int: [WorldTime]] {
        Dictionary(grouping: reads) { Int($0.tag) }.mapValues { $0.map(\.at).sorted() }
    }

    @Test func `events come at the rates of the table, over seeds`() {
        var counts: [String: Int] = [:]
        var figures = ShelfWorlds.small(tags: 2_400, hours: 14 * 24)
        figures.hazards.shadows = 0.2
        let seeds: [UInt64] = [1, 2, 3]
        for seed in seeds {
            for event in ShelfWorkload(figures, seed: seed, withOracle: false).truth {
                var name = event.kind.rawValue
                if event.kind == .move { name += event.isAuthorised ? "+" : "-" }
                if event.kind == .removed { name += event.via ?? "" }
                counts[name, default: 0] += 1
            }
        }
        let days = 14.0 * Double(seeds.count)
        // Expected: a day, less the share (at most) that does not happen to tags already gone.
        let expected: [(String, Double, Double)] = [
            ("move+", 2_400 * 0.02, 0.06), ("move-", 2_400 * 0.003, 0.1),
            ("removedquiet", 2_400 * 0.002, 0.06), ("removedportal", 2_400 * 0.002, 0.06),
            ("tag_dead", 2_400 * 0.000_2, 0.06), ("arrived_unregistered", 2_400 * 0.01, 0.25),
            ("shadow_on", 2_400 * 0.2, 0.03), ("reader_down", 8, 0.05), ("antenna_fault", 6 * 0.2, 0.06),
        ]
        for (name, aDay, slack) in expected {
            let mean = aDay * days
            let count = Double(counts[name] ?? 0)
            #expect(abs(count - mean) <= 4 * mean.squareRoot() + slack * mean, "\(name) \(count) \(mean)")
        }
        #expect(counts["clone_on"] == 10 * seeds.count)
        #expect(counts["clock_step"] == seeds.count)
    }

    @Test func `nothing is read of what is gone, from the moment on`() {
        var workload = ShelfWorkload(Self.eventful, seed: 2, withOracle: false)
        let passes = workload.truth.filter { $0.kind == .portalPass }
        let read = Self.times(ShelfWorlds.reads(&workload))
        var gone = 0
        for event in workload.truth where event.expected == .missing {
            guard let tag = event.tag else { continue }
            var from = event.from
            if event.via == "portal" {
                // Last heard on its way out.
                from = passes.first { $0.tags == [Int32(tag)] && $0.from >= event.from }?.to ?? .max
            }
            let until = event.to ?? .max
            #expect(!(read[tag] ?? []).contains { from <= $0 && $0 < until }, "\(event)")
            gone += 1
        }
        #expect(gone > 30)
    }

    @Test func `a ghost is read at its rate and only where it was`() {
        var figures = ShelfWorlds.still(rate: 0.8, tags: 240, hours: 24)
        figures.hazards.quietRemovals = 5
        figures.hazards.returnedShare = 0
        figures.hazards.ghosts = 0.01
        var workload = ShelfWorkload(figures, seed: 3, withOracle: false)
        let read = Self.times(ShelfWorlds.reads(&workload))
        var ghosts = 0
        var epochs = 0
        for event in workload.truth where event.kind == .removed {
            guard let tag = event.tag else { continue }
            // Whole epochs after it.
            let from = (event.from / 60_000 + 1) * 60_000
            ghosts += (read[tag] ?? []).count { $0 >= from }
            epochs += Int((figures.duration.milliseconds - from) / 60_000)
        }
        #expect(epochs > 50_000)
        #expect(ShelfWorlds.isBinomial(ghosts, of: epochs, chance: 0.01), "\(ghosts) of \(epochs)")
    }

    @Test func `a moved tag is read in its old zone before, in the new one after, nowhere between`() {
        var figures = Self.eventful
        figures.radio.neighbourShare = 0
        figures.radio.secondRingShare = 0
        figures.passes.bystanderShare = 0
        var workload = ShelfWorkload(figures, seed: 4, withOracle: false)
        var zones: [Int: [(from: WorldTime, zone: Int)]] = [:]
        for event in workload.truth where event.kind == .move {
            guard let tag = event.tag, let zone = event.zone, let from = event.fromZone else { continue }
            if zones[tag] == nil { zones[tag] = [(0, from)] }
            zones[tag]?.append((event.from, zone))
        }
        let layout = workload.layout
        let reads = ShelfWorlds.reads(&workload)
        var (seen, wrong) = (0, 0)
        for read in reads where layout.antennas[Int(read.antenna)].side == nil {
            guard let places = zones[Int(read.tag)] else { continue }
            let place = places.last { $0.from <= read.at }
            if place?.zone == layout.antennas[Int(read.antenna)].zone { seen += 1 } else { wrong += 1 }
        }
        #expect(wrong == 0)
        #expect(zones.count > 80 && seen > 10_000)
    }

    @Test func `the register changes when a registered move begins and never for another`() {
        let workload = ShelfWorkload(Self.eventful, seed: 5, withOracle: false)
        let moves = workload.truth.filter { $0.kind == .move && $0.isAuthorised }
        let cards = workload.registerChanges.filter { $0.change.cards.first?.state == .inStock }
        for move in moves {
            guard let tag = move.tag, let zone = move.zone else { continue }
            let entry = cards.first {
                $0.at == move.from && $0.change.cards[0].assetNo == ShelfWorkload.assetNo(tag)
            }
            #expect(entry?.change.cards[0].location == workload.layout.zones[zone].locations[0])
        }
        #expect(cards.count { $0.change.cards.count == 1 } == moves.count)
        #expect(moves.count > 80)
    }

    @Test func `silent antennas read nothing, and only some of them say so`() {
        var figures = ShelfWorlds.small(tags: 120, hours: 24)
        figures.faults.outages = 8
        figures.faults.cableFaults = 4
        var workload = ShelfWorkload(figures, seed: 6, withOracle: false)
        let reads = ShelfWorlds.reads(&workload)
        let layout = workload.layout
        var faults = 0
        for event in workload.truth where event.kind == .readerDown || event.kind == .antennaFault {
            let silent = event.antenna.map { [$0] } ?? event.reader.map { layout.readers[$0].antennas } ?? []
            let time = event.from..<(event.to ?? .max)
            let heard = reads.count { silent.contains(Int($0.antenna)) && time.contains($0.at) }
            #expect(heard == 0, "\(event)")
            #expect(event.expected == (event.kind == .readerDown ? .device : .coverage))
            faults += 1
        }
        #expect(faults > 50)
    }

    @Test func `clones bear one EPC three or more neighbours apart, or take turns at two sites`() {
        var figures = ShelfWorlds.small(tags: 240, hours: 12)
        figures.faults.quiet()
        var workload = ShelfWorkload(figures, seed: 7)
        let read = Self.times(ShelfWorlds.reads(&workload))
        let layout = workload.layout
        let events = workload.truth.filter { $0.kind == .cloneOn }
        #expect(events.count == 10)
        for event in events {
            guard let original = event.tag, let zone = event.zone, let home = event.fromZone,
                let clone = workload.tags.firstIndex(where: { $0.original == original })
            else {
                Issue.record("\(event)")
                continue
            }
            #expect(workload.tags[clone].epc == workload.tags[original].epc)
            #expect(workload.tags[clone].tid != workload.tags[original].tid)
            #expect((read[clone]?.first ?? 0) >= event.from)
            #expect((event.detectableFrom ?? 0) > event.from)
            let isFar = layout.zones[zone].site != layout.zones[home].site
            #expect(isFar == (event.via == "in_turns"))
            let turn: WorldTime = 1_200_000
            guard isFar else {
                #expect(ShelfWorlds.ring(zone, of: home, in: layout) == nil)
                continue
            }
            for (tag, parity) in [(clone, 0), (original, 1)] {
                let turns = (read[tag] ?? []).filter { $0 >= event.from }.map { ($0 - event.from) / turn }
                #expect(turns.allSatisfy { $0 % 2 == WorldTime(parity) })
                #expect(!turns.isEmpty)
            }
        }
    }

    @Test func `a pallet is heard outside before inside on its way in, and the other way round`() {
        var figures = ShelfWorlds.small(tags: 960, hours: 12)
        figures.faults.quiet()
        figures.hazards.quiet()
        figures.passes.aDay = 60
        figures.passes.away = 600...1_200
        var workload = ShelfWorkload(figures, seed: 8, withOracle: false)
        let layout = workload.layout
        let gates = ShelfWorlds.reads(&workload).filter { layout.antennas[Int($0.antenna)].side != nil }
        var right: [String: Int] = [:]
        var passes: [String: Int] = [:]
        for pass in workload.truth where pass.kind == .portalPass && pass.tags.count > 1 {
            guard let via = pass.via, let end = pass.to else { continue }
            let own = Set(pass.tags)
            let reads = gates.filter { own.contains($0.tag) && (pass.from..<end).contains($0.at) }
            func mean(_ side: SiteLayout.Antenna.Side) -> Double {
                let times = reads.filter { layout.antennas[Int($0.antenna)].side == side }.map(\.at)
                return Double(times.reduce(0, +)) / Double(max(1, times.count))
            }
            #expect(Set(reads.map(\.tag)).count * 10 > own.count * 8, "\(via)")
            let later = mean(.inside) - mean(.outside)
            passes[via, default: 0] += 1
            if via == "in" ? later > 0 : via == "out" ? later < 0 : abs(later) < 500 {
                right[via, default: 0] += 1
            }
        }
        #expect(passes["in", default: 0] > 20 && passes["out", default: 0] > 20)
        #expect(right == passes)
    }

    // MARK: what could be known

    @Test func `nothing is detectable before it happens`() {
        var workload = ShelfWorkload(Self.eventful, seed: 9)
        _ = ShelfWorlds.reads(&workload)
        var known: [ShelfEvent.Expected: Int] = [:]
        for event in workload.truth {
            guard let from = event.detectableFrom else { continue }
            #expect(from > event.from, "\(event)")
            known[event.expected, default: 0] += 1
        }
        for expected in [ShelfEvent.Expected.missing, .misplaced, .unexpected, .clone] {
            #expect(known[expected, default: 0] >= 9, "\(expected)")
        }
        #expect(known[ShelfEvent.Expected.none] == nil)
    }

    @Test func `the lines are JSON with the names of the page, ends included`() throws {
        var workload = ShelfWorkload(Self.eventful, seed: 9)
        _ = ShelfWorlds.reads(&workload)
        var kinds: Set<String> = []
        for line in workload.truthLines() {
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            kinds.insert(try #require(object["event"] as? String))
            #expect(UTCInstant(rfc3339: try #require(object["t0"] as? String)) != nil)
            #expect(ShelfEvent.Expected(rawValue: try #require(object["class"] as? String)) != nil)
            #expect(try PublishedText.plantedEvent(line) == nil)
        }
        #expect(
            kinds.isSuperset(of: [
                "move", "removed", "arrived_unregistered", "tag_dead", "shadow_on", "shadow_off", "clone_on",
                "reader_down", "reader_up", "clock_step", "portal_pass",
            ]))
    }
}
