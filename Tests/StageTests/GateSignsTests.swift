import AssetModel
import PresenceInference
import Testing

/// Light barriers, the reader's own word, and gates where nothing tells a direction.
struct GateSignsTests {
    private static let outward = "iIIIIIbBBbOOOOOo"
    /// Of a tag that is hard to read.
    private static let faint = "...I....B....O.."

    private static func cross(_ story: inout GateStory, _ pins: [UInt16], high: Bool, at second: Double = 1) {
        for (place, pin) in pins.enumerated() { story.beam(pin, high, at: second + 0.4 * Double(place)) }
        for (place, pin) in pins.enumerated() { story.beam(pin, !high, at: second + 1 + 0.4 * Double(place)) }
    }

    // MARK: light barriers

    @Test(arguments: [true, false])
    func `the order of two beams is a direction, whichever level means broken`(isHigh: Bool) {
        for (pins, way) in [([1, 2] as [UInt16], "out 0"), ([2, 1], "in 0")] {
            var story = GateStory(GateStory.layout(barriers: GateStory.beams(activeHigh: isHigh)))
            Self.cross(&story, pins, high: isHigh)
            story.wait()
            #expect(story.told == way)
            #expect(story.passages.first?.means == .lightBarriers)
            #expect(story.passages.first?.confidence ?? 0 > 0.9)
        }
    }

    @Test func `the wrong level for broken turns nothing into a passage`() {
        var story = GateStory(GateStory.layout(barriers: GateStory.beams(activeHigh: false)))
        story.beam(1, true, at: 0)
        story.beam(2, true, at: 0)
        story.wait()
        #expect(story.told == "-")
    }

    @Test func `who breaks a beam and leaves it on the same side did not pass`() {
        for pins in [[1], [2], [1, 2, 1]] as [[UInt16]] {
            var story = GateStory(GateStory.layout(barriers: GateStory.beams(activeHigh: true)))
            for (place, pin) in pins.enumerated() {
                story.beam(pin, true, at: 1 + Double(place))
                story.beam(pin, false, at: 1.7 + Double(place))
            }
            story.wait()
            #expect(story.told == "-", "\(pins)")
        }
    }

    @Test func `a crossing without a tag is a passage, and is counted`() throws {
        var story = GateStory(GateStory.layout(barriers: GateStory.beams(activeHigh: true)))
        Self.cross(&story, [1, 2], high: true)
        story.wait()
        let passage = try #require(story.passages.first)
        #expect(passage.tags.isEmpty && passage.direction == .outward)
        #expect(passage.reasonEnglish == "light barriers inside, then outside; no tag was read")
        #expect(story.tracker.figures.empty == 1 && story.tracker.figures.passages == 1)
    }

