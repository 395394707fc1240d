/// What the fields of a payload mean, where no built-in family knows it: one `[[mapping]]` of the
/// configuration.
package struct PayloadMapping: Hashable, Sendable {
    /// The name by which `vendor = "mapping NAME"` refers to it.
    package var id: String

    package init(id: String) {
        self.id = id
    }
}
