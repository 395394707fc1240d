package import AssetModel

/// Why and where a JSON text is refused.
package struct JSONFault: Error, Equatable, Sendable {
    /// `malformedJSON`, `nestedTooDeep` or `notUTF8`.
    package let reason: Rejection.Reason
    /// Bytes from the start of the text; its length where it ends too early.
    package let offset: Int

    package init(reason: Rejection.Reason, offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    package var rejection: Rejection { Rejection(reason, offset: offset) }
}

/// What stands next in a JSON text, told by its first byte.
package enum JSONKind: Sendable {
    case object, array, string, number, bool, null
}
