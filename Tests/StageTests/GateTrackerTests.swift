import AssetModel
import PresenceInference
import Testing

/// What was read at a gate, tag by tag, and what is told of it.
private let gateDrawings = """
    out          | iIIIIIbBBbOOOOOo                                  | out 3
    in           | oOOOOObBBbIIIIIi                                  | in 3
    slowly out   | i.i.I.I.I.I.b.B.B.b.O.O.O.O.o.o                   | out 3
    in a hurry   | oObBIi                                            | in 3
    with misses  | I..I.I...B..O.O..O                                | out 3
    turned back  | iIIIIIbBBbooobBBbIIIIIi                           | -
    came near    | iiIIIIIIIIIIii                                    | -
    came near, from outside | ooOOOOOOoo                             | -
    waits, goes  | IIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIIbBBbOOOO | out 3
    once         | I                                                 | -
    twice        | B                                                 | -
    """

struct GateTrackerTests {
    private static let outward = "iIIIIIbBBbOOOOOo"
    private static let inward = "oOOOOObBBbIIIIIi"

    @Test func `the order of the sides is the direction, and turning back is no passage`() {
        for row in gateDrawings.split(separator: "\n") {
            let parts = row.split(separator: "|").map { $0.drop { $0 == " " } }
            let timeline = String(parts[1].prefix { $0 != " " })
            var story = GateStory()
            for tag in 1...3 { story.draw(tag, timeline, at: 0.25 * Double(tag)) }
            story.play()
            story.wait()
            #expect(story.told == String(parts[2]), "\(parts[0])")
        }
    }

    @Test func `one passage states its time, its tags and why`() throws {
        var story = GateStory()
        for tag in 1...3 { story.draw(tag, Self.outward, at: 10) }
        story.play()
        story.wait()
        let passage = try #require(story.passages.first)
        #expect(passage.gate == 0 && passage.means == .antennas && !passage.isLate)
        #expect(passage.from == GateStory.start + ElapsedTime(seconds: 10))
        #expect(passage.to == GateStory.start + ElapsedTime(milliseconds: 13_750))
        #expect(passage.confidence > 0.95 && passage.confidence <= 0.999)
        #expect(passage.tags.map(\.tag) == (1...3).map { GateStory.tag($0) })
        #expect(passage.reasonEnglish == "3 of 3 tags first inside, then outside")
        #expect(passage.reasonChinese == "3 个标签中 3 个先内侧后外侧")
        #expect(passage.id == PassageID.make(gate: "G", from: passage.from, tag: GateStory.tag(1)))
        // Two seconds after the last read, and one more for the way of the message.
        #expect(passage.at - passage.to <= ElapsedTime(seconds: 4))
    }

