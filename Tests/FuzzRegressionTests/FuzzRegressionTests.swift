import Foundation
import FuzzTargets
import Testing

/// Every seed and every finding of the fuzzer, through the same entry that the fuzzer uses.
@Suite struct `what the fuzzer keeps` {
    /// `Fuzz`, found from where this file was compiled.
    private static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Fuzz")

    private static let names = FuzzTargets.all.map { $0.name }

    /// All findings of a target, sorted; none where it has no folder.
    private static func findings(of target: String) throws -> [URL] {
        let place = folder.appendingPathComponent("Findings").appendingPathComponent(target)
        guard FileManager.default.fileExists(atPath: place.path) else { return [] }
        return try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
    }

    private static func contents(of kind: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(
            atPath: folder.appendingPathComponent(kind).path)
    }

    /// The lines of `Fuzz/Corpus/TARGET.seeds`; the first has number 1.
    private static func lines(of target: String) throws -> [String] {
        let place = folder.appendingPathComponent("Corpus").appendingPathComponent(target + ".seeds")
        var lines = try String(contentsOf: place, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        if lines.last == "" { lines.removeLast() }
        return lines.map(String.init)
    }

    private struct Seed {
        let line: Int
        let input: [UInt8]
    }

    /// - Throws: where a line is neither base64 nor a comment.
    private static func seeds(of target: String) throws -> [Seed] {
        try lines(of: target).enumerated().compactMap { index, line in
            if line.hasPrefix("#") { return nil }
            let data = try #require(
                Data(base64Encoded: line), "Fuzz/Corpus/\(target).seeds, line \(index + 1)")
            return Seed(line: index + 1, input: [UInt8](data))
        }
    }

    @Test(arguments: names) func `every seed of a target keeps its laws`(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        let seeds = try Self.seeds(of: name)
        #expect(!seeds.isEmpty, "a target needs a seed")
        for seed in seeds {
            #expect(throws: Never.self, "Fuzz/Corpus/\(name).seeds, line \(seed.line)") {
                try target.check(seed.input)
            }
        }
    }

    @Test(arguments: names) func `no finding of a target comes back`(name: String) throws {
        let target = try #require(FuzzTargets.named(name))
        for finding in try Self.findings(of: name) {
            #expect(throws: Never.self, "Fuzz/Findings/\(name)/\(finding.lastPathComponent)") {
                try target.check([UInt8](Data(contentsOf: finding)))
            }
        }
    }

    @Test func `each target has a corpus and a dictionary, and neither is without a target`() throws {
        let dictionaries = try Self.contents(of: "Dictionaries").map { $0.replacing(".dict", with: "") }
        let seeds = try Self.contents(of: "Corpus").map { $0.replacing(".seeds", with: "") }
        #expect(Set(Self.names).count == Self.names.count)
        #expect(Set(seeds) == Set(Self.names))
        #expect(Set(dictionaries) == Set(Self.names))
        #expect(Set(try Self.contents(of: "Findings")).isSubset(of: Self.names))
    }

    /// The repository holds seeds, not what hours of fuzzing leave behind.
    @Test func `the corpus is small`() throws {
        let seeds = try Self.names.flatMap { try Self.seeds(of: $0) }
        #expect(seeds.reduce(0) { $0 + $1.input.count } < 2_000_000)
        #expect(seeds.allSatisfy { (1...4_096).contains($0.input.count) })
    }

    /// Sorted and once each, so that a change of the corpus shows as the lines that it changes.
    @Test(arguments: names) func `the seeds are sorted`(name: String) throws {
        let lines = try Self.lines(of: name)
        let seeds = Array(lines.drop { $0.hasPrefix("#") })
        #expect(lines.first?.hasPrefix("#") == true, "what it is and its licence stand at the top")
        #expect(zip(seeds, seeds.dropFirst()).allSatisfy { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
}
