import Foundation
import Testing

/// The files of this repository, found from where this file was compiled.
enum Repository {
    /// Two folders above `Tests/TidyTests`.
    static let root = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// One file as text.
    struct File: Sendable, CustomStringConvertible {
        /// From the root, with `/`.
        var path: String
        var text: String

        var description: String { path }
        /// `Sources/X/…` belongs to the target X.
        var target: String { String(path.split(separator: "/")[1]) }
    }

    /// Swift files below a folder, sorted by path.
    static func swiftFiles(in folder: String) throws -> [File] {
        try files(in: folder) { $0.hasSuffix(".swift") }
    }

    /// Everything that people wrote: sources, tests, scripts, configuration, papers. Fixtures are other
    /// people's words.
    static func writtenFiles() throws -> [File] {
        let folders = [
            "Sources", "Tests", "Fuzz/Targets", "Fuzz/Driver", "scripts", "config", "systemd", ".ci", "docs",
        ]
        let below = try folders.flatMap { folder in
            try files(in: folder) { !$0.contains("/Fixtures/") }
        }
        let papers = [
            "Makefile", "Package.swift", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", ".swift-format",
        ]
        return try below + papers.map { File(path: $0, text: try text(of: $0)) }
    }

    static func text(of path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    private static func files(in folder: String, where isWanted: (String) -> Bool) throws -> [File] {
        let place = root.appendingPathComponent(folder)
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        let names = try FileManager.default.subpathsOfDirectory(atPath: place.path).sorted()
        return try names.compactMap { name in
            let path = folder + "/" + name
            guard isWanted(path), !isFolder(place.appendingPathComponent(name)) else { return nil }
            return File(path: path, text: try text(of: path))
        }
    }

    private static func isFolder(_ place: URL) -> Bool {
        var answer: ObjCBool = false
        return FileManager.default.fileExists(atPath: place.path, isDirectory: &answer) && answer.boolValue
    }
}

/// One breach of a rule, in the form that editors jump to.
struct Breach: Equatable, CustomStringConvertible {
    var path: String
    /// 1-based.
    var line: Int
    var rule: String

    var description: String { "\(path):\(line): \(rule)" }
}

/// Fails once, with every breach on a line of its own.
func expectNone(_ breaches: [Breach], sourceLocation: SourceLocation = #_sourceLocation) {
    guard !breaches.isEmpty else { return }
    let list = breaches.map(\.description).joined(separator: "\n")
    Issue.record("\(breaches.count) breaches:\n\(list)", sourceLocation: sourceLocation)
}
