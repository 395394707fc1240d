import AssetModel
import Foundation
import OperatorAPI
import RegisterBooks
import Synchronization

@testable import RegisterInbox

/// A watched directory under a temporary one, with clocks that the test moves, and an import that it plans.
final class InboxRig: Sendable {
    struct Import: Sendable, Equatable {
        var text: String
        var kind: BookKind?
        var isStrict: Bool
        var headings: HeadingMapping
    }

    struct Busy: Error, CustomStringConvertible {
        var description: String { "busy" }
    }

    private struct State {
        var elapsed = Duration.zero
        var imports: [Import] = []
        var notices: [InboxNotice] = []
        var busy = 0
        var cards = RegisterChange()
    }

    let root: String
    let settings: InboxSettings
    private let state = Mutex(State())

    init(strict: Bool = false, bytesMax: Int = 10_000) throws {
        root = NSTemporaryDirectory() + "tally-inbox-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        var settings = InboxSettings(directory: root + "/register")
        settings.settle = .seconds(4)
        settings.isStrict = strict
        settings.fileBytesMax = bytesMax
        self.settings = settings
    }

    func remove() {
        do { try FileManager.default.removeItem(atPath: root) } catch { print("left behind: \(root)") }
    }

    var imports: [Import] { state.withLock { $0.imports } }
    /// Notices as `CODE file`.
    var notices: [String] {
        state.withLock { state in
            state.notices.map { notice in
                let file = notice.fields.first { $0.key == "file" }?.value
                return notice.code.rawValue + (file.map { " " + $0 } ?? "")
            }
        }
    }
    var books: RegisterChange { state.withLock { $0.cards } }

    /// The next imports are not taken up.
    func makeBusy(_ times: Int) { state.withLock { $0.busy = times } }

    func rounds() -> InboxRounds {
        InboxRounds(
            settings, clock: clock, importBook: { try self.take($0, $1, $2, $3) },
            log: { notice in self.state.withLock { $0.notices.append(notice) } })
    }

    /// Looks so many times, an interval apart.
    func look(_ rounds: inout InboxRounds, _ times: Int = 3) async {
        for _ in 0..<times {
            await rounds.round()
            state.withLock { $0.elapsed += settings.interval }
        }
    }

    private var clock: InboxClock {
        InboxClock(
            now: { UTCInstant(rfc3339: "2026-11-22T05:22:12.345Z") ?? UTCInstant(milliseconds: 0) },
            elapsed: { self.state.withLock { $0.elapsed } }, sleep: { _ in throw CancellationError() })
    }

    /// As the daemon does it: read, compare, keep.
    private func take(_ bytes: [UInt8], _ kind: BookKind?, _ strict: Bool, _ headings: HeadingMapping) throws
        -> ImportReply
    {
        try state.withLock { state in
            if state.busy > 0 {
                state.busy -= 1
                throw Busy()
            }
            let text = String(decoding: bytes, as: UTF8.self)
            state.imports.append(Import(text: text, kind: kind, isStrict: strict, headings: headings))
            var options = BookOptions()
            options.isStrict = strict
            let file = BookFile.read(bytes, kind: kind, options: options)
            let diff = BookDiff(of: file, against: state.cards)
            state.cards.cards += diff.effective.cards
            var reply = ImportReply(of: file, isDryRun: false, diff: diff)
            reply.isApplied = !reply.isRefused
            return reply
        }
    }

    // MARK: Files

    func path(_ name: String) -> String { settings.directory + "/" + name }

    func put(_ text: String, as name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path("inbox/" + name)))
    }

    /// Makes the directories, as a first look does.
    func makeDirectories() async {
        var rounds = rounds()
        await rounds.round()
    }

    func text(_ name: String) -> String? {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What stands in a directory, sorted; reports as one `+` behind their file.
    func files(_ folder: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: path(folder)).sorted()
        return names.filter { !$0.hasSuffix(".report.json") && !$0.hasSuffix(".report.txt") }.map { name in
            let hasBoth = names.contains(name + ".report.json") && names.contains(name + ".report.txt")
            return hasBoth ? name + "+" : name
        }
    }
}
