package import AssetModel

/// All walk-by zones of a layout: feeds each with the reads of its antennas, closes its epochs when their
/// time has come, and says who enters a field and who leaves it.
///
/// Evidence is the set of tags read in each epoch, so order and repeats change nothing. Where a tag rests is
/// ``PresenceTracker``'s to say: what passes an antenna moves nothing on a shelf.
package struct WalkByTracker: Sendable {
    var zones: [WalkByZone] = []
    /// For each antenna the place of its zone in `zones`.
    private var placeOfAntenna: [Int?]
    private var nextClose: UTCInstant?

    /// Tags followed at once in all zones together: 12 MB, and at epochs of a second a tenth of a core.
    package static let tagsMax = 4_096
    /// In a site of very many such zones each may follow so many.
    private static let tagsOfZoneMin = 128

    /// - Parameter hazardFactor: the rates of moving and resting are wrong by it, to show what that costs.
    package init(layout: SiteLayout, hazardFactor: Double = 1) {
        placeOfAntenna = Array(repeating: nil, count: layout.antennas.count)
        let walkBy = layout.zones.indices.filter { layout.zones[$0].kind == .walkBy }
        for zone in walkBy {
            let antennas = layout.antennas.indices.filter { layout.feedsWalkBy($0, zone: zone) }
            guard let first = antennas.first else { continue }
            for antenna in antennas { placeOfAntenna[antenna] = zones.count }
            let length = antennas.reduce(layout.evidenceEpoch(of: first)) {
                max($0, layout.evidenceEpoch(of: $1))
            }
            var settings = WalkBySettings(lagEpochs: layout.zones[zone].lagEpochs(length))
                .rates(times: hazardFactor)
            settings.tagsMax = max(WalkByTracker.tagsOfZoneMin, WalkByTracker.tagsMax / walkBy.count)
            let line = layout.antennas[first]
            let id = layout.zones[zone].id
            let source = antennas.count == 1 ? "\(layout.readers[line.reader].id)/\(line.port)" : id
            zones.append(
                WalkByZone(zone: zone, id: id, source: source, epochLength: length, settings: settings))
        }
    }

    /// No epoch closes before it, in listened time.
    package func nextCheck(at time: PathTime) -> ElapsedTime {
        guard let nextClose else { return .never }
        return time.listened + max(.zero, nextClose - time.now)
    }

    // MARK: what happens

    /// A read that is evidence.
    package mutating func observe(_ slot: Int, antenna: Int, heardAt: UTCInstant, at now: UTCInstant) {
        guard let place = placeOfAntenna[antenna] else { return }
        zones[place].observe(UInt32(slot), heardAt: heardAt, at: now)
        noteNext()
    }

    /// Time has come to a whole second.
    package mutating func advance(
        to time: PathTime, coverage: CoverageLedger
    ) -> [PresenceTracker.SlotChange] {
        guard let nextClose, nextClose <= time.now else { return [] }
        var changes: [WalkByChange] = []
        for place in zones.indices {
            let covered = coverage.coveredWithoutBreak(zone: zones[place].zone, at: time)
            changes += zones[place].advance(to: time.now) { covered >= time.now - $0 }
        }
        noteNext()
        return changes.map(\.presence)
    }

    /// A tag's line went to another tag.
    package mutating func forget(_ slot: Int, at now: UTCInstant) -> [PresenceTracker.SlotChange] {
        zones.indices.compactMap { zones[$0].forget(UInt32(slot), at: now)?.presence }
    }

    /// Our own clock was set.
    package mutating func clockStepped(to now: UTCInstant) -> [PresenceTracker.SlotChange] {
        defer { noteNext() }
        return zones.indices.flatMap { zones[$0].restartTime(at: now) }.map(\.presence)
    }

    mutating func noteNext() { nextClose = zones.compactMap(\.nextClose).min() }

    // MARK: what it is asked

    /// A tag in the field of a walk-by zone.
    package struct Stay: Equatable, Sendable {
        package var slot: Int
        /// Start of the first epoch in which it was there, event time.
        package var since: UTCInstant
        /// 0...1: that it was there in the newest epoch that has been decided.
        package var probability: Double
    }

    /// Who is in the field now, who came first first.
    package func stays(in zone: Int) -> [Stay] {
        guard let place = zones.first(where: { $0.zone == zone }) else { return [] }
        return place.stays
            .map {
                Stay(
                    slot: Int($0.key), since: place.start(of: $0.value.since),
                    probability: $0.value.probability)
            }
            .sorted { ($0.since, $0.slot) < ($1.since, $1.slot) }
    }

    /// 0...1, that a tag was in the field in the epoch decided last; `nil` where the zone is no walk-by zone.
    package func chance(of slot: Int, in zone: Int) -> Double? {
        guard let place = zones.first(where: { $0.zone == zone }) else { return nil }
        return place.chances[UInt32(slot)] ?? place.filter?.restingProbability ?? 0
    }

    /// The epoch decided last and the read cycle; `nil` before the first.
    package func decidedEpoch(of zone: Int) -> (start: UTCInstant, length: ElapsedTime)? {
        guard let place = zones.first(where: { $0.zone == zone }), let newest = place.filter?.newestEpoch
        else { return nil }
        return (place.start(of: newest - Int64(place.settings.lagEpochs)), place.epochLength)
    }

    /// Reads that no conclusion could take up, since the store was made: of more tags at once than may be
    /// followed, and of epochs that were decided already.
    package var readsNotFollowed: Int64 {
        zones.reduce(0) {
            $0 + $1.readsBeyond + $1.readsOutOfTime + Int64(clamping: $1.filter?.readsNotFollowed ?? 0)
        }
    }
}

extension SiteLayout {
    /// A fixed antenna of a walk-by zone: what a person sweeps there is no passing.
    fileprivate func feedsWalkBy(_ antenna: Int, zone: Int) -> Bool {
        antennas[antenna].zone == zone && !readers[antennas[antenna].reader].isHandheld
    }
}

extension SiteLayout.Zone {
    /// Epochs that follow the one which is decided, within the time that the operator gives: the first of the
    /// time is the epoch itself.
    package func lagEpochs(_ epochLength: ElapsedTime) -> Int {
        let epochs = decideWithin.milliseconds / epochLength.milliseconds - 1
        return Int(min(Int64(WalkBySettings.lagMax), max(0, epochs)))
    }
}
