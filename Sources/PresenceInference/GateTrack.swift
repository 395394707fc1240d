import AssetModel

/// What the antennas of one gate know about one tag in one minute: moments with a read, and how strong each
/// was.
///
/// A moment is a stretch of a quarter of a second and more: where more than ``momentsMax`` of one side would
/// be needed, all become twice as long. So order and number of deliveries change nothing: which moments there
/// are follows from the set of reads alone. A minute by itself, because back-filled reads of an hour ago must
/// not blur those of now.
struct GateTrack: Sendable, Equatable {
    /// A read of a side within one moment.
    struct Moment: Sendable, Equatable {
        /// Number of the moment since 1970, in units of ``GateTrack/length``.
        var number: Int64
        /// dBm of the strongest read in it; ``GateTrack/unknownSignal`` where the reader does not say.
        var signal: Int8
    }

    /// Which tag, by its line of the ring, and which minute since 1970 of event time.
    struct Key: Hashable, Comparable, Sendable {
        var slot: UInt32
        var minute: Int64

        static func < (left: Key, right: Key) -> Bool {
            (left.slot, left.minute) < (right.slot, right.minute)
        }
    }

    static let minute: Int64 = 60_000
    /// Gate readers make a few inventory rounds a second.
    static let momentMin: Int64 = 250
    /// Enough for eight seconds of quarter seconds: a pallet at 2 m/s is in reach for as long.
    static let momentsMax = 32
    static let unknownSignal = Int8.min
    /// Of what lies there, one read in this time is enough to know that it still does.
    static let restEvery: Int64 = 15_000
    /// Unless it is this many dB stronger than it was: then it is moved. At two metres, half a metre.
    static let restRise = 6
    /// Read over so much of a minute without a break: it lies there.
    static let restSpan: Int64 = 45_000

    let tag: EPC
    /// Each moment is `momentMin · 2^level` ms long.
    var level: UInt8 = 0
    /// Per side, in order of time: inside (or no side) first, then outside.
    var moments: [[Moment]] = [[], []]
    /// Listened time at which nothing more of it is waited for.
    var due = ElapsedTime.zero
    /// The least lag of its reads: receipt less event time, milliseconds.
    var lagMin = Int32.max
    /// It lay there in the minute before.
    var isResting = false
    /// The reader's own word on it, and when it said it, event time in milliseconds.
    var word: PassageDirection?
    var wordAt: Int64 = 0

    init(tag: EPC) { self.tag = tag }

    var length: Int64 { GateTrack.momentMin << Int64(level) }

    // MARK: what it takes

    /// Takes a read.
    /// - Parameters:
    ///   - side: 0 inside or no side, 1 outside.
    ///   - at: milliseconds since 1970, event time.
    /// - Returns: whether it told something new.
    mutating func take(side: Int, at: Int64, signal: Int8) -> Bool {
        if isResting, !tellsOfRest(side: side, at: at, signal: signal) { return false }
        guard insert(Moment(number: number(at), signal: signal), side: side) else { return false }
        while moments[side].count > GateTrack.momentsMax { coarsen() }
        return true
    }

    func number(_ at: Int64) -> Int64 { GateTrack.floor(at, length) }

    static func floor(_ value: Int64, _ size: Int64) -> Int64 {
        let quotient = value / size
        return value % size < 0 ? quotient - 1 : quotient
    }

    private mutating func insert(_ moment: Moment, side: Int) -> Bool {
        // Nearly always the newest.
        var index = moments[side].count
        while index > 0, moments[side][index - 1].number > moment.number { index -= 1 }
        if index > 0, moments[side][index - 1].number == moment.number {
            guard moment.signal > moments[side][index - 1].signal else { return false }
            moments[side][index - 1].signal = moment.signal
            return true
        }
        moments[side].insert(moment, at: index)
        return true
    }

    /// Two moments become one.
    private mutating func coarsen() {
        level += 1
        for side in moments.indices {
            var merged: [Moment] = []
            for moment in moments[side] {
                let number = GateTrack.floor(moment.number, 2)
                if merged.last?.number == number {
                    merged[merged.count - 1].signal = max(merged[merged.count - 1].signal, moment.signal)
                } else {
                    merged.append(Moment(number: number, signal: moment.signal))
                }
            }
            moments[side] = merged
        }
    }

    // MARK: what lies there

    /// Read all through its minute.
    var liesThere: Bool {
        if isResting { return true }
        let all = (moments[0] + moments[1]).map(\.number).sorted()
        guard let first = all.first, let last = all.last, (last - first) * length >= GateTrack.restSpan else {
            return false
        }
        let most = max(GateRun.breakAfter / length, 2)
        return zip(all, all.dropFirst()).allSatisfy { $1 - $0 <= most }
    }

