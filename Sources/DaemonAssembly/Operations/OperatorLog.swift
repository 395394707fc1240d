package import AssetModel
import Foundation
package import GatewayConfiguration
import Glibc
import Synchronization

/// The journal that people read: one line for each change of state, never one for each message.
///
/// Every line of the daemon, its libraries included, leaves through here in the form of ``LogLine``, by one
/// write to standard error. Lines are limited by cause. May be used from any thread.
package final class OperatorLog: Sendable {
    /// What a reload may change.
    package struct Form: Sendable, Equatable {
        package var language = OperatorLanguage.chinese
        /// Minutes east of UTC that times are shown in.
        package var offsetMinutes = SiteTimezone.shanghaiMinutes
        /// At most so many lines for each code in a minute.
        package var linesPerMinutePerCause = LimitConfiguration().logLinesPerMinutePerCause
        /// Begin lines with the journal's priority, `<4>`.
        package var showsPriority = false

        package init() {}

        /// As the configuration and the place of standard error ask for.
        package init(
            _ configuration: TallyConfiguration,
            environment: [String: String] = ProcessInfo.processInfo.environment
        ) {
            language = configuration.language
            offsetMinutes = configuration.logOffsetMinutes
            linesPerMinutePerCause = configuration.limits.logLinesPerMinutePerCause
            showsPriority = environment["JOURNAL_STREAM"] != nil && isatty(STDERR_FILENO) == 0
        }
    }

    private struct State {
        var form: Form
        var rate: LineRate
    }

    private let state: Mutex<State>
    private let now: @Sendable () -> UTCInstant
    private let sink: @Sendable (String) -> Void

    /// - Parameters:
    ///   - now: the wall clock.
    ///   - sink: takes one line, its line end included.
    package init(
        form: Form, now: @escaping @Sendable () -> UTCInstant = { SystemTime.wall() },
        sink: @escaping @Sendable (String) -> Void = { OperatorLog.writeToStandardError($0) }
    ) {
        state = Mutex(State(form: form, rate: LineRate(linesMax: form.linesPerMinutePerCause)))
        self.now = now
        self.sink = sink
    }

    /// A reload changed the language, the offset or the limit.
    package func adopt(_ form: Form) {
        state.withLock { state in
            state.form = form
            state.rate.linesMax = form.linesPerMinutePerCause
        }
    }

    /// Writes a change of the gateway's own state, at its usual level.
    package func write(_ event: GatewayEvent, _ fields: KeyValuePairs<String, String> = [:]) {
        let fields = fields.map { LogLine.Field($0.key, $0.value) }
        write(code: event.rawValue) { language, now in
            LogLine(
                at: now, level: event.level, code: event.rawValue, word: event.word(in: language),
                fields: fields)
        }
    }

    /// Writes a step in the life of a discrepancy. New evidence for an open one is no change and has no line.
    package func write(_ change: DiscrepancyChange) {
        guard change.kind != .held else { return }
        write(code: change.discrepancy.code.rawValue) { language, _ in
            DiscrepancyLine.line(for: change, language: language)
        }
    }

    /// Writes a line whose code and word are its own: what libraries say.
    package func write(
        _ level: OperatorLevel, code: String, word: String = "", fields: [LogLine.Field]
    ) {
        write(code: code) { _, now in LogLine(at: now, level: level, code: code, word: word, fields: fields) }
    }

    /// Says how many lines were held back in the minutes that are over. To be called about once a second.
    package func writeSuppressed() {
        let now = now()
        state.withLock { state in
            let ended = state.rate.end(by: now)
            write(ended, at: now, state.form)
        }
    }

    /// Says how many lines were held back and not told yet; the last thing before the process ends.
    package func finish() {
        let now = now()
        state.withLock { state in
            let ended = state.rate.endAll()
            write(ended, at: now, state.form)
        }
    }

    // MARK: writing

    private func write(code: String, line: (OperatorLanguage, UTCInstant) -> LogLine) {
        let now = now()
        state.withLock { state in
            let ended = state.rate.end(by: now)
            write(ended, at: now, state.form)
            guard state.rate.admits(code, at: now) else { return }
            emit(line(state.form.language, now), state.form)
        }
    }

    private func write(_ suppressed: [LineRate.Suppressed], at now: UTCInstant, _ form: Form) {
        let event = GatewayEvent.suppressed
        for entry in suppressed {
            let fields = [LogLine.Field("cause", entry.cause), LogLine.Field("n", "\(entry.lines)")]
            let word = event.word(in: form.language)
            emit(LogLine(at: now, level: event.level, code: event.rawValue, word: word, fields: fields), form)
        }
    }

    private func emit(_ line: LogLine, _ form: Form) {
        sink(line.text(offsetMinutes: form.offsetMinutes, showsPriority: form.showsPriority) + "\n")
    }

    /// One write(2) for one line. A journal that is gone cannot be told so: the rest of the line is let go.
    package static func writeToStandardError(_ line: String) {
        let bytes = Array(line.utf8)
        var written = -1
        repeat {
            written = Glibc.write(STDERR_FILENO, bytes, bytes.count)
        } while written < 0 && errno == EINTR
    }
}
