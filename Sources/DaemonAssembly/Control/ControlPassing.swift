import AssetModel
import InventoryStorage
import OperatorAPI

/// Who is in the field of a walk-by zone now: from the path, for no store keeps what passes.
extension ControlAnswers {
    func passing(_ figures: ZoneFigures, window: (limit: Int, offset: Int)) throws -> PassingGroup {
        var group = PassingGroup()
        group.total = figures.passingTotal
        for tag in figures.passing.dropFirst(window.offset).prefix(window.limit) {
            var thing = PassingThing(
                epcHex: tag.tag.hex, since: "\(tag.since)", probability: tag.probability)
            if let binding = try reader.binding(epcHex: tag.tag.hex), binding.holds(at: desk.now()) {
                thing.assetNo = binding.assetNo
                thing.assetName = try reader.card(binding.assetNo)?.assetName
            }
            group.items.append(thing)
        }
        return group
    }
}
