import AssetModel
import Testing

@testable import PresenceInference

/// What a run of misses says about one tag.
struct AbsenceModelTests {
    private static let minute = AbsenceModel.Step(AbsenceModel(), chance: ElapsedTime(seconds: 60))

    private static func run(_ misses: Int, rate: Double, shadowed: Double = 0) -> SilentRun {
        var run = SilentRun(shadowed: shadowed)
        let rate = ReadRate(hits: Float(rate * 1_000_000), misses: Float((1 - rate) * 1_000_000))
        for _ in 0..<misses { run.miss(rate, minute) }
        return run
    }

    /// The three weights after `n` misses, worked out anew from the equations of the model.
    private static func gone(_ misses: Int, rate: Double) -> Double {
        let (hazard, enter, leave) = (0.004 / 1_440, 0.2 / 1_440, 1 / 120.0)
        var (normal, shadowed, gone) = (1.0, 0.0, 0.0)
        for _ in 0..<misses {
            let (stay, hidden) = (
                normal * (1 - enter) + shadowed * leave, shadowed * (1 - leave) + normal * enter
            )
            gone += (stay + hidden) * hazard
            normal = stay * (1 - hazard) * (1 - rate)
            shadowed = hidden * (1 - hazard) * (1 - 0.1 * rate)
        }
        return gone / (normal + shadowed + gone)
    }

    @Test(arguments: [(1, 0.9), (10, 0.9), (60, 0.9), (200, 0.9), (40, 0.3), (300, 0.13), (2_000, 0.05)])
    func `silence is weighed between normal, shadowed and gone`(misses: Int, rate: Double) {
        let told = Self.run(misses, rate: rate).probabilityGone
        let expected = Self.gone(misses, rate: rate)
        // The rate is known from a million chances, and sinks a little with every miss.
        #expect(abs(told - expected) < 0.002 + expected * 0.02, "\(told), expected \(expected)")
    }

    @Test func `a shadow explains hours of silence of a tag that is never missed otherwise`() {
        #expect(Self.run(10, rate: 0.97).probabilityGone < 0.1)
        #expect(Self.run(10, rate: 0.97).probabilityShadowed > 0.9)
        #expect(Self.run(120, rate: 0.97).probabilityGone > 0.998)
    }

    @Test func `not knowing the rate makes the same silence say less`() {
        var unknown = SilentRun(shadowed: 0)
        for _ in 0..<40 { unknown.miss(ReadRate(AbsenceModel()), Self.minute) }
        #expect(unknown.probabilityGone < Self.run(40, rate: 2 / 3.3).probabilityGone / 2)
    }

    @Test func `longer silence never makes it less likely, and weights never run out`() {
        var run = SilentRun(shadowed: 0.1)
        var last = 0.0
        for _ in 0..<SilentRun.chancesMax {
            run.miss(ReadRate(hits: 999, misses: 1), Self.minute)
            #expect(run.probabilityGone >= last && run.probabilityGone <= 1)
            last = run.probabilityGone
        }
        #expect(last > 0.999_999 && run.probabilityShadowed.isFinite)
    }

    private static func explained(_ misses: Int, rate: Double) -> Double {
        let known = ReadRate(hits: Float(rate * 1_000_000), misses: Float((1 - rate) * 1_000_000))
        return run(misses, rate: rate).explained(by: .own, known, minute).misses
    }

    @Test func `misses while shadowed say nothing about the tag's own rate`() {
        #expect(Self.explained(1, rate: 0.95) > 0.9)
        // Sixty misses of a tag that is read 19 times in 20 are one shadow.
        #expect(Self.explained(60, rate: 0.95) < 1)
    }

    @Test func `what is read seldom was not shadowed each time that it was not read`() {
        // A tenth of the rate would hardly have ended two hundred misses with a read.
        let waiting = Self.run(200, rate: 0.04).probabilityShadowed
        let explained = Self.explained(200, rate: 0.04)
        #expect(waiting > 0.5 && explained > 200 * (1 - waiting / 1.8), "\(waiting) \(explained)")
    }

    @Test func `what was away did not miss anything`() {
        let rate = ReadRate(hits: 900, misses: 100)
        let step = Self.minute.returning(AbsenceModel(), chance: ElapsedTime(seconds: 60))
        func explained(_ misses: Int, there: Double) -> SilentRun.Explanation {
            var run = SilentRun(shadowed: 0, there: there)
            for _ in 0..<misses { run.miss(rate, step) }
            return run.explained(by: .own, rate, step)
        }
        let away = explained(600, there: 1)
        #expect(away.away > 0.99 && away.misses < 1, "\(away)")
        let here = explained(2, there: 1)
        #expect(here.away < 0.01 && here.misses > 1.8, "\(here)")
    }

