package import AssetModel

/// Zebra fixed readers, "IoT Connector".
package struct Zebra: MessageFamily {
    package static let format = MessageFormat.zebra

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        decoded.refuse(Rejection(.unknownShape, offset: 0))
    }
}
