import AssetModel

/// How often the path's memory is written as a whole rather than what changed it.
///
/// A checkpoint of a site of 200,000 tags has up to 106 MiB, because within a minute nearly every tag is
/// read; the journal of that minute has 3.7 MiB (`tally-bench accuracy --scenario wh-l`). Written once a
/// minute, checkpoints alone would be 150 GB a day. So a large one is written when the journal since the last
/// has grown as large as that one was, or after ten times the usual interval: a start then takes longer.
package struct CheckpointPace: Sendable {
    /// Up to here a checkpoint a minute is 6 GB a day at most: no matter for flash.
    package static let bytesSmall = 4 << 20
    /// Intervals that a large one waits at most.
    package static let intervalsMax: Int64 = 10

    /// Of the last checkpoint; 0 before the first.
    private var bytes = 0
    private var journalBytes = 0

    mutating func journaled(_ bytes: Int) { journalBytes += bytes }

    mutating func taken(_ checkpoint: Checkpoint?) {
        bytes = checkpoint.map { $0.chunks.reduce(0) { $0 + $1.bytes.count } } ?? 0
        journalBytes = 0
    }

    func isDue(after elapsed: ElapsedTime, _ setup: IntakePath.Setup) -> Bool {
        guard elapsed >= setup.checkpointEvery else { return false }
        return bytes <= setup.checkpointBytesSmall || journalBytes >= bytes
            || elapsed.milliseconds / CheckpointPace.intervalsMax >= setup.checkpointEvery.milliseconds
    }
}
