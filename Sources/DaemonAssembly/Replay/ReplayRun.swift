import AssetModel
import BookEncodings
import Foundation
package import GatewayConfiguration
import IntakePipeline
import RegisterBooks

/// `tallyd replay`: a file of inputs through the same path, without broker, store or clock. The same bytes on
/// every run and for every way of cutting the input into batches.
package struct ReplayRun {
    /// What the command line asked for.
    package struct Request: Sendable {
        package var file: String
        package var register: String?
        package var tags: String?
        package var vehicles: String?
        package var showsPresence = false
        /// Inputs taken in at once; the output does not depend on it.
        package var batchSize = 500

        package init(file: String) {
            self.file = file
        }
    }

    package enum Failure: Error, Sendable {
        case unreadable(file: String, detail: String)
        case refused(file: String, ReplayLine.Refused)
    }

    private var path: IntakePath?
    private let configuration: TallyConfiguration
    private let request: Request
    private let emit: (String) -> Void

    package init(_ request: Request, configuration: TallyConfiguration, emit: @escaping (String) -> Void) {
        self.request = request
        self.configuration = configuration
        self.emit = emit
    }

    package mutating func run() throws(Failure) {
        let books = try readBooks()
        guard let file = fopen(request.file, "r") else {
            throw .unreadable(file: request.file, detail: String(cString: strerror(errno)))
        }
        defer { fclose(file) }
        var batch: [IntakeInput] = []
        var number = 0
        while let line = ReplayRun.nextLine(file) {
            number += 1
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x0D || $0 == 0x09 }) { continue }
            do {
                batch.append(try ReplayLine(line, number: number).input)
            } catch {
                throw .refused(file: request.file, error)
            }
            if batch.count >= request.batchSize { advance(through: &batch, books: books) }
        }
        advance(through: &batch, books: books)
        emit(AccountsDocument.text(path?.accounts ?? Accounts()))
    }

    /// The register files count as read at the first input's own instant.
    private mutating func advance(through batch: inout [IntakeInput], books: RegisterChange) {
        guard let first = batch.first, let last = batch.last else { return }
        if path == nil {
            var fresh = IntakePath(
                setup: configuration.pathSetup, register: RegisterChange(), startingAt: first.receivedAt,
                isListening: true)
            write(
                fresh.advance(
                    through: [IntakeInput(.register(books), at: first.receivedAt)], to: first.receivedAt))
            path = fresh
        }
        let bound = batch.map(\.receivedAt).max() ?? last.receivedAt
        if let outcome = path?.advance(through: batch, to: bound) { write(outcome) }
        batch.removeAll(keepingCapacity: true)
    }

    private func write(_ outcome: IntakeOutcome) {
        var presence = outcome.presenceChanges.makeIterator()
        var discrepancies = outcome.discrepancyChanges.makeIterator()
        var passages = outcome.passages.makeIterator()
        for item in outcome.order {
            switch item {
            case .discrepancy:
                guard let change = discrepancies.next() else { continue }
                let line = DiscrepancyDocument.json(change)
                emit(String(decoding: line, as: UTF8.self))
            case .presence:
                guard let change = presence.next(), request.showsPresence else { continue }
                emit(PresenceDocument.text(change, layout: configuration.layout))
            case .passage:
                guard let passage = passages.next(), request.showsPresence else { continue }
                emit(PassageDocument.text(passage, layout: configuration.layout))
            }
        }
    }

    private func readBooks() throws(Failure) -> RegisterChange {
        var books = RegisterChange()
        for (file, kind) in [
            (request.register, BookKind.register), (request.tags, .tags), (request.vehicles, .vehicles),
        ] {
            guard let file else { continue }
            guard let bytes = FileManager.default.contents(atPath: file) else {
                throw .unreadable(file: file, detail: "无法读取 cannot be read")
            }
            var options = BookOptions()
            options.gb18030 = GB18030.converter
            let book = BookFile.read(Array(bytes), kind: kind, options: options)
            if let words = ReplayRun.complaint(about: book.report, file: file) {
                FileHandle.standardError.write(Data((words + "\n").utf8))
            }
            let change = book.change
            books.cards += change.cards
            books.bindings += change.bindings
            books.vehicles += change.vehicles
        }
        return books
    }

    /// What of a book was not taken: a replay without those lines is not the one that was meant.
    private static func complaint(about report: BookReport, file: String) -> String? {
        guard report.isRefused || report.leftOut > 0, let first = report.problems.first else { return nil }
        let place = "\(file):\(first.line): \(first.code.rawValue)"
        return report.isRefused
            ? "\(place) 整份未采用 / nothing of the file was taken"
            : "\(place) 等 \(report.leftOut) 行未采用 / \(report.leftOut) lines were not taken"
    }

    /// The next line without its line break; `nil` at the end of the file.
    private static func nextLine(_ file: UnsafeMutablePointer<FILE>) -> [UInt8]? {
        var text: UnsafeMutablePointer<CChar>?
        var capacity = 0
        let size = getline(&text, &capacity, file)
        defer { free(text) }
        guard size >= 0, let text else { return nil }
        var line = UnsafeRawBufferPointer(start: text, count: size)[...]
        if line.last == 0x0A { line = line.dropLast() }
        return Array(line)
    }
}
