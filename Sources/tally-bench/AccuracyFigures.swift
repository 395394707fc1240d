import AssetModel
import WarehouseSimulator

/// A run as figures: those of the product, and beside each the same of every baseline.
struct AccuracyFigures {
    let run: AccuracyRun
    /// Behind the name of each case: `/hazard-x3`.
    let suffix: String

    private var figures: [Figure] = []

    static func all(_ run: AccuracyRun, suffix: String, comparesOracle: Bool) -> [Figure] {
        var maker = AccuracyFigures(run: run, suffix: suffix)
        maker.addEpisodes()
        maker.addFaults()
        maker.addPassages()
        maker.addPresence()
        maker.addProbabilities()
        if comparesOracle { maker.addOracle() }
        maker.addCost()
        return maker.figures
    }

    private init(run: AccuracyRun, suffix: String) {
        self.run = run
        self.suffix = suffix
    }

    // MARK: one figure

    /// The product's value alone and against each baseline that has one.
    private mutating func add(
        _ name: String, _ metric: String, _ unit: String, _ value: (AccuracyRun.Said) -> Double?
    ) {
        guard let product = run.said.first, let own = value(product) else { return }
        figures.append(figure(name, metric, unit, own))
        for baseline in run.said.dropFirst() {
            guard let other = value(baseline) else { continue }
            var figure = figure(name, metric, unit, own)
            figure.baseline = baseline.name
            figure.baselineValue = other
            figures.append(figure)
        }
    }

    private func figure(_ name: String, _ metric: String, _ unit: String, _ value: Double) -> Figure {
        Figure(bench: "accuracy", case: name + suffix, metric: metric, value: value, unit: unit)
    }

    // MARK: episodes

    private mutating func addEpisodes() {
        let matches = run.said.map { ($0.name, run.match($0)) }
        let byName = Dictionary(matches, uniquingKeysWith: { first, _ in first })
        let kinds: [AccuracyClass?] = [.missing, .unexpected, .misplaced, .clone, nil]
        for kind in kinds {
            let name = kind?.rawValue ?? "all"
            var found: [String: EpisodeFigures] = [:]
            for (subject, match) in byName {
                let figures = EpisodeFigures(match, of: kind, in: run.period)
                // Baselines know one class; of the others they say nothing.
                if subject.isEmpty || kind == .missing { found[subject] = figures }
            }
            addEpisodes(name, found)
        }
    }

    private mutating func addEpisodes(_ name: String, _ found: [String: EpisodeFigures]) {
        let (tags, period) = (run.workload.assetCount, run.period)
        func add(_ metric: String, _ unit: String, _ value: (EpisodeFigures) -> Double?) {
            self.add(name, metric, unit) { said in found[said.name].flatMap(value) }
        }
        add("precision", "share") { $0.precision }
        add("recall", "share") { $0.recall }
        add("f1", "share") { $0.f1 }
        add("precision_raw", "share") { $0.rawPrecision }
        add("recall_raw", "share") { $0.rawRecall }
        add("events", "count") { Double($0.events) }
        add("alarms", "count") { Double($0.alarms) }
        add("false_alarms", "count") { Double($0.falseAlarms) }
        add("false_alarms_per_day_per_1000", "1/day") {
            $0.falseAlarmsPerDayPer1000(tags: tags, in: period)
        }
        for percent in AccuracyFigures.delayPercents {
            add("ttd_p\(percent)_s", "s") {
                $0.delay(percentile: Double(percent) / 100).map { Double($0) / 1_000 }
            }
        }
    }

    /// Three that are asked for, and enough between them to draw how they are spread.
    static let delayPercents = [5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99]

    // MARK: faults of readers

    private mutating func addFaults() {
        let faults = AccuracyFaults(run)
        if faults.withoutPower > 0 {
            let count = Double(faults.withoutPower)
            figures.append(figure("coverage", "faults_without_power", "count", count))
        }
        if !faults.antennas.isEmpty {
            figures.append(figure("coverage", "faults", "count", Double(faults.antennas.count)))
            figures.append(figure("coverage", "told_in_30_min", "share", faults.toldShare))
            figures.append(figure("coverage", "gaps_per_fault", "count", faults.gapsPerFault))
            add("coverage", "missing_per_fault", "count") { faults.missingPerFault($0) }
        }
        guard !faults.outages.isEmpty else { return }
        figures.append(figure("outage", "outages", "count", Double(faults.outages.count)))
        add("outage", "false_missing", "count") { Double(faults.falseMissing($0)) }
        add("outage", "storm_max", "count") { Double(faults.stormMax($0)) }
    }

    // MARK: gates

    private mutating func addPassages() {
        guard let said = run.said.first, let passages = AccuracyPassages(run, said: said) else { return }
        for (metric, unit, value) in passages.figures {
            if let value { figures.append(figure("passage", metric, unit, value)) }
        }
        addTable(Calibration(passages.directions).table(), as: "calibration-passage")
        addTable(Calibration(passages.members).table(), as: "calibration-passage-tag")
    }

    // MARK: places and probabilities

