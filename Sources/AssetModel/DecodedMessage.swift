/// What one message turned out to hold. Reused from message to message, so that decoding allocates nothing
/// once warm.
package struct DecodedMessage: Sendable {
    package var tagReads: [TagRead] = []
    package var fixes: [VehicleFix] = []
    package var deviceEvents: [DeviceEvent] = []
    /// What the message says about every device behind the gateway that sent it, see ``gatewayTopic``.
    package var gatewayEvents: [DeviceEvent] = []
    /// Set with ``gatewayEvents``: a topic of the gateway's own. The readers that listen to it are those
    /// behind the gateway.
    package var gatewayTopic: String = ""
    /// Records refused inside a message whose frame was understood.
    package var rejections: [Rejection] = []
    /// Set where the whole message is refused.
    package var refusal: Rejection?
    /// Set where the message is recognised and is neither read nor fix nor device event: the kind, for the
    /// counter.
    package var ignored: StaticString?
    /// When the device queued the message, by its own clock, if it says.
    package var sentAt: UTCInstant?
    /// The terminal that sent a JT/T 808 frame, leading zeros stripped; empty for readers.
    package var terminalPhone: String = ""
    /// How the device names itself in the body (host name, MAC, serial number); empty where it does not.
    package var deviceIdentity: String = ""
    /// How often the device reports a resting tag, where the message shows it.
    package var reportMode: ReportMode?
    /// Set for a handheld sweep: where its reads were made, and by whom.
    package var sweep: SweepHeader?

    package init() {}

    /// Records in the message: reads, fixes, device events and refused records.
    package var recordCount: Int {
        tagReads.count + fixes.count + deviceEvents.count + gatewayEvents.count + rejections.count
    }

    /// Asks before it empties: most messages fill one list, and emptying costs more than asking.
    package mutating func reset() {
        if !tagReads.isEmpty { tagReads.removeAll(keepingCapacity: true) }
        if !fixes.isEmpty { fixes.removeAll(keepingCapacity: true) }
        if !deviceEvents.isEmpty { deviceEvents.removeAll(keepingCapacity: true) }
        if !gatewayEvents.isEmpty { gatewayEvents.removeAll(keepingCapacity: true) }
        if !rejections.isEmpty { rejections.removeAll(keepingCapacity: true) }
        if !gatewayTopic.isEmpty { gatewayTopic = "" }
        if !terminalPhone.isEmpty { terminalPhone = "" }
        if !deviceIdentity.isEmpty { deviceIdentity = "" }
        if refusal != nil { refusal = nil }
        if sweep != nil { sweep = nil }
        ignored = nil
        sentAt = nil
        reportMode = nil
    }
}

/// The head of a handheld sweep message, `tally/v1/<site>/sweep`.
package struct SweepHeader: Hashable, Sendable {
    /// The sweep's own number, given by the handheld.
    package var id: String
    /// Code of the person, never a name.
    package var operatorCode: String
    package var at: UTCInstant?
    /// The zone that the operator stood in, as `[[zone]] id`.
    package var zone: String
    /// Manual marks in the message: DAMAGED, NO_TAG, SEEN.
    package var marks: [Mark]

    /// A manual mark on an asset, made by a person and no evidence from a tag.
    package struct Mark: Hashable, Sendable {
        package var assetNo: String
        package var word: Word
        package var note: String

        package enum Word: String, Hashable, Sendable, CaseIterable {
            case damaged = "DAMAGED"
            case noTag = "NO_TAG"
            case seen = "SEEN"
        }

        package init(assetNo: String, word: Word, note: String) {
            self.assetNo = assetNo
            self.word = word
            self.note = note
        }
    }

    package init(id: String, operatorCode: String, at: UTCInstant?, zone: String) {
        self.id = id
        self.operatorCode = operatorCode
        self.at = at
        self.zone = zone
        marks = []
    }
}
