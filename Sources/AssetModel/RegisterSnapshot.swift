/// The books as the rules see them: immutable columns with one string arena, a few dozen bytes an asset.
///
/// Names and everything else that only people read stay in the store. A change builds a new snapshot.
package struct RegisterSnapshot: Sendable {
    package private(set) var assets: AssetColumns
    /// One live binding a tag.
    private var bindings: BindingColumns
    /// By terminal phone number; several where a terminal moved from one vehicle to another, in order of
    /// their plates.
    private var holdersOfPhone: [String: [Vehicle]]
    private var vehiclesByPlate: [String: Vehicle]
    private let places: PlaceIndex

    /// A tag bound to an asset number; the card may be missing.
    package struct Binding: Sendable, Equatable {
        package var assetNo: String
        package var tidHex: String?
        package var validFrom: UTCInstant?
        package var validTo: UTCInstant?

        package init(
            assetNo: String, tidHex: String? = nil, validFrom: UTCInstant? = nil, validTo: UTCInstant? = nil
        ) {
            (self.assetNo, self.tidHex) = (assetNo, tidHex)
            (self.validFrom, self.validTo) = (validFrom, validTo)
        }

        package func holds(at instant: UTCInstant) -> Bool {
            (validFrom.map { $0 <= instant } ?? true) && (validTo.map { instant < $0 } ?? true)
        }
    }

    /// What the rules need of a vehicle.
    package struct Vehicle: Sendable, Equatable {
        package var plateNo: String
        /// Empty where no terminal is fitted.
        package var terminalPhone: String
        package var sealed: Bool
        package var tracked: Bool
        package var validFrom: UTCInstant?
        package var validTo: UTCInstant?

        package init(plateNo: String, terminalPhone: String, sealed: Bool, tracked: Bool) {
            (self.plateNo, self.terminalPhone) = (plateNo, terminalPhone)
            (self.sealed, self.tracked) = (sealed, tracked)
        }

        package func holds(at instant: UTCInstant) -> Bool {
            (validFrom.map { $0 <= instant } ?? true) && (validTo.map { instant < $0 } ?? true)
        }
    }

    /// What the rules need of a card.
    package struct Asset: Sendable, Equatable {
        package var assetNo: String
        package var state: AssetState
        /// Index into ``SiteLayout/zones``; `nil` where the card's place is no zone of ours.
        package var expectedZone: Int?
        package var exposureFen: Int64?

        package init(assetNo: String, state: AssetState, expectedZone: Int?, exposureFen: Int64?) {
            (self.assetNo, self.state) = (assetNo, state)
            (self.expectedZone, self.exposureFen) = (expectedZone, exposureFen)
        }
    }

    package init(layout: SiteLayout, books: RegisterChange = RegisterChange()) {
        assets = AssetColumns()
        bindings = BindingColumns()
        holdersOfPhone = [:]
        vehiclesByPlate = [:]
        places = PlaceIndex(layout)
        apply(books)
    }

    /// Takes changed lines in; lines not named stay.
    package mutating func apply(_ change: RegisterChange) {
        for card in change.cards { put(card) }
        for line in change.bindings {
            guard let tag = EPC(hex: line.epcHex) else { continue }
            bindings.put(
                tag, asset: assets.lineMade(for: line.assetNo), tidHex: line.tidHex,
                term: .init(from: line.validFrom, to: line.validTo))
        }
        for vehicle in change.vehicles { put(vehicle) }
    }

    /// Puts back what stood before a change, the last one first.
    package mutating func takeBack(_ before: RegisterBefore) {
        for (assetNo, asset) in before.cards {
            if let asset { assets.put(asset) } else { assets.removeCard(assetNo) }
        }
        for (tag, binding) in before.bindings {
            guard let binding else {
                bindings.remove(tag)
                continue
            }
            bindings.put(
                tag, asset: assets.lineMade(for: binding.assetNo), tidHex: binding.tidHex,
                term: .init(from: binding.validFrom, to: binding.validTo))
        }
        for (plateNo, vehicle) in before.vehicles { put(vehicle, plateNo) }
    }

    package func vehicle(_ plateNo: String) -> Vehicle? { vehiclesByPlate[plateNo] }

    package func asset(_ assetNo: String) -> Asset? {
        assets.line(of: assetNo).flatMap { assets[$0] }
    }

    /// Tags that are bound to an asset number, with or without a card.
    package var tagCount: Int { bindings.count }

    /// All of them, in order.
    package var boundTags: [EPC] { bindings.sortedTags }

    package func binding(of tag: EPC) -> Binding? {
        guard let line = bindings.line(of: tag) else { return nil }
        let term = bindings.term(of: line)
        return Binding(
            assetNo: assets.name(of: bindings.asset(of: line)), tidHex: bindings.tidHex(of: line),
            validFrom: term?.from, validTo: term?.to)
    }

    /// Is the tag bound from some instant on or until one?
    package func isBoundForATerm(_ tag: EPC) -> Bool {
        bindings.line(of: tag).flatMap { bindings.term(of: $0) } != nil
    }

    /// The tags on an asset number, in no order.
    package func forEachTag(on assetNo: String, _ body: (EPC) -> Void) {
        if let line = assets.line(of: assetNo) { bindings.forEachTag(ofAsset: line, body) }
    }

    /// The vehicle that carries a terminal at an instant; of two that claim it, the plate that sorts first.
    package func vehicle(ofTerminal phone: String, at instant: UTCInstant) -> Vehicle? {
        holdersOfPhone[phone]?.first { $0.holds(at: instant) }
    }

    /// All terminals that a vehicle carries at an instant.
    package func vehiclesByPhone(at instant: UTCInstant) -> [String: Vehicle] {
        var vehicles: [String: Vehicle] = [:]
        for phone in holdersOfPhone.keys { vehicles[phone] = vehicle(ofTerminal: phone, at: instant) }
        return vehicles
    }

    /// What the books say about a tag at an instant.
    package func standing(of tag: EPC, at instant: UTCInstant, in space: NumberSpace) -> TagStanding {
        if let line = bindings.line(of: tag), bindings.term(of: line)?.holds(at: instant) ?? true {
            let number = bindings.asset(of: line)
            return assets[number].map { .asset($0) } ?? .boundWithoutCard(assetNo: assets.name(of: number))
        }
        return space.contains(tag) ? .oursUnbound : .foreign
    }

    private mutating func put(_ card: AssetCard) {
        let zone = places.zone(of: card)
        let inStore = zone.map { places.isStore[$0] } ?? false
        assets.put(
            Asset(
                assetNo: card.assetNo, state: card.state ?? (inStore ? .inStock : .inUse), expectedZone: zone,
                exposureFen: card.originalValueFen))
    }

    private mutating func put(_ card: VehicleCard) {
        var vehicle = Vehicle(
            plateNo: card.plateNo, terminalPhone: card.terminalPhone, sealed: card.sealed,
            tracked: card.trackingPolicy != .none)
        (vehicle.validFrom, vehicle.validTo) = (card.validFrom, card.validTo)
        put(vehicle, card.plateNo)
    }

    private mutating func put(_ vehicle: Vehicle?, _ plateNo: String) {
        let before = vehiclesByPlate[plateNo]?.terminalPhone
        vehiclesByPlate[plateNo] = vehicle
        for phone in Set([before ?? "", vehicle?.terminalPhone ?? ""]) where !phone.isEmpty { assign(phone) }
    }

    private mutating func assign(_ phone: String) {
        let holders = vehiclesByPlate.values.filter { $0.terminalPhone == phone }
        holdersOfPhone[phone] = holders.isEmpty ? nil : holders.sorted { $0.plateNo < $1.plateNo }
    }
}

