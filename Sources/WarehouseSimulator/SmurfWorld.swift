/// The worlds SMURF-A and SMURF-B: tags that wander in and out of the field of one antenna, and its reads.
///
/// Numbers are drawn by (seed, tag, epoch): another major share reads the same tags on the same ways.
package struct SmurfWorld: Sendable {
    package let field: SmurfField
    package let tags: Int
    private let random: CounterRandom
    private var walks: [SmurfWalk]
    private var epoch = 0

    /// One epoch, with a place for each tag.
    package struct Epoch: Sendable {
        package var isPresent: [Bool]
        /// The share of interrogations that the reader would report as answered.
        package var readRate: [Double]
        package var isRead: [Bool]

        package var presentCount: Int { isPresent.count { $0 } }

        /// The tags read, by number.
        package var slots: [UInt32] { isRead.indices.filter { isRead[$0] }.map { UInt32($0) } }
    }

    package static let epochsUsual = 5_000

    /// Cleaning tag by tag: 25 Fidos, each for itself, 1–3 ft in an epoch, major rate 0.8
    /// (`inference.md` §3).
    package static func smurfA(majorShare: Double, seed: UInt64) -> SmurfWorld {
        let field = SmurfField(majorShare: majorShare, majorRate: 0.8)
        return SmurfWorld(field, tags: 25, seed: seed, walkers: 25) { draw in
            SmurfWalk(.fido, speeds: 1...3, range: field.range, draw: &draw)
        }
    }

    package enum Crowd: String, Sendable, CaseIterable {
        case fido
        case pallet
    }

    /// Counting: 100 tags, each for itself or all on one pallet at 1–4 ft in an epoch, major share 0.7
    /// (`inference.md` §3).
    package static func smurfB(_ crowd: Crowd, majorRate: Double, seed: UInt64) -> SmurfWorld {
        let field = SmurfField(majorShare: 0.7, majorRate: majorRate)
        return SmurfWorld(field, tags: 100, seed: seed, walkers: crowd == .fido ? 100 : 1) { draw in
            switch crowd {
            case .fido: SmurfWalk(.fido, speeds: 1...3, range: field.range, draw: &draw)
            case .pallet: SmurfWalk(.pallet, speeds: 1...4, range: field.range, draw: &draw)
            }
        }
    }

    private init(
        _ field: SmurfField, tags: Int, seed: UInt64, walkers: Int,
        walk: (inout SplitMix64) -> SmurfWalk
    ) {
        self.field = field
        self.tags = tags
        let random = CounterRandom(seed: seed)
        self.random = random
        walks = (0..<walkers).map { walker in
            var draw = random.stream(.smurfStart, entity: walker)
            return walk(&draw)
        }
    }

    package mutating func next() -> Epoch {
        for walker in walks.indices { walks[walker].advance(random, entity: walker) }
        var result = Epoch(isPresent: [], readRate: [], isRead: [])
        for tag in 0..<tags {
            let distance = walks[tag % walks.count].distance
            let rate = field.readRate(at: distance)
            var draw = random.stream(.smurfRead, entity: tag, epoch: epoch)
            result.isPresent.append(field.holds(distance))
            result.readRate.append(rate)
            result.isRead.append(draw.unit() < rate)
        }
        epoch += 1
        return result
    }
}
