import AssetModel

/// A mapping with all that can be told once, and not for every record. Immutable; a class, so that handing it
/// on costs one reference and not a copy of forty fields.
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

    struct Sign: Sendable {
        var condition: MappingCondition
        var meaning: Meaning
    }

    /// What a message or record says that is no read.
    enum Meaning: Sendable {
        case event(DeviceEvent)
        /// Of the antenna that the mapping names.
        case antenna(isConnected: Bool)
        /// Reads were lost; when, is the time of the record or message.
        case overflow
        /// Known, and nothing for us.
        case ignored
    }

    init(_ mapping: PayloadMapping) {
        self.mapping = mapping
        let meanings: [(conditions: [MappingCondition], meaning: Meaning)] = [
            (mapping.disconnectedWhen, .event(.disconnected)), (mapping.connectedWhen, .event(.connected)),
            (mapping.antennaDisconnectedWhen, .antenna(isConnected: false)),
            (mapping.antennaConnectedWhen, .antenna(isConnected: true)),
            (mapping.inventoryIdleWhen, .event(.inventoryIdle)),
            (mapping.inventoryRunningWhen, .event(.inventoryRunning)),
            (mapping.overflowWhen, .overflow), (mapping.heartbeatWhen, .event(.heartbeat)),
            (mapping.ignoreWhen, .ignored),
        ]
        let signs = meanings.flatMap { entry in
            entry.conditions.map { Sign(condition: $0, meaning: entry.meaning) }
        }
        signsOfMessage = signs.filter(\.condition.isAboutMessage)
        signsOfRecord = signs.filter { !$0.condition.isAboutMessage }
        readerIsOfMessage = mapping.reader?.isAboutMessage ?? false
        readsEndInArray = mapping.reads.steps.last == .each
        if case .path(let path) = mapping.epc {
            readsScalars = path.anchor == .record && path.steps.isEmpty
        } else {
            readsScalars = false
        }
        let fields = [
            mapping.epc, mapping.tid, mapping.protocolControl, mapping.airProtocol, mapping.antenna,
            mapping.signal, mapping.time, mapping.sentAt, mapping.readCount, mapping.direction,
            mapping.frequency, mapping.phase, mapping.transmitPower, mapping.reader,
        ]
        usesTopic =
            fields.contains { $0?.usesTopic ?? false } || signs.contains(where: \.condition.usesTopic)
    }
}
