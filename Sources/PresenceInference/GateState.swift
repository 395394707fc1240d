import AssetModel

/// Which tags belong together at a gate, and what of it is over.
extension GateTracker.GateState {
    /// A new track, unless the gate follows as many as it can.
    func begin(_ key: GateTrack.Key, tag: EPC) -> GateTrack? {
        guard tracks.count < GateTracker.tracksMax else { return nil }
        var track = GateTrack(tag: tag)
        let before = GateTrack.Key(slot: key.slot, minute: key.minute - 1)
        track.isResting = tracks[before]?.liesThere ?? false
        return track
    }

    /// What a group is judged by.
    var known: GateGroup.Gate {
        GateGroup.Gate(
            hasSides: hasSides, hasBeams: beams.isAlive, usualPeak: usualPeak,
            turnBackShare: habits.turnBackShare)
    }

    /// It was told already that this tag passed then, or did not.
    func isTold(_ slot: UInt32, at: Int64) -> Bool {
        told.contains {
            at >= $0.from - GateTracker.joinGap && at <= $0.to + GateTracker.joinGap
                && $0.slots.contains(slot)
        }
    }

    /// Runs at the same time, and a crossing of the beams with them.
    private struct Cluster {
        var from: Int64
        var to: Int64
        var runs: [GateRun] = []
        var episode: GateBeams.Episode?
        var due = ElapsedTime.zero

        mutating func take(_ run: GateRun, from start: Int64) {
            (from, to) = (min(from, start), max(to, run.to))
            due = max(due, run.due)
            runs.append(run)
        }

        func meets(_ run: GateRun) -> Bool {
            run.from <= to + GateTracker.joinGap && run.to >= from - GateTracker.joinGap
        }
    }

    /// Groups that are over, in order of time; forgets them, and what is no group.
    mutating func takeEnded(by listened: ElapsedTime, figures: inout GateFigures) -> [GateGroup] {
        let runs = allRuns()
        var clusters = clusters(of: runs, listened)
        var loose: [GateRun] = []
        for run in runs where !isCore(run, listened) {
            if let index = clusters.firstIndex(where: { $0.meets(run) }) {
                clusters[index].runs.append(run)
            } else {
                loose.append(run)
            }
        }
        var groups: [GateGroup] = []
        for cluster in clusters where cluster.due <= listened {
            let group = GateGroup(runs: cluster.runs, episode: cluster.episode, isElsewhere: [])
            groups.append(group)
            close(cluster, listened)
        }
        for run in loose where run.due <= listened {
            figures.rested += run.isResting ? 1 : 0
            forget(run, through: run.to)
        }
        // What still lies there is remembered for its last minutes only.
        for run in runs where run.due > listened && run.isResting {
            forget(run, through: (GateTrack.floor(run.to, GateTrack.minute) - 1) * GateTrack.minute - 1)
        }
        nextDue = tracks.values.map(\.due).filter { $0 > listened }.min() ?? .never
        if !beams.edges.isEmpty, beams.lastDue > listened { nextDue = min(nextDue, beams.lastDue) }
        return groups
    }

    private func allRuns() -> [GateRun] {
        let keys = tracks.keys.sorted()
        var runs: [GateRun] = []
        var index = 0
        while index < keys.count {
            var own: [(key: GateTrack.Key, track: GateTrack)] = []
            let slot = keys[index].slot
            while index < keys.count, keys[index].slot == slot {
                if let track = tracks[keys[index]] { own.append((keys[index], track)) }
                index += 1
            }
            runs += GateRun.runs(of: own)
        }
        return runs
    }

    /// Enough to make a group. What lies there makes one only when it goes.
    private func isCore(_ run: GateRun, _ listened: ElapsedTime) -> Bool {
        run.isFirm && (!run.isResting || run.due <= listened)
    }

    /// Of what lay there, its going.
    private func start(_ run: GateRun) -> Int64 {
        run.isResting ? max(run.from, run.to - GateRun.breakAfter) : run.from
    }

    private func clusters(of runs: [GateRun], _ listened: ElapsedTime) -> [Cluster] {
        let cores = runs.filter { isCore($0, listened) }
            .sorted { (start($0), $0.slot) < (start($1), $1.slot) }
        var clusters: [Cluster] = []
        for run in cores {
            let from = start(run)
            if clusters.isEmpty || from > clusters[clusters.count - 1].to + GateTracker.joinGap {
                clusters.append(Cluster(from: from, to: run.to))
            }
            clusters[clusters.count - 1].take(run, from: from)
        }
        for episode in beams.episodes() {
            let near = GateTracker.quiet
            let index = clusters.firstIndex {
                episode.from <= $0.to + near && episode.to >= $0.from - near && $0.episode == nil
            }
            if let index {
                clusters[index].episode = episode
                clusters[index].due = max(clusters[index].due, episode.due)
            } else {
                clusters.append(
                    Cluster(from: episode.from, to: episode.to, episode: episode, due: episode.due))
            }
        }
        return clusters.sorted { ($0.from, $0.to) < ($1.from, $1.to) }
    }

    // MARK: what is over

    private mutating func close(_ cluster: Cluster, _ listened: ElapsedTime) {
        for run in cluster.runs where !run.isResting || run.due <= listened { forget(run, through: run.to) }
        if let episode = cluster.episode { beams.forget(episode.from...max(episode.from, episode.to)) }
        let slots = Set(cluster.runs.filter { !$0.isResting || $0.due <= listened }.map(\.slot))
        told.append(GateTracker.Told(from: cluster.from, to: cluster.to, slots: slots.sorted()))
        if told.count > GateTracker.toldMax { told.removeFirst() }
    }

    private mutating func forget(_ run: GateRun, through end: Int64) {
        guard end >= run.from else { return }
        let minutes = GateTrack.floor(run.from, GateTrack.minute)...GateTrack.floor(end, GateTrack.minute)
        for minute in minutes {
            let key = GateTrack.Key(slot: run.slot, minute: minute)
            guard var track = tracks[key] else { continue }
            // A moment may begin before the run does.
            tracks[key] = track.forget((run.from - track.length)...end) ? track : nil
        }
    }

    /// How strong is what passes here: told by groups, not by a single thing in a pocket.
    mutating func learn(from outcome: GateGroup.Outcome) {
        let peaks = outcome.members.compactMap(\.run.peak).sorted()
        guard peaks.count >= GateTracker.GateState.peaksMin, outcome.direction != .undecided else { return }
        let peak = Double(peaks[peaks.count * 3 / 4])
        usualPeak = usualPeak.map { $0 + (peak - $0) / GateTracker.GateState.peaksRemembered } ?? peak
    }

    private static let peaksMin = 5
    private static let peaksRemembered = 16.0
}