    private func tellsOfRest(side: Int, at: Int64, signal: Int8) -> Bool {
        guard let last = moments[side].last else { return true }
        if at >= (last.number + 1) * length + GateTrack.restEvery { return true }
        let strongest = moments[side].map(\.signal).max() ?? GateTrack.unknownSignal
        return strongest != GateTrack.unknownSignal
            && Int(signal) >= Int(strongest) + GateTrack.restRise
    }

    /// What was told, or was nothing, is forgotten.
    /// - Parameter span: milliseconds since 1970, both ends included.
    /// - Returns: whether anything is left.
    mutating func forget(_ span: ClosedRange<Int64>) -> Bool {
        let size = length
        for side in moments.indices { moments[side].removeAll { span.contains($0.number * size) } }
        let wordMoment = GateTrack.floor(wordAt, GateTrack.momentMin) * GateTrack.momentMin
        if word != nil, span.contains(wordMoment) { word = nil }
        return !moments[0].isEmpty || !moments[1].isEmpty || word != nil
    }
}

/// A tag at a gate without a break: from when to when, and what was read.
struct GateRun: Sendable {
    let slot: UInt32
    let tag: EPC
    /// Milliseconds since 1970, event time.
    var from: Int64
    var to: Int64
    /// Per side: milliseconds since 1970 and dBm.
    var sides: [[(at: Int64, signal: Int8)]] = [[], []]
    var word: PassageDirection?
    var isResting = false
    var due = ElapsedTime.zero
    var lagMin = Int32.max
    /// Length of its moments, seconds.
    var unit = 0.0

    /// A tag on its way that is not read for so long is gone from the gate, or comes a second time.
    static let breakAfter: Int64 = 4_000

    var reads: Int { sides[0].count + sides[1].count }
    var isTwoSided: Bool { !sides[0].isEmpty && !sides[1].isEmpty }

    var peak: Int8? {
        let most = (sides[0] + sides[1]).map(\.signal).max()
        return most == GateTrack.unknownSignal ? nil : most
    }

    /// Enough to say that something happened: a read or two come astray from next door.
    var isFirm: Bool { (word != nil && word != .unknown) || reads >= GateRun.firmReadsMin }
    static let firmReadsMin = 3
}

extension GateRun {
    /// One read, or the reader's word alone.
    private struct Sign {
        var at: Int64
        /// -1: no read.
        var side: Int
        var signal: Int8
    }

    /// The minutes of one tag, in order, cut where the tag was away.
    static func runs(of tracks: [(key: GateTrack.Key, track: GateTrack)]) -> [GateRun] {
        guard let first = tracks.first else { return [] }
        let signs = tracks.flatMap { GateRun.signs(of: $0.track) }
            .sorted { ($0.at, $0.side, $0.signal) < ($1.at, $1.side, $1.signal) }
        let isResting = tracks.contains { $0.track.liesThere }
        let longest = tracks.map(\.track.length).max() ?? GateTrack.momentMin
        let most = max(isResting ? 2 * GateTrack.restEvery : breakAfter, 2 * longest)
        var runs: [GateRun] = []
        for sign in signs {
            if let last = runs.last, sign.at - last.to <= most {
                runs[runs.count - 1].to = sign.at
            } else {
                runs.append(GateRun(slot: first.key.slot, tag: first.track.tag, from: sign.at))
            }
            guard sign.side >= 0 else { continue }
            runs[runs.count - 1].sides[sign.side].append((sign.at, sign.signal))
        }
        for index in runs.indices { runs[index].adopt(tracks, isResting: isResting) }
        return runs
    }

    private static func signs(of track: GateTrack) -> [Sign] {
        var signs: [Sign] = []
        for side in track.moments.indices {
            signs += track.moments[side].map {
                Sign(at: $0.number * track.length, side: side, signal: $0.signal)
            }
        }
        if track.word != nil {
            let at = GateTrack.floor(track.wordAt, GateTrack.momentMin) * GateTrack.momentMin
            signs.append(Sign(at: at, side: -1, signal: GateTrack.unknownSignal))
        }
        return signs
    }

    private init(slot: UInt32, tag: EPC, from: Int64) {
        self.slot = slot
        self.tag = tag
        self.from = from
        to = from
    }

    /// What the minutes that it reaches into say of it.
    private mutating func adopt(_ tracks: [(key: GateTrack.Key, track: GateTrack)], isResting: Bool) {
        self.isResting = isResting && to - from >= GateTrack.restSpan
        for (key, track) in tracks {
            let start = key.minute * GateTrack.minute
            guard start <= to, from < start + GateTrack.minute else { continue }
            due = max(due, track.due)
            lagMin = min(lagMin, track.lagMin)
            unit = max(unit, Double(track.length) / 1_000)
            let isWithin = track.wordAt >= from - GateTrack.momentMin
            if let said = track.word, isWithin, track.wordAt <= to + GateTrack.momentMin { word = said }
        }
    }
}
