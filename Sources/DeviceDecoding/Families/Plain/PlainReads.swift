package import AssetModel

/// Reads under the usual names.
package struct PlainReads: MessageFamily {
    package static let format = MessageFormat.plain

    package init() {}

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        decoded.refuse(Rejection(.unknownShape, offset: 0))
    }
}