/// What the books say about a tag.
package enum TagStanding: Sendable, Equatable {
    case asset(RegisterSnapshot.Asset)
    /// 有物无卡: bound to an asset number that the register lacks.
    case boundWithoutCard(assetNo: String)
    /// Inside our number space, bound to nothing.
    case oursUnbound
    /// Somebody else's tag: counted, raises nothing.
    case foreign
}

/// Finds the zone that a card's place names: zone id, location code, then location text.
private struct PlaceIndex: Sendable {
    private var byName: [String: Int] = [:]
    private(set) var isStore: [Bool] = []
    private var siteIDs: Set<String>

    init(_ layout: SiteLayout) {
        siteIDs = Set(layout.sites.map(\.id))
        for (index, zone) in layout.zones.enumerated() {
            let site = layout.sites[zone.site]
            isStore.append(site.isStore)
            for name in [zone.id, zone.name] + zone.locations where !name.isEmpty {
                byName[name] = byName[name] ?? index
                byName[site.id + "/" + name] = byName[site.id + "/" + name] ?? index
            }
        }
    }

    func zone(of card: AssetCard) -> Int? {
        let isKnownSite = siteIDs.contains(card.site)
        for name in [card.zone, card.locationCode, card.location] where !name.isEmpty {
            if isKnownSite, let zone = byName[card.site + "/" + name] { return zone }
            // A card of one of our sites is never looked for in another one.
            if !isKnownSite, let zone = byName[name] { return zone }
        }
        return nil
    }
}
