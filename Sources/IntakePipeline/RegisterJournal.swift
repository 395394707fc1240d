import AssetModel

/// A change of the books in the journal. The store keeps the books as they are now; a restart begins with
/// the checkpoint, so it first takes the changes since then back, the last one first, and then takes each up
/// again where it came.
///
///     what stood before    cards | bindings | vehicles   each: number 4 | { key | was there 1 | line }…
///     what came            cards | bindings | vehicles   each: number 4 | { line }…
///
/// Of a line only what ``RegisterSnapshot`` reads.
enum RegisterJournal {
    /// Lines that are journaled between two checkpoints: at some 200 bytes a line half a megabyte. More of
    /// them are a new register, and a checkpoint costs less.
    static let linesMax = 2_000
}

extension IntakePath {
    /// Journals a change, or has a checkpoint taken in its place.
    mutating func journal(_ change: RegisterChange) {
        let lines = change.cards.count + change.bindings.count + change.vehicles.count
        registerLinesJournaled += lines
        guard registerLinesJournaled <= RegisterJournal.linesMax else {
            mustTakeCheckpoint = true
            return
        }
        journal.register(change, before: register.lines(before: change), at: now)
    }

    /// The books as they were at the checkpoint.
    mutating func takeBackRegister(
        _ journals: [[UInt8]], mapping: LayoutMapping
    ) throws(ByteReader.Damaged) {
        var changes: [RegisterBefore] = []
        for bytes in journals {
            var reader = try JournalReader(bytes)
            while let (record, _) = try reader.next() {
                if case .register(_, let before) = record { changes.append(before) }
            }
        }
        for var before in changes.reversed() {
            for index in before.cards.indices {
                let zone = before.cards[index].asset?.expectedZone
                before.cards[index].asset?.expectedZone = zone.flatMap { mapping.zone($0) }
            }
            register.takeBack(before)
        }
    }
}

extension JournalWriter {
    mutating func register(_ change: RegisterChange, before: RegisterBefore, at: UTCInstant) {
        begin(.register, at)
        writer.put(before)
        writer.put(change)
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ before: RegisterBefore) {
        put(UInt32(before.cards.count))
        for (assetNo, asset) in before.cards {
            put(assetNo)
            put(asset != nil)
            guard let asset else { continue }
            put(asset.state.rawValue)
            put(maybe: asset.expectedZone.map { Int64($0) })
            put(maybe: asset.exposureFen)
        }
        put(UInt32(before.bindings.count))
        for (tag, binding) in before.bindings {
            put(tag: tag)
            put(binding != nil)
            guard let binding else { continue }
            put(binding.assetNo)
            put(maybe: binding.tidHex)
            putTerm(binding.validFrom, binding.validTo)
        }
        put(UInt32(before.vehicles.count))
        for (plateNo, vehicle) in before.vehicles {
            put(plateNo)
            put(vehicle != nil)
            guard let vehicle else { continue }
            put(vehicle.terminalPhone)
            put(vehicle.sealed)
            put(vehicle.tracked)
            putTerm(vehicle.validFrom, vehicle.validTo)
        }
    }

    fileprivate mutating func put(_ change: RegisterChange) {
        put(UInt32(change.cards.count))
        for card in change.cards {
            put(card.assetNo)
            put(maybe: card.state?.rawValue)
            put(maybe: card.originalValueFen)
            for text in [card.location, card.locationCode, card.site, card.zone] { put(text) }
        }
        put(UInt32(change.bindings.count))
        for line in change.bindings {
            put(line.epcHex)
            put(line.assetNo)
            put(maybe: line.tidHex)
            putTerm(line.validFrom, line.validTo)
        }
        put(UInt32(change.vehicles.count))
        for card in change.vehicles {
            put(card.plateNo)
            put(card.terminalPhone)
            put(card.sealed)
            put(card.trackingPolicy.rawValue)
            putTerm(card.validFrom, card.validTo)
        }
    }

    private mutating func put(maybe number: Int64?) {
        put(number != nil)
        if let number { put(number) }
    }

    private mutating func put(maybe text: String?) {
        put(text != nil)
        if let text { put(text) }
    }

    private mutating func putTerm(_ from: UTCInstant?, _ to: UTCInstant?) {
        put(maybe: from?.milliseconds)
        put(maybe: to?.milliseconds)
    }
}

