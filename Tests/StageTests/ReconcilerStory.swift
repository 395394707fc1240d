import AssetModel
import Reconciliation

/// Books and the discrepancies that follow, told as `CODE subject change`.
struct ReconcilerStory {
    var reconciler = Reconciler(layout: StageWorld.layout(), rules: RuleSettings())
    var register = RegisterSnapshot(layout: StageWorld.layout())
    var space = NumberSpace()
    var changes: [DiscrepancyChange] = []
    private(set) var second: Int64 = 0

    static let tag = StageWorld.tag(1)

    var now: UTCInstant { StageWorld.instant(second) }

    init(_ state: AssetState? = .inStock, zone: String = "A") {
        space.epcPrefixes = ["E280"]
        card("PC-1", state, zone)
        register.apply(
            RegisterChange(bindings: [TagBinding(epcHex: ReconcilerStory.tag.hex, assetNo: "PC-1")]))
    }

    mutating func card(_ assetNo: String, _ state: AssetState?, _ zone: String = "A") {
        var card = AssetCard(assetNo: assetNo)
        (card.state, card.zone, card.originalValueFen) = (state, zone, 549_900)
        register.apply(RegisterChange(cards: [card]))
    }

    /// The books were changed: what do they no longer support?
    mutating func review() {
        second += 1
        changes += reconciler.review(register: register, space: space, at: now)
    }

    mutating func vehicle(
        _ plate: String, _ phone: String, _ change: (inout VehicleCard) -> Void = { _ in }
    ) {
        var card = VehicleCard(plateNo: plate)
        card.terminalPhone = phone
        change(&card)
        register.apply(RegisterChange(vehicles: [card]))
    }

    mutating func sight(_ tag: EPC = ReconcilerStory.tag, epochs: Int = 1, zone: Int = StageWorld.b) {
        second += 1
        var sighting = Reconciler.Sighting(
            tag: tag, standing: register.standing(of: tag, at: now, in: space), zone: zone, heardAt: now,
            since: StageWorld.start)
        sighting.epochs = epochs
        sighting.source = "rB/1"
        changes += [reconciler.sighted(sighting, at: now)].compactMap { $0 }
    }

    mutating func believe(_ kind: PresenceChange.Kind) {
        second += 1
        guard case .asset(let asset) = register.standing(of: ReconcilerStory.tag, at: now, in: space) else {
            return
        }
        var change = PresenceChange(tag: ReconcilerStory.tag, kind: kind, at: now, cause: StageWorld.start)
        change.probability = 0.97
        change.evidenceCount = 7
        change.source = "rC/1"
        (change.reasonChinese, change.reasonEnglish) = ("因为", "because")
        changes += reconciler.reconcile(change, with: asset)
    }

    mutating func device(_ device: DeviceChange.Device, _ kind: DeviceChange.Kind) {
        second += 1
        var vehicle: RegisterSnapshot.Vehicle?
        if case .terminal(let phone) = device { vehicle = register.vehicle(ofTerminal: phone, at: now) }
        let change = DeviceChange(device, kind, at: now, cause: StageWorld.start)
        changes += reconciler.reconcile(change, vehicle: vehicle)
    }

    /// Since it was last asked.
    mutating func told() -> [String] {
        defer { changes = [] }
        return changes.map {
            "\($0.discrepancy.code.rawValue) \($0.discrepancy.subject.key) \($0.kind.rawValue)"
        }
    }
}
