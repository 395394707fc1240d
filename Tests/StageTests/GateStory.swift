import AssetModel
import PresenceInference

/// A gate, and a way of drawing what its antennas read.
///
/// A timeline has one letter for each quarter of a second:
///
///     I O B   read inside, outside, on both sides, near (-50 dBm)
///     i o b   the same, further off (-60 dBm)
///     z       read on both sides from afar (-76 dBm)
///     .       not read
struct GateStory {
    static let start = UTCInstant(rfc3339: "2026-11-21T08:00:00Z")!

    var tracker: GateTracker
    var time = PathTime(now: GateStory.start)
    var passages: [Passage] = []
    var reads: [(read: GateTracker.Read, at: Int64)] = []
    /// Tags that are read on their shelf meanwhile.
    var shelved: Set<Int> = []

    /// Zone 0 a gate with two sides, zone 1 a gate without, zone 2 a shelf. One reader; barriers at pins 1
    /// (inside) and 2 (outside) of zone 0.
    static func layout(barriers: [SiteLayout.LightBarrier] = []) -> SiteLayout {
        var layout = SiteLayout()
        layout.sites = [SiteLayout.Site(id: "S1")]
        layout.zones = [
            SiteLayout.Zone(id: "G", site: 0, kind: .gate), SiteLayout.Zone(id: "P", site: 0, kind: .gate),
            SiteLayout.Zone(id: "A", site: 0),
        ]
        var reader = SiteLayout.Reader(id: "r", site: 0, topics: ["r/#"])
        reader.antennas = [0, 1, 2, 3]
        reader.lightBarriers = barriers
        layout.readers = [reader]
        layout.antennas = [
            SiteLayout.Antenna(reader: 0, port: 1, zone: 0, side: .inside),
            SiteLayout.Antenna(reader: 0, port: 2, zone: 0, side: .outside),
            SiteLayout.Antenna(reader: 0, port: 3, zone: 1), SiteLayout.Antenna(reader: 0, port: 4, zone: 2),
        ]
        return layout
    }

    static func beams(activeHigh: Bool) -> [SiteLayout.LightBarrier] {
        [
            SiteLayout.LightBarrier(pin: 1, zone: 0, side: .inside, isActiveHigh: activeHigh),
            SiteLayout.LightBarrier(pin: 2, zone: 0, side: .outside, isActiveHigh: activeHigh),
        ]
    }

    init(_ layout: SiteLayout = GateStory.layout()) { tracker = GateTracker(layout: layout) }

    static func tag(_ number: Int) -> EPC {
        let digits = String(number, radix: 16, uppercase: true)
        return EPC(hex: "E2801170" + String(repeating: "0", count: 16 - digits.count) + digits)!
    }

    // MARK: telling

    /// Draws what is read of a tag from a second of the story on.
    mutating func draw(
        _ tag: Int, _ timeline: String, at second: Double = 0, sided: Bool = true,
        word: PassageDirection? = nil
    ) {
        for (place, letter) in timeline.enumerated() {
            let at = Int64(second * 1_000) + Int64(place) * 250
            for (antenna, decibels) in GateStory.looks(letter) {
                var read = GateTracker.Read(
                    slot: tag, tag: GateStory.tag(tag), antenna: sided ? antenna : 2,
                    heardAt: GateStory.start + ElapsedTime(milliseconds: at),
                    signal: SignalStrength(centiDBm: Int16(decibels * 100)))
                read.direction = word
                reads.append((read, at))
            }
        }
    }

    private static func looks(_ letter: Character) -> [(antenna: Int, decibels: Int)] {
        switch letter {
        case "I": return [(0, -50)]
        case "O": return [(1, -50)]
        case "B": return [(0, -50), (1, -50)]
        case "i": return [(0, -60)]
        case "o": return [(1, -60)]
        case "b": return [(0, -60), (1, -60)]
        case "z": return [(0, -76), (1, -76)]
        default: return []
        }
    }

    /// Hands over what was drawn, each read when it was made and `late` seconds later.
    mutating func play(late: Int64 = 0) {
        reads.sort { ($0.at, $0.read.slot, $0.read.antenna) < ($1.at, $1.read.slot, $1.read.antenna) }
        for (read, at) in reads {
            move(to: GateStory.start + ElapsedTime(milliseconds: at + late * 1_000))
            _ = tracker.observe(read, at: time)
        }
        reads = []
    }

    mutating func beam(_ pin: UInt16, _ isHigh: Bool, at second: Double) {
        let at = GateStory.start + ElapsedTime(milliseconds: Int64(second * 1_000))
        move(to: at)
        _ = tracker.observe(GateTracker.Level(reader: 0, pin: pin, isHigh: isHigh, at: at), at: time)
    }

    /// Second by second, as the path does.
    mutating func move(to instant: UTCInstant) {
        while time.now < instant {
            let next = min(instant, (time.now + ElapsedTime(milliseconds: 1)).roundedUpToSecond)
            time.listened += next - time.now
            time.now = next
            let shelved = self.shelved
            passages += tracker.advance(to: time) { slot, _ in shelved.contains(slot) }
        }
    }

    mutating func wait(_ seconds: Int64 = 120) {
        move(to: time.now + ElapsedTime(seconds: seconds))
    }

    /// `out 3`: direction and number of tags, one for each passage.
    var told: String {
        passages.isEmpty
            ? "-" : passages.map { "\($0.direction.rawValue) \($0.tags.count)" }.joined(separator: ", ")
    }
}