extension ByteReader {
    mutating func takeRegister() throws(Damaged) -> JournalRecord {
        let before = try takeBefore()
        return .register(try takeChange(), before: before)
    }

    private mutating func takeBefore() throws(Damaged) -> RegisterBefore {
        var before = RegisterBefore()
        for _ in 0..<(try take(UInt32.self)) {
            let assetNo = try takeText()
            before.cards.append((assetNo, try takeFlag() ? try takeAsset(assetNo) : nil))
        }
        for _ in 0..<(try take(UInt32.self)) {
            let tag = try takeTag()
            before.bindings.append((tag, try takeFlag() ? try takeBinding() : nil))
        }
        for _ in 0..<(try take(UInt32.self)) {
            let plateNo = try takeText()
            before.vehicles.append((plateNo, try takeFlag() ? try takeVehicle(plateNo) : nil))
        }
        return before
    }

    private mutating func takeAsset(_ assetNo: String) throws(Damaged) -> RegisterSnapshot.Asset {
        let state = try takeWord(AssetState.self)
        let zone = try takeMaybeNumber().map { Int(clamping: $0) }
        return RegisterSnapshot.Asset(
            assetNo: assetNo, state: state, expectedZone: zone, exposureFen: try takeMaybeNumber())
    }

    private mutating func takeBinding() throws(Damaged) -> RegisterSnapshot.Binding {
        let (assetNo, tidHex) = (try takeText(), try takeMaybeText())
        return RegisterSnapshot.Binding(
            assetNo: assetNo, tidHex: tidHex, validFrom: try takeMaybeInstantOfTerm(),
            validTo: try takeMaybeInstantOfTerm())
    }

    private mutating func takeVehicle(_ plateNo: String) throws(Damaged) -> RegisterSnapshot.Vehicle {
        let (phone, sealed, tracked) = (try takeText(), try takeFlag(), try takeFlag())
        var vehicle = RegisterSnapshot.Vehicle(
            plateNo: plateNo, terminalPhone: phone, sealed: sealed, tracked: tracked)
        (vehicle.validFrom, vehicle.validTo) = (try takeMaybeInstantOfTerm(), try takeMaybeInstantOfTerm())
        return vehicle
    }

    private mutating func takeChange() throws(Damaged) -> RegisterChange {
        var change = RegisterChange()
        for _ in 0..<(try take(UInt32.self)) {
            var card = AssetCard(assetNo: try takeText())
            if try takeFlag() { card.state = try takeWord(AssetState.self) }
            card.originalValueFen = try takeMaybeNumber()
            (card.location, card.locationCode) = (try takeText(), try takeText())
            (card.site, card.zone) = (try takeText(), try takeText())
            change.cards.append(card)
        }
        for _ in 0..<(try take(UInt32.self)) {
            var line = TagBinding(epcHex: try takeText(), assetNo: try takeText())
            line.tidHex = try takeMaybeText()
            (line.validFrom, line.validTo) = (try takeMaybeInstantOfTerm(), try takeMaybeInstantOfTerm())
            change.bindings.append(line)
        }
        for _ in 0..<(try take(UInt32.self)) {
            var card = VehicleCard(plateNo: try takeText())
            (card.terminalPhone, card.sealed) = (try takeText(), try takeFlag())
            card.trackingPolicy = try takeWord(VehicleCard.TrackingPolicy.self)
            (card.validFrom, card.validTo) = (try takeMaybeInstantOfTerm(), try takeMaybeInstantOfTerm())
            change.vehicles.append(card)
        }
        return change
    }

    private mutating func takeWord<Word: RawRepresentable>(_: Word.Type) throws(Damaged) -> Word
    where Word.RawValue == String {
        guard let word = Word(rawValue: try takeText()) else {
            throw Damaged(offset: offset, size: offset)
        }
        return word
    }

    private mutating func takeMaybeNumber() throws(Damaged) -> Int64? {
        try takeFlag() ? try take(Int64.self) : nil
    }

    private mutating func takeMaybeText() throws(Damaged) -> String? {
        try takeFlag() ? try takeText() : nil
    }

    private mutating func takeMaybeInstantOfTerm() throws(Damaged) -> UTCInstant? {
        try takeMaybeNumber().map { UTCInstant(milliseconds: $0) }
    }
}
