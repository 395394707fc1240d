import AssetModel

/// What is arranged for several tags of a shelf workload at once: pallets through gates, arrivals, clones,
/// and the tags of SHELF-2 that change places.
extension ShelfScript {
    // MARK: passes

    /// - Returns: its index.
    mutating func addPass(
        _ direction: ShelfPass.Direction, gate: Int, at time: WorldTime, tags: [Int32],
        _ chance: inout SplitMix64
    ) -> Int {
        let speeds = figures.passes.speed
        var pass = ShelfPass(
            gate: gate, direction: direction, at: time,
            speed: speeds.lowerBound + chance.unit() * (speeds.upperBound - speeds.lowerBound),
            turn: chance.unit() * 2)
        let shelf = plan.gates[gate].nextTo
        let count = (Double(tags.count) * figures.passes.bystanderShare).rounded()
        for _ in 0..<Int(count) {
            let row = chance.whole(0...max(0, figures.tags / plan.shelfZones - 1))
            let tag = row * plan.shelfZones + shelf
            if tag < figures.tags, !tags.contains(Int32(tag)) { pass.bystanders.append(Int32(tag)) }
        }
        passes.append(pass)
        let window = pass.window(reach: figures.radio.reachMetres)
        var event = ShelfEvent(.portalPass, .none, from: window.lowerBound, to: window.upperBound)
        event.zone = plan.gates[gate].zone
        event.via = direction.rawValue
        event.tags = tags
        _ = note(event)
        return passes.count - 1
    }

    /// - Returns: when it is through.
    @discardableResult
    mutating func send(_ tag: Int, through pass: Int, then kind: ShelfStep.Kind) -> WorldTime {
        let window = passes[pass].window(reach: figures.radio.reachMetres)
        step(.pass(pass), tag, at: window.lowerBound)
        step(kind, tag, at: window.upperBound)
        return window.upperBound
    }

    mutating func sendPallets(through gate: Int) {
        var chance = random.stream(.shelfPass, entity: gate)
        for (number, at) in moments(aDay: figures.passes.aDay, &chance).enumerated() {
            var own = random.stream(.shelfPass, entity: gate, epoch: number + 1)
            let zone = zone(ofSite: plan.gates[gate].site, &own)
            let back = at + seconds(figures.passes.away, &own)
            let pallet = pallet(in: zone, at: at, &own)
            // Less is no pallet.
            guard pallet.count >= figures.passes.tags / 4, back < end - Self.day / 24 else { continue }
            if own.unit() < figures.passes.turnedBackShare {
                turnBack(pallet, zone: zone, gate: gate, at: at, &own)
            } else {
                lend(pallet, zone: zone, gate: gate, time: at..<back, &own)
            }
        }
    }

    /// Assets of a zone for which nothing else is arranged, beginning anywhere.
    private func pallet(in zone: Int, at time: WorldTime, _ chance: inout SplitMix64) -> [Int32] {
        let all = Array(stride(from: zone, to: figures.tags, by: plan.shelfZones))
        guard !all.isEmpty else { return [] }
        let first = chance.whole(0...all.count - 1)
        let free = (all[first...] + all[..<first]).filter { !hasFate[$0] && freeFrom[$0] <= time }
        return free.prefix(figures.passes.tags).map { Int32($0) }
    }

    private mutating func turnBack(
        _ pallet: [Int32], zone: Int, gate: Int, at time: WorldTime, _ chance: inout SplitMix64
    ) {
        let way = seconds(figures.passes.way, &chance)
        let pass = addPass(.turnedBack, gate: gate, at: time + way, tags: pallet, &chance)
        for tag in pallet.map(Int.init) {
            step(.leave, tag, at: time)
            let through = send(tag, through: pass, then: .leave)
            step(.enter(zone: zone), tag, at: through + way)
            freeFrom[tag] = through + way + Self.day / 24
        }
    }

    /// Out and, some hours later, in again, both with the books' knowledge.
    private mutating func lend(
        _ pallet: [Int32], zone: Int, gate: Int, time: Range<WorldTime>, _ chance: inout SplitMix64
    ) {
        let wayOut = seconds(figures.passes.way, &chance)
        let wayIn = seconds(figures.passes.way, &chance)
        let out = addPass(.outward, gate: gate, at: time.lowerBound + wayOut, tags: pallet, &chance)
        let back = addPass(.inward, gate: gate, at: time.upperBound, tags: pallet, &chance)
        lendInBooks(pallet, zone: zone, time: time)
        for tag in pallet.map(Int.init) {
            step(.leave, tag, at: time.lowerBound)
            send(tag, through: out, then: .away)
            let through = send(tag, through: back, then: .leave)
            step(.enter(zone: zone), tag, at: through + wayIn)
            freeFrom[tag] = through + wayIn + Self.day / 24
        }
    }

