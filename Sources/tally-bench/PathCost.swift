import AssetModel
import CGlibcExtras
import Glibc
import IntakePipeline

/// What the path of the product cost in a run: processor time of its own thread round each call, without the
/// world before it and the scores behind it.
struct PathCost: Sendable {
    /// Taking the register in, before the first read.
    var registration = 0.0
    var nanoseconds = 0.0
    var messages = 0
    var observations = 0
    var simulated = ElapsedTime.zero
    /// What it gave for the journal.
    var journalBytes = 0
    /// A checkpoint of everything, and its bytes.
    var checkpoint = 0.0
    var checkpointBytes = 0
    /// What the process no longer holds once the path is given up.
    var pathMiB = 0.0

    init(registration: Double = 0) { self.registration = registration }

    /// The median of three.
    mutating func measureCheckpoint(of path: inout IntakePath) {
        var times: [Double] = []
        for _ in 0..<3 {
            var bytes = 0
            times.append(
                BenchClock.nanoseconds {
                    bytes = path.save().chunks.reduce(0) { $0 + $1.bytes.count }
                })
            checkpointBytes = bytes
        }
        checkpoint = times.median
    }

    /// What the process holds in memory now, once the heap has given back what it does not use.
    static var residentMiB: Double {
        malloc_trim(0)
        return ProcessMemory.residentMiB(of: getpid())
    }

    // MARK: as figures

    /// Simulated seconds for each second of processor time.
    var realTimeFactor: Double { Double(simulated.milliseconds) * 1e6 / max(1, nanoseconds) }

    private var minutes: Double { Double(simulated.milliseconds) / 60_000 }
    private var journalBytesAMinute: Double { Double(journalBytes) / max(1, minutes) }

    /// Simulated minutes between two checkpoints of this size, as ``CheckpointPace`` has it.
    private var checkpointMinutes: Double {
        guard checkpointBytes > CheckpointPace.bytesSmall else { return 1 }
        let filled = Double(checkpointBytes) / max(1, journalBytesAMinute)
        return min(max(1, filled), Double(CheckpointPace.intervalsMax))
    }

    /// The same with a checkpoint of everything as often as the daemon writes one.
    var realTimeFactorWithCheckpoints: Double {
        let checkpoints = minutes / checkpointMinutes
        return Double(simulated.milliseconds) * 1e6 / max(1, nanoseconds + checkpoints * checkpoint)
    }

    var microsecondsAnObservation: Double { nanoseconds / 1_000 / Double(max(1, observations)) }

    var figures: [(metric: String, value: Double, unit: String)] {
        [
            ("realtime_factor", realTimeFactor, "1"),
            ("realtime_factor_with_checkpoints", realTimeFactorWithCheckpoints, "1"),
            ("cpu_us_per_observation", microsecondsAnObservation, "us"),
            ("observations", Double(observations), "count"),
            ("messages", Double(messages), "count"),
            ("registration_s", registration / 1e9, "s"),
            ("checkpoint_ms", checkpoint / 1e6, "ms"),
            ("checkpoint_mib", Double(checkpointBytes) / 1_048_576, "MiB"),
            ("checkpoint_minutes", checkpointMinutes, "min"),
            ("journal_mib_per_minute", journalBytesAMinute / 1_048_576, "MiB"),
            ("path_mib", pathMiB, "MiB"),
        ]
    }
}
