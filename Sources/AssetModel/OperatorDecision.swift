/// What a person decided about a discrepancy; an input of the path like any other.
package struct OperatorDecision: Hashable, Sendable {
    /// The discrepancy's id, `D-` and 16 hex digits.
    package var discrepancyID: String
    package var verb: Verb
    /// Who, as the kernel says it of the caller of the control socket.
    package var actor: Actor
    /// Why, in the person's own words; never empty.
    package var reason: String

    package enum Verb: String, Hashable, Sendable, CaseIterable, Codable {
        /// It is so: OPEN → CONFIRMED.
        case confirm
        /// It is not so: OPEN or CONFIRMED → DISMISSED.
        case dismiss
    }

    package struct Actor: Hashable, Sendable {
        package var uid: UInt32
        package var gid: UInt32
        /// The account's name at the time of the decision; the number stands in where it has none.
        package var name: String

        package init(uid: UInt32, gid: UInt32, name: String) {
            self.uid = uid
            self.gid = gid
            self.name = name
        }
    }

    package init(discrepancyID: String, verb: Verb, actor: Actor, reason: String) {
        self.discrepancyID = discrepancyID
        self.verb = verb
        self.actor = actor
        self.reason = reason
    }
}
