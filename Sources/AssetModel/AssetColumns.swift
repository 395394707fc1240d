/// Card columns: asset numbers in one arena; state, expected zone and value beside it.
///
/// A number that only a binding names has a line too, without a card.
package struct AssetColumns: Sendable {
    private var arena: [UInt8] = []
    private var ends: [UInt32] = []
    private var states: [UInt8] = []
    private var zones: [Int16] = []
    private var exposures: [Int64] = []
    private var index = NumberIndex()
    /// Lines with a card.
    package private(set) var count = 0

    /// Stands for "the card names no value".
    private static let noExposure = Int64.min
    private static let noZone: Int16 = -1
    private static let noCard = UInt8.max

    /// The card of a line; `nil` where it has none.
    subscript(line: Int) -> RegisterSnapshot.Asset? {
        guard states[line] != AssetColumns.noCard else { return nil }
        let zone = zones[line]
        let exposure = exposures[line]
        return RegisterSnapshot.Asset(
            assetNo: name(of: line), state: AssetState.allCases[Int(states[line])],
            expectedZone: zone == AssetColumns.noZone ? nil : Int(zone),
            exposureFen: exposure == AssetColumns.noExposure ? nil : exposure)
    }

    func name(of line: Int) -> String { String(decoding: utf8(of: line), as: UTF8.self) }

    func line(of assetNo: String) -> Int? {
        let hash = assetNo.hashValue
        var text = assetNo
        return text.withUTF8 { wanted in
            arena.withUnsafeBufferPointer { arena in
                index.find(hash) { line in
                    let own = UnsafeBufferPointer(rebasing: arena[start(of: line)..<Int(ends[line])])
                    return AssetColumns.areSame(own, wanted)
                }
            }
        }
    }

    private func start(of line: Int) -> Int { line == 0 ? 0 : Int(ends[line - 1]) }

    /// The line of an asset number, made where there is none.
    mutating func lineMade(for assetNo: String) -> Int {
        if let line = line(of: assetNo) { return line }
        let line = states.count
        arena.append(contentsOf: assetNo.utf8)
        ends.append(UInt32(arena.count))
        states.append(AssetColumns.noCard)
        zones.append(AssetColumns.noZone)
        exposures.append(AssetColumns.noExposure)
        index.add(line, hash: assetNo.hashValue) { [arena, ends] in
            AssetColumns.name(of: $0, arena, ends).hashValue
        }
        return line
    }

    /// The asset number of a line never changes.
    mutating func put(_ asset: RegisterSnapshot.Asset) {
        let line = lineMade(for: asset.assetNo)
        if states[line] == AssetColumns.noCard { count += 1 }
        states[line] = UInt8(AssetState.allCases.firstIndex(of: asset.state)!)
        zones[line] = asset.expectedZone.map { Int16($0) } ?? AssetColumns.noZone
        exposures[line] = asset.exposureFen ?? AssetColumns.noExposure
    }

    /// The number stays, its card goes.
    mutating func removeCard(_ assetNo: String) {
        guard let line = line(of: assetNo), states[line] != AssetColumns.noCard else { return }
        states[line] = AssetColumns.noCard
        count -= 1
    }

    // MARK: names

    private func utf8(of line: Int) -> ArraySlice<UInt8> { AssetColumns.utf8(of: line, arena, ends) }

    private static func utf8(of line: Int, _ arena: [UInt8], _ ends: [UInt32]) -> ArraySlice<UInt8> {
        arena[(line == 0 ? 0 : Int(ends[line - 1]))..<Int(ends[line])]
    }

    private static func name(of line: Int, _ arena: [UInt8], _ ends: [UInt32]) -> String {
        String(decoding: utf8(of: line, arena, ends), as: UTF8.self)
    }

    /// The same characters, however they are composed.
    private static func areSame(_ one: UnsafeBufferPointer<UInt8>, _ other: UnsafeBufferPointer<UInt8>)
        -> Bool
    {
        if one.count == other.count, one.indices.allSatisfy({ one[$0] == other[$0] }) { return true }
        guard one.contains(where: { $0 >= 0x80 }) else { return false }
        return String(decoding: one, as: UTF8.self) == String(decoding: other, as: UTF8.self)
    }
}