    @Test func `beams and tags make one passage, surer than either`() throws {
        var alone = GateStory()
        alone.draw(1, Self.faint)
        alone.play()
        alone.wait()
        var story = GateStory(GateStory.layout(barriers: GateStory.beams(activeHigh: true)))
        story.draw(1, Self.faint)
        let reads = story.reads
        story.reads = reads.filter { $0.at < 1_500 }
        story.play()
        Self.cross(&story, [1, 2], high: true, at: 1.5)
        for (read, _) in reads where read.heardAt > GateStory.start + ElapsedTime(milliseconds: 1_499) {
            _ = story.tracker.observe(read, at: story.time)
        }
        story.wait()
        #expect(story.told == "out 1")
        let (more, less) = (try #require(story.passages.first), try #require(alone.passages.first))
        #expect(more.confidence > less.confidence)
        #expect(more.means == [.antennas, .lightBarriers])
    }

    /// A gate whose antennas have no sides, with both beams.
    private static func sideless() -> GateStory {
        var layout = GateStory.layout(barriers: GateStory.beams(activeHigh: true))
        for index in layout.readers[0].lightBarriers.indices {
            layout.readers[0].lightBarriers[index].zone = 1
        }
        return GateStory(layout)
    }

    @Test func `what the beams saw turn back did not pass, with a tag as without`() {
        var story = Self.sideless()
        story.draw(1, "IIII", at: 1, sided: false)
        story.play()
        for (place, pin) in ([1, 2, 1] as [UInt16]).enumerated() {
            story.beam(pin, true, at: 2 + Double(place) / 2)
            story.beam(pin, false, at: 2.4 + Double(place) / 2)
        }
        story.wait()
        #expect(story.told == "-" && story.tracker.figures.turnedBack == 1)
    }

    @Test func `beams tell the direction where the antennas have no sides`() {
        var story = Self.sideless()
        story.draw(1, "IIII", at: 1, sided: false)
        story.play()
        Self.cross(&story, [2, 1], high: true, at: 2)
        story.wait()
        #expect(story.told == "in 1")
    }

    @Test func `a level that is told again and again is no crossing`() {
        var story = GateStory(GateStory.layout(barriers: GateStory.beams(activeHigh: true)))
        for second in 0..<30 {
            story.beam(1, false, at: Double(second))
            story.beam(2, false, at: Double(second))
        }
        story.wait()
        #expect(story.told == "-")
    }

    // MARK: the reader's own word

    @Test func `the reader's own word is taken, with what it is worth`() throws {
        let table: [(PassageDirection, String)] = [
            (.inward, "in 2"), (.outward, "out 2"), (.none, "-"),
        ]
        for (word, told) in table {
            var story = GateStory()
            for tag in 1...2 { story.draw(tag, "I", sided: false, word: word) }
            story.play()
            story.wait()
            #expect(story.told == told, "\(word)")
            guard let passage = story.passages.first else { continue }
            #expect(passage.means == .reader)
            #expect(passage.confidence > 0.8 && passage.confidence < 0.99)
        }
    }

    @Test func `a reader that does not know leaves it undecided`() {
        var story = GateStory()
        story.draw(1, "IIII", sided: false, word: .unknown)
        story.play()
        story.wait()
        #expect(story.told == "undecided 1")
    }

    // MARK: no sides

    @Test func `without sides, beams or a word the direction is undecided and the passage doubtful`() throws {
        var story = GateStory()
        for tag in 1...3 { story.draw(tag, "iIIIIi", sided: false) }
        story.play()
        story.wait()
        let passage = try #require(story.passages.first)
        #expect(story.told == "undecided 3")
        #expect((passage.confidence - 0.5).magnitude < 0.01 && passage.means.isEmpty)
    }

    // MARK: restart

    @Test(arguments: [2, 7, 11, 20, 33, 60])
    func `a restart in the middle of a passage tells it once, and the same`(after reads: Int) throws {
        let layout = GateStory.layout(barriers: GateStory.beams(activeHigh: true))
        var plain = GateStory(layout)
        for tag in 1...4 { plain.draw(tag, Self.outward) }
        var cut = plain
        plain.play()
        plain.wait()
        let all = cut.reads.sorted {
            ($0.at, $0.read.slot, $0.read.antenna) < ($1.at, $1.read.slot, $1.read.antenna)
        }
        cut.reads = Array(all.prefix(reads))
        cut.play()
        let chunks = cut.tracker.chunks()
        cut.tracker = GateTracker(layout: layout)
        let names = LayoutMapping.Names(layout)
        try cut.tracker.restore(chunks, mapping: LayoutMapping(from: names, to: names))
        #expect(cut.tracker.chunks() == chunks)
        cut.reads = Array(all.dropFirst(reads))
        cut.play()
        cut.wait()
        #expect(cut.passages == plain.passages && plain.told == "out 4")
    }

    @Test func `a store from before there were gates opens, and a damaged one says so`() throws {
        let layout = GateStory.layout()
        let names = LayoutMapping.Names(layout)
        let mapping = LayoutMapping(from: names, to: names)
        var tracker = GateTracker(layout: layout)
        try tracker.restore([], mapping: mapping)
        var story = GateStory()
        story.draw(1, Self.outward)
        story.play()
        for chunk in story.tracker.chunks() {
            for size in 0..<chunk.bytes.count {
                let short = Checkpoint.Chunk(
                    table: chunk.table, index: chunk.index, bytes: Array(chunk.bytes.prefix(size)))
                #expect(throws: ByteReader.Damaged.self) { try tracker.restore([short], mapping: mapping) }
            }
        }
    }
}