    @Test func `more tags make surer, and one tag alone is less sure than it looks`() throws {
        var confidences: [Double] = []
        for count in [1, 4, 20] {
            var story = GateStory()
            for tag in 1...count { story.draw(tag, "i.I..B..O.o") }
            story.play()
            story.wait()
            confidences.append(try #require(story.passages.first).confidence)
        }
        #expect(confidences[0] < confidences[1] && confidences[1] <= confidences[2])
        var story = GateStory()
        story.draw(1, "I..B...O")
        story.play()
        story.wait()
        let alone = try #require(story.passages.first).confidence
        #expect(alone > 0.5 && alone < confidences[0] && alone < 0.95)
    }

    // MARK: who belongs to it

    @Test func `what lies nearby is not in the passage`() throws {
        var story = GateStory()
        for tag in 1...5 { story.draw(tag, Self.outward) }
        for tag in 6...8 { story.draw(tag, String(repeating: "z", count: 16)) }
        story.play()
        story.wait()
        #expect(story.told == "out 5")
        #expect(story.passages.first?.bystanders == 3)
    }

    @Test func `what lies there is read for minutes before and after, and is not in the passage`() {
        var story = GateStory()
        story.draw(9, String(repeating: "I", count: 1_200))
        for tag in 1...5 { story.draw(tag, Self.outward, at: 120) }
        story.play()
        story.wait()
        #expect(story.told == "out 5")
    }

    @Test func `a tag that is read on its shelf meanwhile did not leave`() throws {
        var confidences: [Double] = []
        for isShelved in [false, true] {
            var story = GateStory()
            for tag in 1...5 { story.draw(tag, Self.outward) }
            story.draw(6, "..ii..i..")
            if isShelved { story.shelved = [6] }
            story.play()
            story.wait()
            let sixth = story.passages.first?.tags.first { $0.slot == 6 }
            confidences.append(sixth?.confidence ?? 0)
        }
        #expect(confidences[0] > 0.5 && confidences[1] < 0.5)
    }

    @Test func `tags that one side alone read go with the others`() {
        var story = GateStory()
        for tag in 1...4 { story.draw(tag, Self.outward) }
        story.draw(5, "..II.I..")
        story.play()
        story.wait()
        #expect(story.told == "out 5")
        #expect(story.passages.first?.reasonEnglish.contains("1 read on one side only") == true)
    }

    @Test func `two pallets within a minute are two passages`() {
        var story = GateStory()
        for tag in 1...4 { story.draw(tag, Self.outward) }
        for tag in 11...14 { story.draw(tag, Self.inward, at: 10) }
        for tag in 1...4 { story.draw(tag, Self.inward, at: 40) }
        story.play()
        story.wait()
        #expect(story.told == "out 4, in 4, in 4")
        #expect(Set(story.passages.map(\.id)).count == 3)
    }

    // MARK: time

    @Test func `back-filled reads make a passage of their own time, and say that it is late`() throws {
        var story = GateStory()
        for tag in 1...4 { story.draw(tag, Self.outward) }
        story.play(late: 3_600)
        story.wait()
        let passage = try #require(story.passages.first)
        #expect(story.told == "out 4" && passage.isLate)
        #expect(passage.from == GateStory.start)
        #expect(passage.at - passage.from > ElapsedTime(seconds: 3_600))
    }

    @Test func `a backlog holds two passes of the same tags, and both are told`() {
        var story = GateStory()
        for tag in 1...4 {
            story.draw(tag, Self.outward)
            story.draw(tag, Self.inward, at: 1_800)
        }
        let reads = story.reads.sorted { $0.at < $1.at }
        story.move(to: GateStory.start + ElapsedTime(seconds: 4_000))
        for (read, _) in reads { _ = story.tracker.observe(read, at: story.time) }
        story.wait()
        #expect(story.told == "out 4, in 4")
    }

    @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
    func `in whatever order and however often reads come, the passages are the same`(seed: UInt64) {
        var plain = GateStory()
        for tag in 1...6 { plain.draw(tag, Self.outward, at: 0.25 * Double(tag)) }
        for tag in 7...9 { plain.draw(tag, "zz.zzz.zz.zzz") }
        var shuffled = plain
        plain.play()
        plain.wait()
        var numbers = SeededNumbers(seed: seed)
        var reads = shuffled.reads + shuffled.reads.filter { _ in numbers.below(3) == 0 }
        for index in reads.indices.reversed() { reads.swapAt(index, numbers.below(index + 1)) }
        // All within the time that is waited anyway.
        shuffled.move(to: GateStory.start + ElapsedTime(milliseconds: 5_300))
        for (read, _) in reads { _ = shuffled.tracker.observe(read, at: shuffled.time) }
        shuffled.wait()
        #expect(plain.told == "out 6")
        #expect(Self.timeless(shuffled.passages) == Self.timeless(plain.passages))
    }

    private static func timeless(_ passages: [Passage]) -> [Passage] {
        passages.map {
            var passage = $0
            passage.at = GateStory.start
            return passage
        }
    }

    @Test func `a straggler of a passage that was told is no second one`() {
        var story = GateStory()
        for tag in 1...4 { story.draw(tag, Self.outward) }
        let again = story.reads
        story.play()
        story.wait()
        for (read, _) in again { _ = story.tracker.observe(read, at: story.time) }
        story.wait()
        #expect(story.told == "out 4")
        #expect(story.tracker.figures.tooLate == Int64(again.count))
    }

    @Test func `a reader that sends slowly is waited for, once it has shown it`() {
        var story = GateStory()
        // Its messages hold ten seconds.
        for tag in 1...4 { story.draw(tag, Self.outward, at: 30) }
        let first = story.reads.filter { $0.at < 32_000 }
        let second = story.reads.filter { $0.at >= 32_000 }
        var other = GateStory()
        other.draw(20, "I")
        story.move(to: GateStory.start + ElapsedTime(seconds: 9))
        for (read, _) in other.reads { _ = story.tracker.observe(read, at: story.time) }
        story.move(to: GateStory.start + ElapsedTime(seconds: 35))
        for (read, _) in first { _ = story.tracker.observe(read, at: story.time) }
        story.move(to: GateStory.start + ElapsedTime(seconds: 40))
        for (read, _) in second { _ = story.tracker.observe(read, at: story.time) }
        story.wait()
        #expect(story.told == "out 4")
    }

    // MARK: limits

    @Test func `a gate follows so many tags at once and counts the others`() {
        var story = GateStory()
        for tag in 1...2_100 { story.draw(tag, "B") }
        story.play()
        #expect(story.tracker.figures.notFollowed == 2 * 52)
        story.wait()
        // And then it is free again.
        for tag in 1...3 { story.draw(tag, Self.outward, at: 200) }
        story.play()
        story.wait()
        #expect(story.told == "out 3")
    }

    @Test func `what lies there costs a read in 15 seconds`() {
        var story = GateStory()
        story.draw(1, String(repeating: "I", count: 2_400))
        var counted: [Int64] = []
        for (read, at) in story.reads {
            story.move(to: GateStory.start + ElapsedTime(milliseconds: at))
            if story.tracker.observe(read, at: story.time) { counted.append(at) }
        }
        #expect(counted.filter { $0 < 60_000 }.count <= 80)
        #expect(counted.filter { $0 >= 120_000 }.count <= 34)
        story.wait()
        #expect(story.told == "-")
    }

    @Test func `times at the end of time do not trap`() {
        var story = GateStory()
        for at in [Int64.min, Int64.min / 2, -1, 0, Int64.max / 2, Int64.max] {
            let read = GateTracker.Read(
                slot: 1, tag: GateStory.tag(1), antenna: 0, heardAt: UTCInstant(milliseconds: at),
                signal: SignalStrength(centiDBm: Int16.min))
            _ = story.tracker.observe(read, at: story.time)
        }
        story.wait()
        #expect(story.told == "-")
    }
}
