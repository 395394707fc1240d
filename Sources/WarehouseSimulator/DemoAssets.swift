import AssetModel

/// What happens to the demo's tags: taken away, moved, carried through the gate, cloned, hidden for a while,
/// swept with a handheld; and tags that no card knows.
extension WarehouseWorld {
    /// Assets of a zone, in order of their numbers.
    private func assets(of id: String) -> Range<Int> {
        let home = zone(id)
        let own = books.cards.indices.filter { tags[$0].stays.first?.zone == home }
        return (own.first ?? 0)..<((own.last ?? 0) + 1)
    }

    /// One asset of a part of a zone; the parts of a zone never overlap, so that no asset is chosen twice.
    private func asset(of id: String, part: Int, entity: Int) -> Int {
        let own = assets(of: id)
        let size = DemoTimes.assetsPerZone / 4
        let first = own.lowerBound + part * size
        return chosen(from: first..<first + size, entity: entity)
    }

    mutating func plantDemoAssets() {
        plantDemoMove(asset(of: "shelf-a", part: 0, entity: 0))
        plantDisposed(asset(of: "shelf-a", part: 1, entity: 1))
        plantDemoTheft(asset(of: "shelf-a", part: 2, entity: 2))
        plantTurnBack(asset(of: "shelf-b", part: 0, entity: 3))
        plantRemoval(asset(of: "shelf-b", part: 1, entity: 4))
        plantClone(asset(of: "shelf-b", part: 2, entity: 5))
        plantArrival(asset(of: "shelf-b", part: 3, entity: 6))
        plantNewChip(asset(of: "shelf-e", part: 0, entity: 18))
        hideDemoTags()
        for (number, id) in ["shelf-a", "shelf-f"].enumerated() {
            let begin = moment(76...84, entity: 40 + number)
            sweeps.append(
                SimulatedSweep(
                    entity: number, id: "S-\(seed)-\(number + 1)", operatorCode: "C0\(number + 7)",
                    zone: zone(id), time: begin..<begin + 9_000))
            note(.sweep, .none, in: begin..<begin + 9_000, WorldEvent.Detail(zone: id))
        }
    }

    private mutating func plantDisposed(_ asset: Int) {
        books.cards[asset].state = .disposed
        plant(
            Plot(
                code: .disposedStillPresent, subject: names(of: asset), at: 0,
                sureAfter: DemoTimes.tagCertain, chinese: "台账已处置，实物仍在架",
                english: "disposed of in the books, still on the shelf"))
    }

    private mutating func plantDemoMove(_ asset: Int) {
        let time = moment(DemoTimes.moved, entity: 1)
        let (from, to) = (zone("shelf-a"), zone("shelf-b"))
        tags[asset].stays = [SimulatedTag.Stay(zone: from, time: 0..<time), stay(in: to, from: time)]
        note(
            .move, .misplaced, in: time..<WorldTime.max,
            WorldEvent.Detail(
                epcHex: tags[asset].epc.hex,
                move: WorldEvent.Move(from: "shelf-a", to: "shelf-b", isAuthorised: false)))
        plant(
            Plot(
                code: .locationMismatch, subject: names(of: asset), at: time,
                sureAfter: DemoTimes.moveCertain, chinese: "移至B货架", english: "moved to shelf-b"))
    }

    private mutating func plantRemoval(_ asset: Int) {
        let time = moment(DemoTimes.removed, entity: 2)
        tags[asset].stays[0].time = 0..<time
        noteRemoval(of: asset, at: time, via: "quiet")
        plant(
            Plot(
                code: .missingSuspect, subject: names(of: asset), at: time, sureAfter: figures.missingAfter,
                chinese: "被取走", english: "taken away"))
    }

    private mutating func noteRemoval(of asset: Int, at time: WorldTime, via: String) {
        note(
            .removed, .missing, in: time..<WorldTime.max,
            WorldEvent.Detail(
                epcHex: tags[asset].epc.hex, zone: zones[tags[asset].stays[0].zone].id, via: via,
                detectableFrom: instant(time) + figures.missingAfter))
    }

    // MARK: the gate

    private mutating func carry(
        _ asset: Int, _ direction: SimulatedPassage.Direction, in time: Range<WorldTime>
    ) {
        passages.append(
            SimulatedPassage(
                entity: passages.count, tags: [asset], gate: zone("gate-1"), direction: direction, time: time)
        )
        note(
            .portalPass, .none, in: time,
            WorldEvent.Detail(epcHex: tags[asset].epc.hex, zone: "gate-1", via: direction.rawValue))
    }

    private mutating func plantDemoTheft(_ asset: Int) {
        let time = moment(DemoTimes.theft, entity: 10)
        tags[asset].stays[0].time = 0..<time
        carry(asset, .outward, in: time + 2_000..<time + 8_000)
        noteRemoval(of: asset, at: time, via: "portal")
        plant(
            Plot(
                code: .missingSuspect, subject: names(of: asset), at: time,
                sureAfter: figures.missingAfter, chinese: "经一号门被带出", english: "carried out through the gate"))
    }

    /// Up to the gate and back to the shelf: must raise nothing.
    private mutating func plantTurnBack(_ asset: Int) {
        let time = moment(54...60, entity: 11)
        let home = tags[asset].stays[0].zone
        tags[asset].stays = [
            SimulatedTag.Stay(zone: home, time: 0..<time), stay(in: home, from: time + 12_000),
        ]
        carry(asset, .turnedBack, in: time + 3_000..<time + 9_000)
    }

