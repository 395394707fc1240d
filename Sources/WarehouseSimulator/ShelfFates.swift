import AssetModel

/// What happens to one asset of a shelf workload, by the rates of ``ShelfFigures/Hazards``.
///
/// Each kind of event has random numbers of its own, so that a changed rate leaves the moments of all others
/// where they were. What would happen to a tag that is gone, or within minutes of the last, does not.
extension ShelfScript {
    private enum Wish: Int {
        case registeredMove, unregisteredMove, quietRemoval, portalRemoval, failure
    }

    /// Where an asset stands in the course of its fate.
    private struct Course {
        var tag: Int
        var zone: Int
        var registered: Int
        /// Index into the truth: it stands elsewhere than the books say.
        var misplaced: Int?
        var freeFrom: WorldTime = 0
    }

    /// Nothing else happens to a tag so soon after an event, milliseconds (choice).
    private static let settling: WorldTime = 600_000

    mutating func decideFate(of tag: Int) {
        let hazards = figures.hazards
        let rates: [(Wish, Double)] = [
            (.registeredMove, hazards.registeredMoves), (.unregisteredMove, hazards.unregisteredMoves),
            (.quietRemoval, hazards.quietRemovals), (.portalRemoval, hazards.portalRemovals),
            (.failure, hazards.failures),
        ]
        var wishes: [(at: WorldTime, wish: Wish, chance: SplitMix64)] = []
        for (wish, rate) in rates where rate > 0 {
            var chance = random.stream(.shelfFate, entity: tag, epoch: wish.rawValue)
            for (number, at) in moments(aDay: rate, &chance).enumerated() {
                let entity = 8 + number * 8 + wish.rawValue
                wishes.append((at, wish, random.stream(.shelfFate, entity: tag, epoch: entity)))
            }
        }
        if wishes.isEmpty { return }
        wishes.sort { ($0.at, $0.wish.rawValue) < ($1.at, $1.wish.rawValue) }
        let home = Int(homes[tag])
        var course = Course(tag: tag, zone: home, registered: home)
        for (at, wish, chance) in wishes where at >= course.freeFrom {
            var chance = chance
            grant(wish, at: at, &course, &chance)
        }
        hasFate[tag] = true
    }

    private mutating func grant(
        _ wish: Wish, at time: WorldTime, _ course: inout Course, _ chance: inout SplitMix64
    ) {
        switch wish {
        case .registeredMove: move(&course, at: time, isAuthorised: true, &chance)
        case .unregisteredMove:
            guard course.misplaced == nil else { return }
            move(&course, at: time, isAuthorised: false, &chance)
        case .quietRemoval: removeQuietly(&course, at: time, &chance)
        case .portalRemoval: removeThroughGate(&course, at: time, &chance)
        case .failure:
            let event = note(ShelfEvent(.tagDead, .missing, from: time, tag: course.tag))
            truth[event].zone = course.zone
            close(&course, at: time)
            step(.gone, course.tag, at: time, event: event)
            course.freeFrom = .max
        }
    }

    private mutating func move(
        _ course: inout Course, at time: WorldTime, isAuthorised: Bool, _ chance: inout SplitMix64
    ) {
        let zones = plan.zonesOfSite[site(of: course.zone)]
        guard zones.count > 1 else { return }
        // Any other zone of the site, each as likely.
        var to = chance.whole(zones.lowerBound...zones.upperBound - 2)
        if to >= course.zone { to += 1 }
        let arrival = time + seconds(figures.hazards.carried, &chance)
        if isAuthorised { close(&course, at: arrival) }
        var event = ShelfEvent(.move, isAuthorised ? .none : .misplaced, from: time, tag: course.tag)
        event.zone = to
        event.fromZone = course.zone
        event.isAuthorised = isAuthorised
        if isAuthorised { event.to = arrival }
        let index = note(event)
        step(.leave, course.tag, at: time)
        step(.enter(zone: to), course.tag, at: arrival, event: isAuthorised ? -1 : index)
        if isAuthorised {
            enterBooks(course.tag, zone: to, at: time)
            course.registered = to
        } else {
            course.misplaced = index
        }
        course.zone = to
        course.freeFrom = arrival + Self.settling
    }

    private mutating func removeQuietly(
        _ course: inout Course, at time: WorldTime, _ chance: inout SplitMix64
    ) {
        close(&course, at: time)
        let event = noteRemoval(course, at: time, via: "quiet")
        step(.gone, course.tag, at: time, event: event)
        course.freeFrom = .max
        guard chance.unit() < figures.hazards.returnedShare else { return }
        let wait = chance.waitingTime() * figures.hazards.returnedAfter * 1_000
        let back = time + Self.settling + WorldTime(min(wait, Double(end)))
        truth[event].to = back
        course.zone = course.registered
        var returned = ShelfEvent(.returned, .none, from: back, to: back, tag: course.tag)
        returned.zone = course.zone
        _ = note(returned)
        step(.enter(zone: course.zone), course.tag, at: back)
        course.freeFrom = back + Self.settling
    }

    private mutating func removeThroughGate(
        _ course: inout Course, at time: WorldTime, _ chance: inout SplitMix64
    ) {
        guard let gate = plan.gate(ofSite: site(of: course.zone)) else {
            return removeQuietly(&course, at: time, &chance)
        }
        close(&course, at: time)
        let event = noteRemoval(course, at: time, via: "portal")
        step(.leave, course.tag, at: time, event: event)
        let way = time + seconds(figures.passes.way, &chance)
        let pass = addPass(.outward, gate: gate, at: way, tags: [Int32(course.tag)], &chance)
        send(course.tag, through: pass, then: .gone)
        course.freeFrom = .max
    }

    private mutating func noteRemoval(_ course: Course, at time: WorldTime, via: String) -> Int {
        var event = ShelfEvent(.removed, .missing, from: time, tag: course.tag)
        event.zone = course.zone
        event.via = via
        return note(event)
    }

    /// It no longer stands where it should not.
    private mutating func close(_ course: inout Course, at time: WorldTime) {
        if let misplaced = course.misplaced { truth[misplaced].to = time }
        course.misplaced = nil
    }

    // MARK: shadows

    /// Metal or liquid before a tag, from one epoch's beginning to another's.
    mutating func addShadows(to tag: Int) {
        guard figures.hazards.shadows > 0 else { return }
        var chance = random.stream(.shelfShadow, entity: tag)
        let between = Double(Self.day) / figures.hazards.shadows
        var at = chance.waitingTime() * between
        while at < Double(end) {
            let lasting = chance.waitingTime() * figures.hazards.shadowMean * 1_000
            let from = (WorldTime(at) / epoch + 1) * epoch
            let to = (WorldTime(at + lasting) / epoch + 2) * epoch
            _ = note(ShelfEvent(.shadowOn, .none, from: from, to: to, tag: tag))
            step(.shadowOn, tag, at: from)
            step(.shadowOff, tag, at: to)
            at = Double(to) + chance.waitingTime() * between
        }
    }
}
