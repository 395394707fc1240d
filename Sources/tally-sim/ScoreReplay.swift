import ArgumentParser
import Foundation
import WarehouseSimulator

/// `tallyd replay … | tally-sim score --truth truth.ndjson`: what was found, what was missed, what was
/// invented.
struct ScoreReplay: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "score",
        abstract: "对照真值评分 / scores the output of tallyd replay, read from standard input.")

    @Option(help: "真值文件 / the truth.ndjson of the world")
    var truth: String

    func run() throws {
        var scoreboard = Scoreboard(truth: try plantedEvents())
        while let line = readLine() {
            if line.isEmpty { continue }
            do {
                guard let report = try PublishedText.discrepancy(line, heardAt: nil) else { continue }
                scoreboard.observe(report)
            } catch {
                say("\(error)")
                throw SimulatorExit.cannotRead
            }
        }
        try conclude(scoreboard.score())
    }

    private func plantedEvents() throws(ExitCode) -> [PlantedEvent] {
        do {
            let text = try String(contentsOfFile: truth, encoding: .utf8)
            return try text.split(separator: "\n").compactMap { try PublishedText.plantedEvent(String($0)) }
        } catch {
            say("无法读取 cannot read \(truth): \(error)")
            throw SimulatorExit.cannotRead
        }
    }
}

/// Prints the table; a score that is not clean is the exit code 1.
func conclude(_ score: Score) throws(ExitCode) {
    print(score.table(), terminator: "")
    if !score.isClean { throw SimulatorExit.notClean }
}
