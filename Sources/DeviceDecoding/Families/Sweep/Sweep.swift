package import AssetModel

/// Our own handheld sweep message.
package struct Sweep: MessageFamily {
    package static let format = MessageFormat.sweep

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        decoded.refuse(Rejection(.unknownShape, offset: 0))
    }
}