    @Test func `the chance under way counts for as much as has passed of it, and no more than whole`() {
        let rate = ReadRate(hits: 600_000, misses: 400_000)
        let before = Self.run(12, rate: 0.6)
        var (none, half, whole, next) = (before, before, before, before)
        none.miss(part: 0, of: rate, Self.minute)
        half.miss(part: 0.5, of: rate, Self.minute)
        whole.miss(part: 1, of: rate, Self.minute)
        next.miss(rate, Self.minute)
        #expect(none.probabilityGone == before.probabilityGone)
        #expect(half.probabilityGone > before.probabilityGone * 1.02)
        #expect(whole.probabilityGone > half.probabilityGone)
        #expect(abs(whole.probabilityGone - next.probabilityGone) < 0.01 * next.probabilityGone)
    }

    @Test func `a read is a sign of life whoever made it, a miss only where somebody listened`() {
        let rate = ReadRate(hits: 950, misses: 50, strays: 200, strayMisses: 800)
        func gone(_ heard: Heard) -> Double {
            var run = SilentRun(shadowed: 0, there: 0.5, listening: .ownOnly)
            run.hear(heard, rate, Self.minute)
            return run.probabilityGone
        }
        #expect(gone(.stray) < 0.001 && gone([.stray, .unwatched]) < gone(.stray))
        // One in a million for a ghost against the one in five that strays: 5e-6.
        #expect(abs(gone([.stray, .unwatched]) - 5e-6) < 1e-7, "\(gone([.stray, .unwatched]))")
        var learned = rate
        learned.add([.stray, .unwatched], weight: 1)
        #expect(learned.misses == rate.misses && learned.strays == rate.strays + 1)
    }

    @Test func `a read at the usual rate ends the thought of a shadow, one by others keeps it`() {
        let rate = ReadRate(hits: 950, misses: 50, strays: 200, strayMisses: 800)
        func after(_ heard: Heard) -> Double {
            var run = SilentRun(shadowed: 0.5)
            run.hear(heard, rate, Self.minute)
            return run.probabilityShadowed
        }
        // 0.095 · 0.98 against 0.95 · 0.8, after a hundredth of the shadows has gone.
        #expect(abs(after([.own]) - 0.107_5) < 0.001, "\(after([.own]))")
        #expect(after([.own, .stray]) < after([.own]) && after([.stray]) > after([.own]))
        #expect(after([.stray]) > 0.5)
    }

    @Test func `silence in the zones around shortens the wait, unless they are not covered`() {
        let rate = ReadRate(hits: 600, misses: 400, strays: 400, strayMisses: 600)
        func gone(countsStrays: Bool) -> Double {
            var run = SilentRun(shadowed: 0, listening: countsStrays ? .init() : .ownOnly)
            for _ in 0..<60 { run.miss(rate, Self.minute) }
            return run.probabilityGone
        }
        #expect(gone(countsStrays: true) > gone(countsStrays: false) * 1.5)
    }

    @Test func `a rate is learned from hits and misses, and old ones fade`() {
        var rate = ReadRate(AbsenceModel())
        #expect(abs(rate.mean - 2 / 3.3) < 0.000_001)
        for _ in 0..<10_000 {
            rate.add(.own, weight: 1)
            rate.add([], weight: 3)
            rate.shrink(to: ReadRate.chancesMax)
        }
        #expect(abs(rate.mean - 0.25) < 0.001 && rate.hits + rate.misses <= ReadRate.chancesMax + 0.01)
        #expect(rate.strays < 0.01 && rate.strays + rate.strayMisses <= ReadRate.chancesMax + 0.01)
        for _ in 0..<1_440 {
            rate.add([.own, .stray], weight: 1)
            rate.shrink(to: ReadRate.chancesMax)
        }
        #expect(rate.mean > 0.5 && rate.means(afterMisses: 0).stray > 0.3, "a day of other news")
        rate.shrink(to: ReadRate.chancesKept)
        #expect(abs(rate.hits + rate.misses - ReadRate.chancesKept) < 0.001 && rate.mean > 0.5)
    }

