/// Watches a directory into which people put registers, and imports what arrives.
///
/// - A file is taken when it is whole, by renaming it out of people's reach; only then is it read.
/// - After the import commits, and its report is on disk, it goes to `done/`, or refused to `failed/`.
/// - Whatever happens in between, the file is found and imported again: an import that was already made
///   changes nothing. No file is lost, none is overwritten.
/// - Trouble with the directory is told once for each change and tried again; the daemon goes on.
package struct RegisterInbox: Sendable {
    private let settings: InboxSettings
    private let clock: InboxClock
    private let importBook: InboxImport
    private let log: @Sendable (InboxNotice) -> Void

    package init(
        _ settings: InboxSettings, clock: InboxClock, importBook: @escaping InboxImport,
        log: @escaping @Sendable (InboxNotice) -> Void
    ) {
        self.settings = settings
        self.clock = clock
        self.importBook = importBook
        self.log = log
    }

    /// Returns when the task is cancelled.
    package func run() async {
        var rounds = InboxRounds(settings, clock: clock, importBook: importBook, log: log)
        while !Task.isCancelled {
            await rounds.round()
            do { try await clock.sleep(settings.interval) } catch { return }
        }
    }
}
