/// Four zones side by side, two by two, with an antenna of one reader over the middle of each, which reads
/// every tag nearly always: only strength tells where a tag is. By the second.
///
///     strength = level - 40 log10(d / 1 m) + gain of the antenna + N(0, 4 dB) of tag, antenna and place
///              + AR(1) of 2 dB over 8 s + body + N(0, 1.5 dB), rounded to half a decibel
///
/// Path loss, spread by place and fading are those of the other workloads (`inference.md` §3); the room is
/// that of a published recording of four quadrants of 15 by 15 feet.
package struct QuarterWorld: Sendable {
    package struct Figures: Sendable {
        package var tags = 40
        package var seconds = 7_200
        /// Metres along a side of a zone: 15 feet.
        package var side = 4.5
        /// Metres between the tags of a zone and its border: half an aisle.
        package var margin = 0.5
        /// Metres of an antenna over the tags.
        package var height = 2.0
        /// Looks of an antenna at a tag in a second, and the chance of a read in each: with 40 tags and four
        /// antennas close to the 700 reads a second of a reader.
        package var looks = 4
        package var readRate = 0.9
        /// Mean seconds that a tag rests, at least ``restMin``, and seconds that it is carried elsewhere.
        package var restMean = 900.0
        package var restMin = 120.0
        package var carried = 10
        /// Metres a second within the zone: 0 for tags at rest.
        package var speed = 0.0
        package var level = -40.0
        package var placeSpread = 4.0
        package var fadingSpread = 2.0
        package var fadingSeconds = 8.0
        package var noiseSpread = 1.5
        /// Metres after which a walking tag is in another place of the standing waves.
        package var placeMetres = 0.3

        /// dB between the antennas of a world: gains, cables.
        package var gainSpread = 1.0
        /// dB and seconds of a body before each antenna, and of how the tag is held.
        package var bodySpread = 0.0
        package var bodySeconds = 20.0

        /// Things that lie and are moved now and then.
        package static let resting = Figures()

        /// Somebody walks about with each tag, four minutes in each zone, as recordings are made. Spreads are
        /// chosen so that the strongest read of a second names the zone as often as in a recorded walk
        /// through four quadrants (.66, `inference.md` §1.8).
        package static let walking = {
            var figures = Figures()
            (figures.tags, figures.seconds, figures.speed) = (12, 2_880, 0.7)
            (figures.restMean, figures.restMin, figures.carried) = (240, 240, 1)
            (figures.placeSpread, figures.bodySpread, figures.gainSpread) = (9, 4, 2)
            return figures
        }()

        /// As ``walking`` where strength tells less: antennas higher up and less alike.
        package static let rough = {
            var figures = walking
            (figures.height, figures.placeSpread, figures.gainSpread) = (2.5, 10, 3)
            figures.bodySeconds = 10
            return figures
        }()

        package init() {}
    }

    package struct Read: Sendable {
        package var tag: Int
        /// 0...3, that of its zone.
        package var antenna: Int
        /// Milliseconds after the start.
        package var at: Int64
        package var centiDBm: Int16
    }

    private struct Tag: Sendable {
        var zone: Int
        /// Metres from the outer corner of zone 0.
        var x = 0.0
        var y = 0.0
        /// Where a walking tag is bound for.
        var goal = (x: 0.0, y: 0.0)
        var restsUntil: Int
        var handlings = 0
        var place = [0.0, 0.0, 0.0, 0.0]
        var fading = [0.0, 0.0, 0.0, 0.0]
        var body = [0.0, 0.0, 0.0, 0.0]
    }

    package let figures: Figures
    package private(set) var second = -1
    private let random: CounterRandom
    private var tags: [Tag] = []
    private let gains: [Double]

    package init(_ figures: Figures, seed: UInt64) {
        self.figures = figures
        let random = CounterRandom(seed: seed)
        self.random = random
        gains = (0..<4).map { antenna in
            var chance = random.stream(.quarterStart, entity: -1 - antenna)
            return chance.bell() * figures.gainSpread
        }
        for tag in 0..<figures.tags {
            var chance = random.stream(.quarterStart, entity: tag)
            tags.append(Tag(zone: chance.whole(0...3), restsUntil: 0))
            settle(tag, at: 0)
            // In the midst of its rest.
            let rest = Double(tags[tag].restsUntil)
            tags[tag].restsUntil = Int(rest * chance.unit())
        }
    }

    /// Where a tag is in this second; `nil` while it is carried.
    package func zone(of tag: Int) -> Int? {
        second < tags[tag].restsUntil ? tags[tag].zone : nil
    }

    /// Where it is, or was until it was carried off.
    package func lastZone(of tag: Int) -> Int { tags[tag].zone }

    /// The zone whose antenna would read it most strongly without fading: what nobody does better than by
    /// strength alone while it rests.
    package func strongestZone(of tag: Int) -> Int {
        (0..<4).max { steady(tag, $0) < steady(tag, $1) } ?? 0
    }

    private func steady(_ tag: Int, _ antenna: Int) -> Double {
        let middle = center(antenna)
        let (dx, dy) = (tags[tag].x - middle.x, tags[tag].y - middle.y)
        let distance = (dx * dx + dy * dy + figures.height * figures.height).squareRoot()
        return figures.level - 40 * decimalLogarithm(distance) + gains[antenna]
            + tags[tag].place[antenna]
    }

    /// The reads of the next second, in the order of their times.
    package mutating func next() -> [Read] {
        second += 1
        var reads: [Read] = []
        for tag in tags.indices {
            move(tag)
            for antenna in 0..<4 {
                var chance = random.stream(.quarterRead, entity: tag * 4 + antenna, epoch: second)
                fade(tag, antenna, &chance)
                let steady =
                    steady(tag, antenna) + tags[tag].fading[antenna] + tags[tag].body[antenna]
                for _ in 0..<figures.looks {
                    let isRead = chance.unit() < figures.readRate
                    let at = Int64(chance.unit() * 1_000)
                    let strength = steady + chance.bell() * figures.noiseSpread
                    guard isRead else { continue }
                    reads.append(
                        Read(
                            tag: tag, antenna: antenna, at: Int64(second) * 1_000 + at,
                            centiDBm: Int16((strength * 2).rounded()) * 50))
                }
            }
        }
        reads.sort { ($0.at, $0.tag, $0.antenna) < ($1.at, $1.tag, $1.antenna) }
        return reads
    }

    private mutating func fade(_ tag: Int, _ antenna: Int, _ chance: inout SplitMix64) {
        let keep = exponential(-1 / figures.fadingSeconds)
        let fresh = (1 - keep * keep).squareRoot() * figures.fadingSpread
        tags[tag].fading[antenna] = tags[tag].fading[antenna] * keep + chance.bell() * fresh
        guard figures.bodySpread > 0 else { return }
        let turned = exponential(-1 / figures.bodySeconds)
        let body = (1 - turned * turned).squareRoot() * figures.bodySpread
        tags[tag].body[antenna] = tags[tag].body[antenna] * turned + chance.bell() * body
    }

    private func center(_ zone: Int) -> (x: Double, y: Double) {
        ((Double(zone % 2) + 0.5) * figures.side, (Double(zone / 2) + 0.5) * figures.side)
    }

    private mutating func move(_ tag: Int) {
        if second >= tags[tag].restsUntil + figures.carried {
            var chance = random.stream(.quarterMove, entity: tag, epoch: second)
            tags[tag].zone = (tags[tag].zone + chance.whole(1...3)) % 4
            settle(tag, at: second)
        } else if second >= tags[tag].restsUntil {
            // Carried: halfway between all zones, another place each second.
            (tags[tag].x, tags[tag].y) = (figures.side, figures.side)
            shuffle(tag, keeping: 0)
        } else if figures.speed > 0 {
            walk(tag)
        }
    }

    private mutating func settle(_ tag: Int, at second: Int) {
        tags[tag].handlings += 1
        var chance = random.stream(.quarterStart, entity: tag, epoch: second + 1)
        let spread = max(0, figures.restMean - figures.restMin)
        tags[tag].restsUntil = second + Int(figures.restMin + spread * chance.waitingTime())
        (tags[tag].x, tags[tag].y) = spot(in: tags[tag].zone, &chance)
        tags[tag].goal = spot(in: tags[tag].zone, &chance)
        for antenna in 0..<4 { tags[tag].place[antenna] = chance.bell() * figures.placeSpread }
    }

    private func spot(in zone: Int, _ chance: inout SplitMix64) -> (x: Double, y: Double) {
        let corner = (x: Double(zone % 2) * figures.side, y: Double(zone / 2) * figures.side)
        let width = figures.side - 2 * figures.margin
        return (
            corner.x + figures.margin + chance.unit() * width,
            corner.y + figures.margin + chance.unit() * width
        )
    }

    private mutating func walk(_ tag: Int) {
        let (dx, dy) = (tags[tag].goal.x - tags[tag].x, tags[tag].goal.y - tags[tag].y)
        let left = (dx * dx + dy * dy).squareRoot()
        if left <= figures.speed {
            var chance = random.stream(.quarterWalk, entity: tag, epoch: second)
            (tags[tag].x, tags[tag].y) = tags[tag].goal
            tags[tag].goal = spot(in: tags[tag].zone, &chance)
        } else {
            tags[tag].x += dx / left * figures.speed
            tags[tag].y += dy / left * figures.speed
        }
        shuffle(tag, keeping: exponential(-figures.speed / figures.placeMetres))
    }

    /// Another place of the standing waves, as like the last as `share`.
    private mutating func shuffle(_ tag: Int, keeping share: Double) {
        var chance = random.stream(.quarterWalk, entity: tag + 1_000_000, epoch: second)
        let fresh = (1 - share * share).squareRoot() * figures.placeSpread
        for antenna in 0..<4 {
            tags[tag].place[antenna] = tags[tag].place[antenna] * share + chance.bell() * fresh
        }
    }
}