    @Test func `a longer chance holds more of everything`() {
        let hour = AbsenceModel.Step(AbsenceModel(), chance: ElapsedTime(seconds: 3_600))
        #expect(abs(hour.gone - Self.minute.gone * 60) < 1e-12)
        #expect(hour.leavesShadow == 0.5 && hour.entersShadow < 0.01)
    }

    @Test func `wrong by a factor on purpose`() {
        var model = AbsenceModel()
        model.scale(by: 3)
        #expect(abs(model.gonePerDay - 0.012) < 1e-12 && abs(model.shadowsPerDay - 0.6) < 1e-12)
    }
}

/// In zones without a time of their own, silence is as long as it must be to be sure.
struct SureSilenceTests {
    private static func story(certainty: Double = 0.99) -> PresenceStory {
        var layout = StageWorld.layout()
        for zone in layout.zones.indices { layout.zones[zone].missingAfter = nil }
        var rules = RuleSettings()
        rules.missingCertainty = certainty
        return PresenceStory(layout: layout, rules: rules)
    }

    /// Reads a tag once in each minute whose number the pattern marks, for so many minutes.
    private static func read(_ story: inout PresenceStory, minutes: Int64, where isRead: (Int64) -> Bool) {
        let first = story.second / 60
        for minute in first..<(first + minutes) {
            story.go(to: minute * 60 + 10)
            if isRead(minute) { story.read(1, by: StageWorld.a) }
        }
    }

    private static func silence(_ story: PresenceStory) -> (after: Int64, probability: Double)? {
        guard let change = story.changes.last?.change, case .silent = change.kind else { return nil }
        return ((change.at - change.cause).seconds / 60, change.probability)
    }

    @Test func `a tag that is read every minute is missed after an hour or two, one read seldom far later`()
        throws
    {
        var often = Self.story()
        Self.read(&often, minutes: 600) { _ in true }
        often.go(to: often.second + 30_000)
        let quick = try #require(Self.silence(often))
        #expect((60...150).contains(quick.after) && quick.probability >= 0.99, "\(quick)")
        var seldom = Self.story()
        Self.read(&seldom, minutes: 600) { $0 % 5 == 0 }
        seldom.go(to: seldom.second + 60_000)
        let slow = try #require(Self.silence(seldom))
        #expect(slow.after > quick.after + 60 && slow.probability >= 0.99, "\(slow)")
        #expect(seldom.changes.last?.change.reasonEnglish.hasSuffix("usually read in 2 of 10)") == true)
    }

    @Test func `the time before a tag was ever heard says nothing of how often it is read`() throws {
        var story = Self.story(certainty: 0.99)
        story.watch(1, home: StageWorld.a)
        // Ten minutes before it is brought: too short to be missed.
        story.go(to: 600)
        let untold = story.tracker.tags[0].rate
        Self.read(&story, minutes: 2) { _ in true }
        let told = story.tracker.tags[0].rate
        #expect(told.misses == untold.misses && told.mean > untold.mean)
    }

    @Test func `who wants less certainty is told sooner`() throws {
        var sure = Self.story(certainty: 0.999)
        var soon = Self.story(certainty: 0.9)
        for minutes in [Int64(300)] {
            Self.read(&sure, minutes: minutes) { _ in true }
            Self.read(&soon, minutes: minutes) { _ in true }
        }
        sure.go(to: 60_000)
        soon.go(to: 60_000)
        let late = try #require(Self.silence(sure))
        let early = try #require(Self.silence(soon))
        #expect(early.after < late.after && early.probability < late.probability)
        #expect(early.probability >= 0.9 && late.probability >= 0.999)
    }

    @Test func `what is stated grows within a minute, and is what a read would end`() throws {
        var story = Self.story()
        Self.read(&story, minutes: 300) { $0 % 2 == 0 }
        func stated() throws -> Double {
            try #require(story.tracker.probabilityGone(0, at: story.time, coverage: story.coverage))
        }
        story.go(to: story.second / 60 * 60 + 660)
        var last = try stated()
        for _ in 0..<5 {
            story.go(to: story.second + 11)
            #expect(try stated() > last)
            last = try stated()
        }
        // The zone is cut off: nothing passes from then on.
        _ = story.coverage.apply(.disconnected, reader: 0, at: story.time)
        let cut = try stated()
        story.go(to: story.second + 600)
        #expect(try stated() <= cut)
    }

    @Test func `an outage is no evidence, however long`() {
        var story = Self.story()
        Self.read(&story, minutes: 300) { _ in true }
        _ = story.coverage.apply(.disconnected, reader: 0, at: story.time)
        story.go(to: 400_000)
        #expect(Self.silence(story) == nil)
    }

