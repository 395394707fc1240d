/// The books as the rules see them: immutable columns with one string arena, a few dozen bytes an asset.
///
/// Names and everything else that only people read stay in the store. A change builds a new snapshot.
package struct RegisterSnapshot: Sendable {
    package private(set) var assets: AssetColumns
    /// By EPC; one live binding a tag.
    package private(set) var bindings: [EPC: Binding]
    /// By terminal phone number; several where a terminal moved from one vehicle to another, in order of
    /// their plates.
    private var holdersOfPhone: [String: [Vehicle]]
    private var vehiclesByPlate: [String: Vehicle]
    private var assetIndices: [String: Int32]
    private let places: PlaceIndex

    /// A tag bound to an asset number; the card may be missing.
    package struct Binding: Sendable, Equatable {
        package var assetNo: String
        package var tidHex: String?
        package var validFrom: UTCInstant?
        package var validTo: UTCInstant?

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
    }

    package init(layout: SiteLayout, books: RegisterChange = RegisterChange()) {
        assets = AssetColumns()
        bindings = [:]
        holdersOfPhone = [:]
        vehiclesByPlate = [:]
        assetIndices = [:]
        places = PlaceIndex(layout)
        apply(books)
    }

    /// Takes changed lines in; lines not named stay.
    package mutating func apply(_ change: RegisterChange) {
        for card in change.cards { put(card) }
        for line in change.bindings {
            guard let tag = EPC(hex: line.epcHex) else { continue }
            bindings[tag] = Binding(
                assetNo: line.assetNo, tidHex: line.tidHex, validFrom: line.validFrom, validTo: line.validTo)
        }
        for vehicle in change.vehicles { put(vehicle) }
    }

    package func asset(_ assetNo: String) -> Asset? {
        guard let index = assetIndices[assetNo] else { return nil }
        return assets[Int(index)]
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
        if let binding = bindings[tag], binding.holds(at: instant) {
            guard let asset = asset(binding.assetNo) else {
                return .boundWithoutCard(assetNo: binding.assetNo)
            }
            return .asset(asset)
        }
        return space.contains(tag) ? .oursUnbound : .foreign
    }

    private mutating func put(_ card: AssetCard) {
        let zone = places.zone(of: card)
        let inStore = zone.map { places.isStore[$0] } ?? false
        let asset = Asset(
            assetNo: card.assetNo, state: card.state ?? (inStore ? .inStock : .inUse), expectedZone: zone,
            exposureFen: card.originalValueFen)
        if let index = assetIndices[card.assetNo] {
            assets.replace(Int(index), with: asset)
        } else {
            assetIndices[card.assetNo] = Int32(assets.count)
            assets.append(asset)
        }
    }

    private mutating func put(_ card: VehicleCard) {
        let before = vehiclesByPlate[card.plateNo]?.terminalPhone
        vehiclesByPlate[card.plateNo] = Vehicle(
            plateNo: card.plateNo, terminalPhone: card.terminalPhone, sealed: card.sealed,
            tracked: card.trackingPolicy != .none, validFrom: card.validFrom, validTo: card.validTo)
        for phone in Set([before ?? "", card.terminalPhone]) where !phone.isEmpty { assign(phone) }
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

/// Card columns: asset numbers in one arena, state, expected zone and value beside it.
package struct AssetColumns: Sendable {
    private var arena: [UInt8] = []
    private var ends: [UInt32] = []
    private var states: [UInt8] = []
    private var zones: [Int16] = []
    private var exposures: [Int64] = []

    /// Stands for "the card names no value".
    private static let noExposure = Int64.min
    private static let noZone: Int16 = -1

    package var count: Int { states.count }

    package subscript(index: Int) -> RegisterSnapshot.Asset {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        let zone = zones[index]
        let exposure = exposures[index]
        return RegisterSnapshot.Asset(
            assetNo: String(decoding: arena[start..<Int(ends[index])], as: UTF8.self),
            state: AssetState.allCases[Int(states[index])],
            expectedZone: zone == AssetColumns.noZone ? nil : Int(zone),
            exposureFen: exposure == AssetColumns.noExposure ? nil : exposure)
    }

    fileprivate mutating func append(_ asset: RegisterSnapshot.Asset) {
        arena.append(contentsOf: asset.assetNo.utf8)
        ends.append(UInt32(arena.count))
        states.append(0)
        zones.append(AssetColumns.noZone)
        exposures.append(AssetColumns.noExposure)
        replace(states.count - 1, with: asset)
    }

    /// The asset number of a line never changes.
    fileprivate mutating func replace(_ index: Int, with asset: RegisterSnapshot.Asset) {
        states[index] = UInt8(AssetState.allCases.firstIndex(of: asset.state)!)
        zones[index] = asset.expectedZone.map { Int16($0) } ?? AssetColumns.noZone
        exposures[index] = asset.exposureFen ?? AssetColumns.noExposure
    }
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