    // MARK: arrivals

    /// Pallets of things that have our numbers and no cards.
    mutating func addArrivals() {
        guard !plan.gates.isEmpty else { return }
        var chance = random.stream(.shelfPass, entity: plan.gates.count)
        let pallets = figures.hazards.arrivals * Double(figures.tags) / Double(figures.passes.tags)
        for (number, at) in moments(aDay: pallets, &chance).enumerated() {
            var own = random.stream(.shelfPass, entity: plan.gates.count, epoch: number + 1)
            let gate = own.whole(0...plan.gates.count - 1)
            let zone = zone(ofSite: plan.gates[gate].site, &own)
            let way = seconds(figures.passes.way, &own)
            let reference = UInt64(10_000_001 + number * figures.passes.tags)
            let pallet = (0..<figures.passes.tags).map { place in
                Int32(addTag(.arrival, epc: WarehouseWorld.ownTag(reference: reference + UInt64(place))))
            }
            let pass = addPass(.inward, gate: gate, at: at, tags: pallet, &own)
            for tag in pallet.map(Int.init) {
                let through = send(tag, through: pass, then: .leave)
                var event = ShelfEvent(.arrivedUnregistered, .unexpected, from: through + way, tag: tag)
                event.zone = zone
                step(.enter(zone: zone), tag, at: through + way, event: note(event))
            }
        }
    }

    // MARK: clones

    /// Neighbours between two tags that are read together.
    private static let stepsApart = 3

    mutating func addClones() {
        let hazards = figures.hazards
        for number in 0..<hazards.clonesTogether + hazards.clonesInTurns {
            var chance = random.stream(.shelfClone, entity: number)
            // Not at once, and soon enough to be found.
            let at = WorldTime(Double(end) * (0.1 + 0.7 * chance.unit()))
            let isTogether = number < hazards.clonesTogether
            guard let original = bachelor(&chance) else { continue }
            let home = Int(homes[original])
            let places =
                isTogether
                ? plan.zones(atLeast: Self.stepsApart, from: home)
                : (0..<plan.shelfZones).filter { site(of: $0) != site(of: home) }
            guard !places.isEmpty else { continue }
            let zone = places[chance.whole(0...places.count - 1)]
            let clone = addTag(.clone, epc: tags[original].epc)
            tags[clone].original = original
            hasFate[original] = true
            var event = ShelfEvent(.cloneOn, .clone, from: at, tag: original)
            event.fromZone = home
            event.zone = zone
            event.via = isTogether ? "together" : "in_turns"
            let index = note(event)
            step(.appear(zone: zone), clone, at: at, event: index)
            if !isTogether { takeTurns((original, home), (clone, zone), from: at) }
        }
    }

    /// An asset to which nothing happens.
    private func bachelor(_ chance: inout SplitMix64) -> Int? {
        for _ in 0..<1_000 {
            let tag = chance.whole(0...figures.tags - 1)
            if !hasFate[tag] { return tag }
        }
        return nil
    }

    /// While one is read the other is covered.
    private mutating func takeTurns(
        _ first: (tag: Int, zone: Int), _ second: (tag: Int, zone: Int), from start: WorldTime
    ) {
        let turn = figures.hazards.clonesTurn * 1_000
        step(.leave, first.tag, at: start)
        var (off, on) = (second, first)
        for at in stride(from: start + turn, to: end, by: Int(turn)) {
            step(.leave, off.tag, at: at)
            step(.appear(zone: on.zone), on.tag, at: at)
            swap(&off, &on)
        }
    }

    // MARK: SHELF-2

    mutating func addSwappers() {
        let every = figures.hazards.swapEvery * 1_000
        for tag in figures.tags - figures.hazards.swappers..<figures.tags {
            hasFate[tag] = true
            var zone = Int(homes[tag])
            for at in stride(from: every, to: end, by: Int(every)) {
                var left = ShelfEvent(.leave, .none, from: at, to: at, tag: tag)
                left.zone = zone
                _ = note(left)
                zone = (zone + 1) % plan.shelfZones
                var entered = ShelfEvent(.enter, .none, from: at, to: at, tag: tag)
                entered.zone = zone
                _ = note(entered)
                step(.appear(zone: zone), tag, at: at)
            }
        }
    }
}