    @Test func `a stray read elsewhere shows that the tag is not gone, and is no read at home`() throws {
        var story = Self.story()
        Self.read(&story, minutes: 300) { _ in true }
        let rate = story.tracker.tags[0].rate
        for _ in 0..<6 {
            story.go(to: story.second + 3_000)
            story.read(1, by: StageWorld.b)
        }
        #expect(Self.silence(story) == nil)
        // The chance of its last read at home was still open.
        #expect(story.tracker.tags[0].rate.hits <= rate.hits + 1)
        let gone = story.tracker.probabilityGone(0, at: story.time, coverage: story.coverage)
        #expect(try #require(gone) < 0.001)
    }

    @Test(arguments: [Int64(7_230), 18_010, 20_000, 22_000])
    func `a restart changes neither when nor how surely`(restart: Int64) throws {
        func told(restart: Int64?) throws -> [String] {
            var story = Self.story()
            for minute in Int64(0)..<600 {
                if let restart, story.second < restart, minute * 60 + 10 >= restart {
                    story.go(to: restart)
                    try story.restart()
                }
                story.go(to: minute * 60 + 10)
                if minute < 300, minute % 3 != 0 { story.read(1, by: StageWorld.a) }
            }
            return story.told + story.changes.map { "\($0.change.probability) \($0.change.reasonEnglish)" }
        }
        let undisturbed = try told(restart: nil)
        #expect(undisturbed.contains { $0.contains("silent") })
        #expect(try told(restart: restart) == undisturbed)
    }
}

/// Whoever waits is looked at when it is due, in order, at no cost until then.
struct SilenceWheelTests {
    private static func time(_ milliseconds: Int64) -> ElapsedTime { ElapsedTime(milliseconds: milliseconds) }

    @Test func `tags come out at their millisecond, in the order of time and then of their index`() {
        var numbers = SeededNumbers(seed: 11)
        var wheel = SilenceWheel(zones: 2)
        var model: [Int: Int64] = [:]
        var now: Int64 = 0
        for round in 0..<4_000 {
            let slot = numbers.below(200)
            switch numbers.below(4) {
            case 0:
                wheel.remove(slot)
                model[slot] = nil
            case 1:
                now += Int64(numbers.below([10, 3_000, 90_000, 6_000_000][round % 4]))
                var told: [Int] = []
                while let next = wheel.takeDue(in: 1, at: Self.time(now)) { told.append(next) }
                let due = model.filter { $0.value <= now }.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
                #expect(told == due.map(\.key))
                for item in due { model[item.key] = nil }
            default:
                let wait = [50, 5_000, 500_000, 40_000_000][numbers.below(4)]
                model[slot] = now + Int64(numbers.below(wait))
                wheel.put(slot, in: 1, due: Self.time(model[slot] ?? 0))
            }
            #expect(wheel.count(in: 1) == model.count && wheel.slots(in: 1) == model.keys.sorted())
            if let next = wheel.nextDue(in: 1) {
                #expect(next.milliseconds <= max(now, model.values.min() ?? 0), "no tag is due before")
            } else {
                #expect(model.isEmpty)
            }
        }
        #expect(wheel.count(in: 0) == 0 && wheel.nextDue(in: 0) == nil)
    }

    @Test func `a wheel turned back still tells everybody at the same time`() {
        var wheel = SilenceWheel(zones: 1)
        for slot in 0..<100 { wheel.put(slot, in: 0, due: Self.time(Int64(slot) * 7_777)) }
        while wheel.takeDue(in: 0, at: Self.time(400_000)) != nil {}
        wheel.turnBack(zone: 0, to: Self.time(10_000))
        wheel.put(0, in: 0, due: Self.time(20_500))
        #expect(wheel.takeDue(in: 0, at: Self.time(20_499)) == nil)
        #expect(wheel.takeDue(in: 0, at: Self.time(20_500)) == 0)
        var told: [Int] = []
        while let next = wheel.takeDue(in: 0, at: Self.time(800_000)) { told.append(next) }
        #expect(told == Array(52..<100))
    }

    @Test func `centuries ahead is as far as any`() {
        var wheel = SilenceWheel(zones: 1)
        wheel.put(3, in: 0, due: Self.time(9_000_000_000_000))
        #expect(wheel.takeDue(in: 0, at: Self.time(8_999_999_999_999)) == nil)
        #expect(wheel.takeDue(in: 0, at: Self.time(9_000_000_000_000)) == 3)
    }
}
