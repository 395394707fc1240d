package import AssetModel

/// Payloads whose fields a `[[mapping]]` of the configuration names.
package struct MappedReads: MessageFamily {
    package static let format = MessageFormat.mapping

    private let mapping: PayloadMapping

    package init() { self.init(mapping: PayloadMapping(id: "")) }

    package init(mapping: PayloadMapping) {
        self.mapping = mapping
    }

    package static func recognition(of message: RawMessage) -> Recognition { .none }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        decoded.refuse(Rejection(.unknownShape, offset: 0))
    }
}