    private mutating func addPresence() {
        add("zones", "zone_accuracy", "share") {
            $0.zoneHits.unsaid == $0.zoneHits.samples ? nil : $0.zoneHits.accuracy
        }
        add("zones", "errors_per_sample", "tags") { said in
            let hits = said.zoneHits
            return hits.unsaid == hits.samples
                ? nil : Double(hits.samples - hits.hits) / Double(max(1, said.placeSamples))
        }
        add("zones", "decision_delay_s", "s") { said in
            let hits = said.zoneHits
            return hits.unsaid == hits.samples
                ? nil : Double(said.delays) / 1_000 / Double(max(1, said.placeSamples))
        }
        add("zones", "count_rmse", "tags") {
            $0.zoneHits.unsaid == $0.zoneHits.samples ? nil : $0.counts.rootMeanSquare
        }
        add("presence", "errors_per_sample", "tags") {
            $0.zoneHits.unsaid == $0.zoneHits.samples ? nil : $0.presence.perEpoch
        }
    }

    private mutating func addProbabilities() {
        guard let said = run.said.first else { return }
        if !said.samples.isEmpty { add(Calibration(said.samples), as: "calibration") }
        let match = run.match(said)
        let atAlarm = zip(match.alarms, match.eventOfAlarm).filter {
            $0.0.kind == .missing && $0.0.at >= run.period.from
        }
        guard !atAlarm.isEmpty else { return }
        let stated = atAlarm.map { ProbabilitySample($0.0.confidence, $0.1 != nil) }
        addTable(Calibration(stated).table(), as: "calibration-alarms")
    }

    private mutating func add(_ calibration: Calibration, as name: String) {
        let values: [(String, Double?)] = [
            ("brier", calibration.brier), ("climatology", calibration.climatology),
            ("skill", calibration.skill), ("log_loss", calibration.logLoss),
            ("ece_15", calibration.expectedError()),
        ]
        for (metric, value) in values {
            if let value { figures.append(figure(name, metric, metric == "log_loss" ? "nat" : "1", value)) }
        }
        figures.append(figure(name, "samples", "count", Double(calibration.count)))
        addTable(calibration.table(), as: name)
    }

    /// One case for each row: `calibration/0.9-0.95`.
    private mutating func addTable(_ rows: [Calibration.Row], as name: String) {
        for row in rows {
            let place = "\(name)/\(row.from)-\(row.to)"
            let values = [
                ("samples", Double(row.count), "count"), ("stated", row.meanStated, "share"),
                ("observed", row.observed, "share"), ("wilson_low", row.interval.lowerBound, "share"),
                ("wilson_high", row.interval.upperBound, "share"),
                ("reliable", row.isReliable ? 1 : 0, "yes"),
            ]
            for (metric, value, unit) in values { figures.append(figure(place, metric, unit, value)) }
        }
    }

    // MARK: what it cost

    private mutating func addCost() {
        guard let cost = run.said.first?.cost else { return }
        for (metric, value, unit) in cost.figures { figures.append(figure("path", metric, unit, value)) }
    }

    // MARK: the oracle

    /// At the lowest threshold at which the oracle is at least as precise as the product.
    private mutating func addOracle() {
        guard let oracle = run.workload.oracle, let said = run.said.first else { return }
        let own = EpisodeFigures(run.match(said), of: .missing, in: run.period)
        for (index, threshold) in OracleFilter.thresholds.enumerated() {
            guard let precision = oracle.precision(at: index) else { continue }
            figures.append(figure("missing/oracle-\(threshold)", "precision", "share", precision))
            if let delay = delay(of: oracle, at: index) {
                figures.append(figure("missing/oracle-\(threshold)", "ttd_p50_s", "s", delay))
            }
        }
        let equal = OracleFilter.thresholds.indices.first {
            (oracle.precision(at: $0) ?? 0) >= (own.precision ?? 1)
        }
        let chosen = equal ?? OracleFilter.thresholds.count - 1
        guard let delay = delay(of: oracle, at: chosen), let mine = own.delay(percentile: 0.5) else { return }
        var ratio = figure("missing/oracle", "ttd_p50_s", "s", Double(mine) / 1_000)
        ratio.baseline = "oracle-\(OracleFilter.thresholds[chosen])"
        ratio.baselineValue = delay
        figures.append(ratio)
        guard let precision = own.precision else { return }
        var precise = figure("missing/oracle", "precision", "share", precision)
        precise.baseline = ratio.baseline
        precise.baselineValue = oracle.precision(at: chosen)
        figures.append(precise)
    }

    /// Median seconds, of the events that are asked for.
    private func delay(of oracle: OracleFilter, at threshold: Int) -> Double? {
        let delays = oracle.detections.compactMap { found -> WorldTime? in
            let event = run.workload.truth[found.event]
            let asked = AccuracyEvent(
                .missing, subject: found.tag, from: event.from, detectableFrom: event.detectableFrom)
            guard run.period.asks(for: asked) else { return nil }
            return found.crossedAt[threshold].map { $0 - found.from }
        }
        return nearestRank(0.5, of: delays.sorted()).map { Double($0) / 1_000 }
    }
}
