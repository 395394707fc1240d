import GatewayConfiguration
import OperatorAPI
import RegisterBooks
import RegisterInbox
import ServiceLifecycle

/// The watched directory beside the loop: what it finds goes the same way into the books as what operators
/// bring to the control socket.
struct InboxService: Service {
    private let inbox: RegisterInbox

    init(
        _ settings: InboxSettings, imports: ControlImports, desk: ControlDesk, language: OperatorLanguage
    ) {
        let log = desk.log
        inbox = RegisterInbox(
            settings, clock: InboxClock(now: desk.now),
            importBook: { bytes, kind, isStrict, headings in
                var order = ImportOrder()
                order.kind = kind
                order.isStrict = isStrict
                order.headings = headings
                order.by = "inbox"
                do {
                    return try await imports.run(bytes, order)
                } catch let refused as RefusedRequest {
                    throw InboxDelay(chinese: refused.reply.chinese, english: refused.reply.english)
                }
            },
            log: { notice in
                log.write(
                    notice.code.isWarning ? .warning : .notice, code: notice.code.rawValue,
                    word: language == .chinese ? notice.code.chinese : notice.code.english,
                    fields: notice.fields.map { LogLine.Field($0.key, $0.value) })
            })
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [inbox] in await inbox.run() }
    }
}

extension InboxSettings {
    /// `[register]`; `nil` where no directory is watched.
    init?(_ register: RegisterConfiguration, offsetMinutes: Int) {
        guard let directory = register.directory else { return nil }
        self.init(directory: directory)
        isStrict = register.strict
        switch register.headings {
        case .auto: headings = .auto
        case .chineseGeneric: headings = .cnGeneric
        case .chineseStocktake: headings = .cnPandian
        }
        self.offsetMinutes = offsetMinutes
    }
}

/// Why an import was not taken up, in the words that a caller at the control socket would get.
private struct InboxDelay: Error, CustomStringConvertible {
    let chinese: String
    let english: String

    var description: String { "\(chinese) \(english)" }
}
