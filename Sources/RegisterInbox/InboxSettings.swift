package import AssetModel
package import OperatorAPI
package import RegisterBooks

/// What the watched directory is asked to be.
package struct InboxSettings: Sendable, Equatable {
    /// The directory that holds `inbox/`, `done/` and `failed/`; they are made where they are missing.
    package var directory: String
    /// One bad line refuses the file.
    package var isStrict = false
    package var headings = HeadingMapping.auto
    /// Between two looks: a person who has moved a file there sees it go while still looking.
    package var interval = Duration.seconds(2)
    /// A file whose size and time of change stay the same for so long, over ``settlePolls`` looks, is whole.
    /// A program that writes to a network share may pause for seconds; one that renames is not held up by
    /// more.
    package var settle = Duration.seconds(10)
    package var settlePolls = 2
    /// An import that could not be taken up is tried again after an interval, then after twice that, up to
    /// this: each try reads the whole file.
    package var retryMax = Duration.seconds(60)
    /// Larger files are refused unread: what the control socket takes as one body.
    package var fileBytesMax = OperatorRoute.importBodyBytesMax
    /// Names looked at in one round; the others wait until these have gone.
    package var namesMax = 10_000
    /// Reports show times at this offset, minutes east of UTC.
    package var offsetMinutes = 480

    package init(directory: String) {
        self.directory = directory
    }
}

/// Brings one file into the books and returns after the commit. What it throws may pass (the daemon is
/// busy or stopping): the file is kept and tried again.
package typealias InboxImport =
    @Sendable (_ bytes: [UInt8], _ kind: BookKind?, _ isStrict: Bool, _ headings: HeadingMapping)
    async throws -> ImportReply

/// The two clocks, and how to wait.
package struct InboxClock: Sendable {
    /// For names and reports.
    package var now: @Sendable () -> UTCInstant
    /// From any beginning, never set: for waiting.
    package var elapsed: @Sendable () -> Duration
    /// Throws where the task is cancelled.
    package var sleep: @Sendable (Duration) async throws -> Void

    package init(
        now: @escaping @Sendable () -> UTCInstant, elapsed: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.now = now
        self.elapsed = elapsed
        self.sleep = sleep
    }

    /// - Parameter now: the wall clock.
    package init(now: @escaping @Sendable () -> UTCInstant) {
        let start = ContinuousClock.now
        self.init(
            now: now, elapsed: { ContinuousClock.now - start }, sleep: { try await Task.sleep(for: $0) })
    }
}

/// A change that belongs into the journal.
package struct InboxNotice: Sendable, Equatable {
    package enum Code: String, Sendable, CaseIterable {
        /// A file is in the books; some lines may be left out.
        case imported = "INBOX_IMPORTED"
        case refused = "INBOX_REFUSED"
        /// Something in the inbox that is no file and is left alone. Told once.
        case ignored = "INBOX_IGNORED"
        /// The import was not taken up yet. Told once for each reason.
        case waiting = "INBOX_WAITING"
        /// The directory cannot be used. Told once for each reason; the daemon goes on without.
        case fault = "INBOX_FAULT"
        case recovered = "INBOX_RECOVERED"

        package var chinese: String {
            switch self {
            case .imported: return "台账文件已导入"
            case .refused: return "台账文件被拒绝"
            case .ignored: return "不是普通文件，未处理"
            case .waiting: return "台账文件等待导入"
            case .fault: return "台账目录不可用"
            case .recovered: return "台账目录恢复"
            }
        }

        package var english: String {
            switch self {
            case .imported: return "register file imported"
            case .refused: return "register file refused"
            case .ignored: return "no plain file, left alone"
            case .waiting: return "register file waits"
            case .fault: return "register directory unusable"
            case .recovered: return "register directory usable again"
            }
        }

        /// Worth a warning, rather than a notice.
        package var isWarning: Bool { self != .imported && self != .recovered }
    }

    package var code: Code
    /// For the fields of the line, in this order.
    package var fields: [Field]

    package struct Field: Sendable, Equatable {
        package var key: String
        package var value: String
    }

    init(_ code: Code, _ fields: KeyValuePairs<String, String>) {
        self.code = code
        self.fields = fields.map { Field(key: $0.key, value: $0.value) }
    }
}
