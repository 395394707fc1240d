package import AssetModel

/// The EMQX JT/T 808 gateway.
package struct EMQXGateway: MessageFamily {
    package static let format = MessageFormat.emqx

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        decoded.refuse(Rejection(.unknownShape, offset: 0))
    }
}
