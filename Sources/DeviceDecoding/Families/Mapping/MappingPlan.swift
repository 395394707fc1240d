import AssetModel

/// A mapping with all that can be told once, and not for every record. Immutable; a class, so that handing it
/// on costs one reference and not a copy of twenty fields.
final class MappingPlan: Sendable {
    let mapping: PayloadMapping
    /// What a message or a record may be instead of a read, in the order in which it is looked for.
    let signsOfMessage: [Sign]
    let signsOfRecord: [Sign]
    /// The device's name does not depend on the record.
    let readerIsOfMessage: Bool
    let readsEndInArray: Bool
    /// The records are the identities themselves, not objects.
    let readsScalars: Bool
    let usesTopic: Bool

    /// `event` is `nil` for what is known and ignored.
    struct Sign: Sendable {
        var condition: MappingCondition
        var event: DeviceEvent?
    }

    init(_ mapping: PayloadMapping) {
        self.mapping = mapping
        let signs =
            mapping.disconnectedWhen.map { Sign(condition: $0, event: .disconnected) }
            + mapping.connectedWhen.map { Sign(condition: $0, event: .connected) }
            + mapping.heartbeatWhen.map { Sign(condition: $0, event: .heartbeat) }
            + mapping.ignoreWhen.map { Sign(condition: $0) }
        signsOfMessage = signs.filter(\.condition.source.isAboutMessage)
        signsOfRecord = signs.filter { !$0.condition.source.isAboutMessage }
        readerIsOfMessage = mapping.reader?.isAboutMessage ?? false
        readsEndInArray = mapping.reads.steps.last == .each
        if case .path(let path) = mapping.epc {
            readsScalars = path.anchor == .record && path.steps.isEmpty
        } else {
            readsScalars = false
        }
        let fields = [
            mapping.tid, mapping.antenna, mapping.signal, mapping.time, mapping.readCount, mapping.direction,
            mapping.reader,
        ]
        let sources = fields.compactMap { $0 } + signs.map(\.condition.source)
        usesTopic = (sources + [mapping.epc]).contains { if case .topicLevel = $0 { true } else { false } }
    }
}
