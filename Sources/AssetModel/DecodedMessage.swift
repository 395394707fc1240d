/// What one message turned out to hold. Reused from message to message, so that decoding allocates nothing
/// once warm.
package struct DecodedMessage: Sendable {
    package var tagReads: [TagRead] = []
    package var fixes: [VehicleFix] = []
    package var deviceEvents: [DeviceEvent] = []
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

    package init() {}

    /// Records in the message: reads, fixes, device events and refused records.
    package var recordCount: Int { tagReads.count + fixes.count + deviceEvents.count + rejections.count }

    package mutating func reset() {
        tagReads.removeAll(keepingCapacity: true)
        fixes.removeAll(keepingCapacity: true)
        deviceEvents.removeAll(keepingCapacity: true)
        rejections.removeAll(keepingCapacity: true)
        refusal = nil
        ignored = nil
        sentAt = nil
        terminalPhone = ""
    }
}
