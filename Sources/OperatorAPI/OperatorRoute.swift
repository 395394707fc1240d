/// The control socket: HTTP/1.1 with JSON bodies over a Unix stream socket. Who calls is known by the
/// socket's peer credentials; nothing in a request says it.
///
///     GET  /v1/status                                           StatusReply
///     GET  /v1/discrepancies?state=open|all&code=CODE&limit=N   DiscrepancyList
///     GET  /v1/discrepancies/{id}                               DiscrepancyReply
///     GET  /v1/where?q=ASSET|EPC|PLATE&full=true|false          WhereReply
///     POST /v1/register/import?kind=&dry_run=&strict=           ImportReply; the body is the CSV file
///
/// Everything else, and every refusal but one, is answered with an ErrorReply and a status of 400 or more.
/// The one: a book that is refused by its own lines comes back as an ImportReply with status 422.
package enum OperatorRoute {
    package static let status = "/v1/status"
    /// The id of one discrepancy may follow after a slash.
    package static let discrepancies = "/v1/discrepancies"
    package static let whereabouts = "/v1/where"
    package static let registerImport = "/v1/register/import"

    /// Names of the query items. Flags are `true` or `false`; a flag that is left out is `false`.
    package enum Query {
        /// ``DiscrepancyFilter``; left out means `open`.
        package static let state = "state"
        package static let code = "code"
        /// 1...``OperatorRoute/discrepanciesLimitMax``; left out means the default.
        package static let limit = "limit"
        /// An asset number, an EPC in hex of either case, or a plate number.
        package static let subject = "q"
        /// Show a plate number in full. Only for callers who may see it.
        package static let full = "full"
        /// `register`, `tags` or `vehicles`; left out means: by the headings.
        package static let kind = "kind"
        package static let dryRun = "dry_run"
        package static let strict = "strict"
    }

    package enum DiscrepancyFilter: String, Sendable, CaseIterable {
        /// Not settled yet: OPEN, CONFIRMED, UNDER_REVIEW.
        case open
        case all
    }

    /// Where the daemon listens unless the configuration says otherwise.
    package static let socketPath = "/run/tallyd/control.sock"
    /// Names another socket for the command line.
    package static let socketVariable = "TALLY_SOCKET"

    /// What fits a screen or two.
    package static let discrepanciesLimitDefault = 200
    /// About 1 KiB each keeps the answer under ``replyBytesMax``.
    package static let discrepanciesLimitMax = 10_000
    /// The largest book: a million cards of 64 bytes, 64 MiB.
    package static let importBodyBytesMax = 67_108_864
    /// The largest answer that a caller has to take, 32 MiB.
    package static let replyBytesMax = 33_554_432
    /// Keys of one sort that an ImportReply lists; the counts beside them are exact.
    package static let importSamplesMax = 20
    /// Problems that an ImportReply lists.
    package static let importProblemsMax = 1_000
}