    /// Comes in through the gate and goes to where its card says: must raise nothing.
    private mutating func plantArrival(_ asset: Int) {
        let time = moment(12...18, entity: 12)
        carry(asset, .inward, in: time..<time + 6_000)
        tags[asset].stays = [stay(in: tags[asset].stays[0].zone, from: time + 9_000)]
    }

    // MARK: clones, shadows, weak tags

    /// The same EPC on a second chip, beside the first. The books do not know the factory identity of either.
    private mutating func plantClone(_ asset: Int) {
        let time = moment(DemoTimes.clone, entity: 13)
        let entity = TagEntity.clones
        books.bindings[asset].tidHex = nil
        tags.append(
            SimulatedTag(
                entity: entity, epc: tags[asset].epc, tid: factoryIdentity(entity),
                stays: [stay(in: tags[asset].stays[0].zone, from: time)]))
        note(
            .clone, .clone, in: time..<WorldTime.max,
            WorldEvent.Detail(epcHex: tags[asset].epc.hex, zone: "shelf-b"))
        plant(
            Plot(
                code: .tagDuplicate, subject: names(of: asset), at: time,
                sureAfter: DemoTimes.tagCertain, chinese: "同一编码出现第二个芯片",
                english: "a second chip with the same EPC"))
    }

    /// The tag was replaced and nobody told the office: the EPC is the old one, the chip is not.
    private mutating func plantNewChip(_ asset: Int) {
        books.bindings[asset].tidHex = factoryIdentity(TagEntity.clones + 1).hex
        plant(
            Plot(
                code: .tagRebound, subject: names(of: asset), at: 0, sureAfter: DemoTimes.tagCertain,
                chinese: "换标后未登记", english: "tag replaced, not registered"))
    }

    /// Hidden for less than the limit, and weak for good where the limit is longer: must raise nothing.
    private mutating func hideDemoTags() {
        for (number, id) in ["room-k", "room-h", "shelf-e"].enumerated() {
            let asset = asset(of: id, part: 3, entity: 7 + number)
            let begin = moment(60...80, entity: 14 + number)
            let time = begin..<begin + DemoTimes.shadow
            tags[asset].shadows.append((time, DemoTimes.shadowFactor))
            note(.shadow, .none, in: time, WorldEvent.Detail(epcHex: tags[asset].epc.hex, zone: id))
        }
        let weak = asset(of: "room-m", part: 0, entity: 17)
        tags[weak].weakness = DemoTimes.weakness
        note(.weak, .none, in: Self.always, WorldEvent.Detail(epcHex: tags[weak].epc.hex, zone: "room-m"))
    }

    // MARK: tags without a card

    mutating func plantDemoStrangers() {
        for (number, id) in ["shelf-a", "room-h"].enumerated() {
            let epc = Self.ownTag(reference: UInt64(900_001 + number))
            let time = moment(DemoTimes.unknownTag, entity: 3 + 40 * number)
            addStranger(number, epc: epc, in: zone(id), from: time)
            note(
                .arrivedUnregistered, .unexpected, in: time..<WorldTime.max,
                WorldEvent.Detail(epcHex: epc.hex, zone: id))
            plant(
                Plot(
                    code: .surplusUnknownTag, subject: [SubjectName(.epcHex, epc.hex)], at: time,
                    sureAfter: DemoTimes.tagCertain, chinese: "本单位号段内的未登记标签上架",
                    english: "unregistered tag of our numbers appears"))
        }
        let noCard = Self.ownTag(reference: 900_011)
        let noCardAt = moment(DemoTimes.noCard, entity: 4)
        let assetNo = "GWC2026000991"
        books.bindings.append(TagBinding(epcHex: noCard.hex, assetNo: assetNo))
        addStranger(10, epc: noCard, in: zone("shelf-b"), from: noCardAt)
        plant(
            Plot(
                code: .surplusNoCard,
                subject: [SubjectName(.assetNo, assetNo), SubjectName(.epcHex, noCard.hex)], at: noCardAt,
                sureAfter: DemoTimes.tagCertain, chinese: "已绑标签但台账无卡片",
                english: "bound tag without a card appears"))
        // Clothes and parcels, some of them behind a wall.
        let places = ["shelf-a", "room-c", "dock-1", "shelf-e", "gate-1", "room-h"].map(zone)
        for number in 0..<DemoTimes.foreignTags {
            let entity = TagEntity.foreign + number
            var tag = SimulatedTag(
                entity: entity, epc: foreignTag(number), stays: [stay(in: places[number % 6], from: 0)])
            if number % 2 == 0 { tag.lossDecibels = 10 }
            tags.append(tag)
            note(.stray, .none, in: Self.always, WorldEvent.Detail(epcHex: tag.epc.hex))
        }
    }

    private mutating func addStranger(_ number: Int, epc: EPC, in zone: Int, from time: WorldTime) {
        let entity = TagEntity.strangers + number
        tags.append(
            SimulatedTag(
                entity: entity, epc: epc, tid: factoryIdentity(entity), stays: [stay(in: zone, from: time)]))
    }
}
