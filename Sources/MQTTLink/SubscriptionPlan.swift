/// What to ask the broker for after it accepted us. A SUBSCRIBE makes it send every retained message again,
/// so only what is missing is asked for.
struct SubscriptionPlan: Hashable {
    /// In the order of the settings.
    var missing: [String]
    /// Sorted.
    var obsolete: [String]

    /// - Parameters:
    ///   - wanted: the filters of the settings.
    ///   - known: what was granted in the session before; empty where nobody remembers.
    ///   - sessionPresent: the broker's word that it kept the session.
    init(wanted: [String], known: Set<String>, sessionPresent: Bool) {
        let standing = sessionPresent ? known : []
        var asked: Set<String> = []
        missing = wanted.filter { !standing.contains($0) && asked.insert($0).inserted }
        obsolete = standing.subtracting(wanted).sorted()
    }
}
