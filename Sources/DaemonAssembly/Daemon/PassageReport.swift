import AssetModel
import GatewayConfiguration
import IntakePipeline

/// The line of a passage in the journal: no tags, they stand in the store.
extension IntakeLoop {
    func report(_ passage: Passage) {
        // Rounded down: nothing is ever quite sure.
        let sure = "\(Int(passage.confidence * 100))%"
        let reason = configuration.language == .chinese ? passage.reasonChinese : passage.reasonEnglish
        log.write(
            .passage,
            [
                "id": passage.id, "gate": path.layout.zones[passage.gate].id,
                "direction": passage.direction.rawValue, "sure": sure, "tags": "\(passage.tags.count)",
                "from": "\(passage.from)", "late": "\(passage.isLate)", "why": reason,
            ])
    }
}
