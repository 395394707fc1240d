/// What stood in the books where a change put something else: with it the change is taken back.
package struct RegisterBefore: Sendable {
    /// Key and line; `nil` where the books had none.
    package var cards: [(assetNo: String, asset: RegisterSnapshot.Asset?)] = []
    package var bindings: [(tag: EPC, binding: RegisterSnapshot.Binding?)] = []
    package var vehicles: [(plateNo: String, vehicle: RegisterSnapshot.Vehicle?)] = []

    package init() {}
}

extension RegisterSnapshot {
    /// The lines that a change would replace.
    package func lines(before change: RegisterChange) -> RegisterBefore {
        var before = RegisterBefore()
        before.cards = change.cards.map { ($0.assetNo, asset($0.assetNo)) }
        before.bindings = change.bindings.compactMap { line in
            EPC(hex: line.epcHex).map { ($0, binding(of: $0)) }
        }
        before.vehicles = change.vehicles.map { ($0.plateNo, vehicle($0.plateNo)) }
        return before
    }
}
