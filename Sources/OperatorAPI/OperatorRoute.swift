/// The control socket: HTTP/1.1 with JSON bodies over a Unix stream socket. Who calls is known by the
/// socket's peer credentials; nothing in a request says it.
///
///     GET  /v1/status                                           StatusReply
///     GET  /v1/discrepancies?state=open|all&code=CODE&limit=N   DiscrepancyList
///     GET  /v1/discrepancies/{id}                               DiscrepancyDetail
///     POST /v1/discrepancies/{id}/confirm                       DecisionReply; the body is a DecisionRequest
///     POST /v1/discrepancies/{id}/dismiss                       DecisionReply; the body is a DecisionRequest
///     GET  /v1/changes?after=SEQ&limit=N&all=true|false         ChangeList
///     GET  /v1/where?q=ASSET|EPC|PLATE&full=true|false          WhereReply
///     GET  /v1/readers?limit=N&offset=N                         ReaderList
///     GET  /v1/readers/{id}                                     ReaderReply
///     GET  /v1/zones?limit=N&offset=N                           ZoneList
///     GET  /v1/zones/{id}?limit=N&offset=N                      ZoneDetail
///     GET  /v1/passages?gate=ZONE&since=TIME&limit=N            PassageList
///     GET  /v1/quarantine?reason=WORD&topic=FILTER&limit=N      QuarantineList
///     GET  /v1/quarantine/{n}                                   QuarantineReply
///     POST /v1/register/import?kind=&dry_run=&strict=           ImportReply; the body is the CSV file
///
/// Everything else, and every refusal but one, is answered with an ErrorReply and a status of 400 or more.
/// The one: a book that is refused by its own lines comes back as an ImportReply with status 422.
package enum OperatorRoute {
    package static let status = "/v1/status"
    /// The id of one discrepancy may follow after a slash.
    package static let discrepancies = "/v1/discrepancies"
    /// After the id of one discrepancy: `OperatorDecision.Verb`, `confirm` or `dismiss`.
    package static func decision(_ verb: String, on id: String) -> String {
        discrepancies + "/" + id + "/" + verb
    }
    package static let changes = "/v1/changes"
    package static let whereabouts = "/v1/where"
    /// The id of one reader or zone, the number of one message, may follow after a slash.
    package static let readers = "/v1/readers"
    package static let zones = "/v1/zones"
    package static let quarantine = "/v1/quarantine"
    package static let passages = "/v1/passages"
    package static let registerImport = "/v1/register/import"

    /// Names of the query items. Flags are `true` or `false`; a flag that is left out is `false`.
    package enum Query {
        /// ``DiscrepancyFilter``; left out means `open`.
        package static let state = "state"
        package static let code = "code"
        /// How many at most; left out means the default of the route.
        package static let limit = "limit"
        /// How many to pass over first.
        package static let offset = "offset"
        /// The `next` of the answer before; left out means the newest changes.
        package static let after = "after"
        /// Changes that are new evidence and nothing else (`held`), too.
        package static let all = "all"
        /// A reason of refusal.
        package static let reason = "reason"
        /// An MQTT topic filter.
        package static let topic = "topic"
        /// The id of a zone of kind `gate`.
        package static let gate = "gate"
        /// RFC 3339 with offset: only what happened then or later.
        package static let since = "since"
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
    /// Readers, zones, things of a zone, refused messages, changes: a screen or two, and what keeps an answer
    /// under a few megabytes.
    package static let listLimitDefault = 100
    package static let listLimitMax = 1_000
    /// A decision's body: the longest reason, every scalar written as two `\uXXXX`, and room around it.
    package static let decisionBodyBytesMax = 8_192
    /// The largest book: a million cards of 64 bytes, 64 MiB.
    package static let importBodyBytesMax = 67_108_864
    /// The largest answer that a caller has to take, 32 MiB.
    package static let replyBytesMax = 33_554_432
    /// Keys of one sort that an ImportReply lists; the counts beside them are exact.
    package static let importSamplesMax = 20
    /// Problems that an ImportReply lists.
    package static let importProblemsMax = 1_000
}
