import AssetModel
import WarehouseSimulator

/// A tag is gone when it was not read for a fixed time: what most middleware does. Knows nothing of outages.
/// Where it has to say where a tag is, it takes the zone that read it in most epochs of that time
/// ("Arbitrate" of ESP; Jeffery et al., Pervasive 2006), the lower index of equals.
struct WindowSubject: AccuracySubject {
    let name: String
    private let span: WorldTime
    private let epoch: WorldTime
    private let zoneOfAntenna: [Int]
    private let tellsZones: Bool
    /// Of each registered tag.
    private var lastRead: [WorldTime]
    private var isSilent: [Bool]
    /// Epoch and zone of the reads within the span, where zones are told.
    private var recent: [[(at: WorldTime, zone: Int)]]
    private var now: WorldTime = 0

    init(_ name: String, span: WorldTime, workload: ShelfWorkload, tellsZones: Bool) {
        self.name = name
        self.span = span
        self.tellsZones = tellsZones
        epoch = workload.figures.epoch.milliseconds
        zoneOfAntenna = workload.layout.antennas.map(\.zone)
        lastRead = Array(repeating: 0, count: workload.assetCount)
        isSilent = Array(repeating: false, count: workload.assetCount)
        recent = Array(repeating: [], count: tellsZones ? workload.assetCount : 0)
    }

    /// Reads count when they arrive: the clocks of readers are not to be trusted.
    mutating func take(_ arrival: ShelfArrival) {
        guard case .reads(let batch) = arrival.kind else { return }
        for read in batch.reads where Int(read.tag) < lastRead.count {
            let tag = Int(read.tag)
            lastRead[tag] = arrival.at
            isSilent[tag] = false
            guard tellsZones else { continue }
            recent[tag].append((arrival.at / epoch, zoneOfAntenna[Int(read.antenna)]))
        }
    }

    mutating func advance(to time: WorldTime) -> [AccuracyAlarm] {
        now = time
        var alarms: [AccuracyAlarm] = []
        for tag in lastRead.indices where !isSilent[tag] && time - lastRead[tag] > span {
            isSilent[tag] = true
            // It states no confidence of its own; it accuses, so it is sure.
            alarms.append(AccuracyAlarm(.missing, subject: tag, at: time, confidence: 1))
        }
        guard tellsZones else { return alarms }
        let oldest = (time - span) / epoch
        for tag in recent.indices { recent[tag].removeAll { $0.at < oldest } }
        return alarms
    }

    func zone(of tag: Int) -> Int? {
        guard tellsZones, !isSilent[tag] else { return nil }
        var epochs: [Int: Set<WorldTime>] = [:]
        for read in recent[tag] { epochs[read.zone, default: []].insert(read.at) }
        return epochs.max { ($0.value.count, -$0.key) < ($1.value.count, -$1.key) }?.key
    }
}

/// SMURF for each registered tag (`BaselineSmurf`), one epoch of the workload at a time, trailing: what it
/// says when the epoch closes. Readers report no share of answered interrogations; in its place stands the
/// tag's own share of epochs with a read while it was not silent, Beta(2, 1.3) before it is known
/// (`inference.md` §1.1, "practical gap").
struct SmurfSubject: AccuracySubject {
    let name = "smurf"
    private var windows: [BaselineSmurf]
    private var isRead: [Bool]
    private var hits: [Double]
    private var epochs: [Double]
    private var isPresent: [Bool]

    init(_ workload: ShelfWorkload) {
        let count = workload.assetCount
        windows = Array(repeating: BaselineSmurf(), count: count)
        isRead = Array(repeating: false, count: count)
        hits = Array(repeating: 2, count: count)
        epochs = Array(repeating: 3.3, count: count)
        isPresent = Array(repeating: false, count: count)
    }

    mutating func take(_ arrival: ShelfArrival) {
        guard case .reads(let batch) = arrival.kind else { return }
        for read in batch.reads where Int(read.tag) < isRead.count { isRead[Int(read.tag)] = true }
    }

    mutating func advance(to time: WorldTime) -> [AccuracyAlarm] {
        var alarms: [AccuracyAlarm] = []
        for tag in windows.indices {
            let answer = windows[tag].observe(isRead: isRead[tag], rate: hits[tag] / epochs[tag])
            if isRead[tag] { hits[tag] += 1 }
            if answer.isPresent { epochs[tag] += 1 }
            if isPresent[tag], !answer.isPresent {
                alarms.append(AccuracyAlarm(.missing, subject: tag, at: time, confidence: 1))
            }
            isPresent[tag] = answer.isPresent
            isRead[tag] = false
        }
        return alarms
    }
}

/// The rule of EdgeX's inventory service for each registered tag (`BaselineEdgeX`), looked at when an epoch
/// closes. Reads count when they arrive.
struct EdgeXSubject: AccuracySubject {
    let name = "edgex"
    private var rules: [BaselineEdgeX]
    private var isPresent: [Bool]
    private let zoneOfAntenna: [Int]

    init(_ workload: ShelfWorkload) {
        rules = Array(repeating: BaselineEdgeX(), count: workload.assetCount)
        isPresent = Array(repeating: false, count: workload.assetCount)
        zoneOfAntenna = workload.layout.antennas.map(\.zone)
    }

    mutating func take(_ arrival: ShelfArrival) {
        guard case .reads(let batch) = arrival.kind else { return }
        for read in batch.reads where Int(read.tag) < rules.count {
            let tag = Int(read.tag)
            rules[tag].observe(
                antenna: Int(read.antenna), signal: Double(read.centiDBm) / 100,
                atMilliseconds: Int(arrival.at))
            isPresent[tag] = true
        }
    }

    mutating func advance(to time: WorldTime) -> [AccuracyAlarm] {
        var alarms: [AccuracyAlarm] = []
        for tag in rules.indices where isPresent[tag] && !rules[tag].isPresent(atMilliseconds: Int(time)) {
            isPresent[tag] = false
            alarms.append(AccuracyAlarm(.missing, subject: tag, at: time, confidence: 1))
        }
        return alarms
    }

    func zone(of tag: Int) -> Int? { rules[tag].location.map { zoneOfAntenna[$0] } }
}

enum AccuracyBaselines {
    /// Time-outs in minutes (600 s is EdgeX's default), and SMURF's own static windows in epochs.
    private static let minutes: [Int64] = [10, 60, 120, 240]
    private static let windows: [Int64] = [1, 2, 5, 10, 25]

    static func all(
        for workload: ShelfWorkload, in scenario: AccuracyBench.Scenario
    ) -> [any AccuracySubject] {
        let others: [any AccuracySubject] = [SmurfSubject(workload), EdgeXSubject(workload)]
        if scenario == .shelf2 {
            return others
                + windows.map { window in
                    WindowSubject(
                        "static-\(window)", span: window * workload.figures.epoch.milliseconds,
                        workload: workload,
                        tellsZones: true)
                }
        }
        return others
            + minutes.map { minutes in
                WindowSubject(
                    "timeout-\(minutes)", span: minutes * 60_000, workload: workload, tellsZones: false)
            }
    }
}
