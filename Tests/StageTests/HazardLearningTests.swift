import AssetModel
import Testing

@testable import PresenceInference

/// How often tags leave and are shadowed, learned where the guess is wrong.
struct HazardLearningTests {
    private static let minute = ElapsedTime(seconds: 60)
    private static let day: Int64 = 86_400_000

    private static func assumed(times factor: Double) -> AbsenceModel {
        var model = AbsenceModel()
        model.scale(by: factor)
        return model
    }

    /// Tags that are read in 9 of 10 minutes and shadowed 0.2 times a day for two hours, as the model has it;
    /// what a site that assumes otherwise makes of their reads.
    private static func watch(
        _ learned: inout HazardLearning, assumed: AbsenceModel, tags: Int, days: Int, seed: UInt64 = 7
    ) {
        var numbers = SeededNumbers(seed: seed)
        func chance(_ share: Double) -> Bool { Double(numbers.below(1_000_000)) < share * 1_000_000 }
        var model = assumed
        (model.shadowsPerDay, model.gonePerDay) = (learned.shadowsPerDay, learned.gonePerDay)
        let step = AbsenceModel.Step(model, chance: minute)
        let rate = ReadRate(hits: 900, misses: 100, strays: 0.001, strayMisses: 1_000)
        for _ in 0..<tags {
            var (isShadowed, isCounted) = (false, false)
            var run = SilentRun(shadowed: 0)
            for _ in 0..<(days * 1_440) {
                isShadowed = isShadowed ? !chance(1 / 120.0) : chance(0.2 / 1_440)
                guard chance(isShadowed ? 0.09 : 0.9) else {
                    run.miss(rate, step)
                    continue
                }
                learned.note(run, of: rate, chance: minute, isCounted: &isCounted)
                run = SilentRun(shadowed: run.probabilityShadowed)
                run.hear(.own, rate, step)
                if run.probabilityShadowed < 0.02 { isCounted = false }
                run = SilentRun(shadowed: run.probabilityShadowed)
            }
        }
    }

    @Test(arguments: [1 / 3.0, 1, 3])
    func `the frequency of shadows is learned whatever was assumed`(factor: Double) {
        let assumed = Self.assumed(times: factor)
        var learned = HazardLearning(assumed: assumed)
        // Ninety shadows; what is learned on one day helps to count on the next.
        for day in 1...3 {
            Self.watch(&learned, assumed: assumed, tags: 150, days: 1, seed: UInt64(day))
            learned.apply(assumed: assumed, at: ElapsedTime(milliseconds: Int64(day) * Self.day))
        }
        #expect((0.13...0.3).contains(learned.shadowsPerDay), "\(learned.shadowsPerDay)")
        #expect(learned.gonePerDay == assumed.gonePerDay)
    }

    @Test func `departures over what was watched, and one that came back does not count`() {
        let assumed = Self.assumed(times: 3)
        var learned = HazardLearning(assumed: assumed)
        // 5,000 tags of a day, 20 of which left; the assumption weighs as four in 333 tag-days.
        learned.noteWatched(minutes: 5_000 * 1_440)
        for _ in 0..<25 { learned.noteDeparture() }
        for _ in 0..<5 { learned.takeBackDeparture() }
        learned.apply(assumed: assumed, at: ElapsedTime(milliseconds: 3_600_000))
        #expect(abs(learned.gonePerDay - 24 / 5_333.0) < 1e-5, "\(learned.gonePerDay)")
        for _ in 0..<100 { learned.takeBackDeparture() }
        #expect(learned.departures == 0)
    }

    @Test func `a site that shows nothing keeps what is assumed, and none goes beyond ten times`() {
        let assumed = AbsenceModel()
        var quiet = HazardLearning(assumed: assumed)
        quiet.apply(assumed: assumed, at: ElapsedTime(milliseconds: Self.day))
        #expect(abs(quiet.gonePerDay - 0.004) < 1e-12 && abs(quiet.shadowsPerDay - 0.2) < 1e-12)
        var wild = HazardLearning(assumed: assumed)
        wild.noteWatched(minutes: 1_440)
        for _ in 0..<1_000 { wild.noteDeparture() }
        wild.apply(assumed: assumed, at: ElapsedTime(milliseconds: Self.day))
        #expect(wild.gonePerDay == 0.04)
        var still = HazardLearning(assumed: assumed)
        still.noteWatched(minutes: 1e12)
        still.apply(assumed: assumed, at: ElapsedTime(milliseconds: Self.day))
        #expect(still.gonePerDay == 0.000_4)
    }

    @Test func `what was counted is forgotten within some months`() {
        let assumed = AbsenceModel()
        var learned = HazardLearning(assumed: assumed)
        learned.noteWatched(minutes: 1_000 * 1_440)
        for _ in 0..<40 { learned.noteDeparture() }
        learned.apply(assumed: assumed, at: ElapsedTime(milliseconds: 3_600_000))
        let fresh = learned.gonePerDay
        learned.apply(assumed: assumed, at: ElapsedTime(milliseconds: 120 * Self.day))
        #expect(fresh > 0.02 && learned.gonePerDay < fresh && learned.gonePerDay > 0.004)
        learned.apply(assumed: assumed, at: ElapsedTime(milliseconds: 500 * Self.day))
        #expect(abs(learned.gonePerDay - 0.004) < 0.000_5)
    }

    @Test func `the counts are the same in whatever order the runs end`() {
        let runs = [3, 40, 0, 7, 120, 1].map { misses in
            var run = SilentRun(shadowed: 0)
            let step = AbsenceModel.Step(AbsenceModel(), chance: Self.minute)
            for _ in 0..<misses { run.miss(ReadRate(hits: 900, misses: 100), step) }
            return run
        }
        func counted(_ runs: [SilentRun]) -> HazardLearning {
            var learned = HazardLearning(assumed: AbsenceModel())
            for run in runs {
                var isCounted = false
                let rate = ReadRate(hits: 900, misses: 100)
                learned.note(run, of: rate, chance: Self.minute, isCounted: &isCounted)
            }
            return learned
        }
        #expect(counted(runs) == counted(runs.reversed()) && counted(runs).shadows == 2_408)
    }

    @Test func `one shadow counts once, whoever is read through it`() {
        var run = SilentRun(shadowed: 0)
        let (step, rate) = (
            AbsenceModel.Step(AbsenceModel(), chance: Self.minute), ReadRate(hits: 900, misses: 100)
        )
        for _ in 0..<HazardLearning.missesMin - 1 { run.miss(rate, step) }
        var learned = HazardLearning(assumed: AbsenceModel())
        var isCounted = false
        learned.note(run, of: rate, chance: Self.minute, isCounted: &isCounted)
        #expect(learned.shadows == 0 && !isCounted)
        run.miss(rate, step)
        learned.note(run, of: rate, chance: Self.minute, isCounted: &isCounted)
        learned.note(run, of: rate, chance: Self.minute, isCounted: &isCounted)
        #expect(learned.shadows == 1_204 && isCounted)
    }

    @Test func `a tag hardly known or hardly ever read tells nothing about shadows`() {
        var run = SilentRun(shadowed: 0)
        let step = AbsenceModel.Step(AbsenceModel(), chance: Self.minute)
        for _ in 0..<100 { run.miss(ReadRate(hits: 600, misses: 400), step) }
        var learned = HazardLearning(assumed: AbsenceModel())
        var isCounted = false
        for rate in [ReadRate(hits: 3, misses: 0.1), ReadRate(hits: 700, misses: 300)] {
            learned.note(run, of: rate, chance: Self.minute, isCounted: &isCounted)
        }
        #expect(learned == HazardLearning(assumed: AbsenceModel()))
    }

    @Test func `a restart has the counts and the rates in use, a damaged store is told`() throws {
        var learned = HazardLearning(assumed: AbsenceModel())
        Self.watch(&learned, assumed: AbsenceModel(), tags: 3, days: 1)
        learned.noteDeparture()
        learned.apply(assumed: AbsenceModel(), at: ElapsedTime(milliseconds: Self.day))
        learned.noteDeparture()
        var again = HazardLearning(assumed: Self.assumed(times: 2))
        try again.restore([learned.chunk()])
        #expect(again == learned && !again.isDue(at: ElapsedTime(milliseconds: Self.day)))
        #expect(again.isDue(at: ElapsedTime(milliseconds: Self.day + 3_600_000)))
        var old = HazardLearning(assumed: AbsenceModel())
        try old.restore([])
        #expect(old == HazardLearning(assumed: AbsenceModel()))
        var chunk = learned.chunk()
        chunk.bytes.removeLast()
        #expect(throws: ByteReader.Damaged.self) { try old.restore([chunk]) }
    }

    @Test func `a tag that the books want is a departure once it is surely gone, until it is read again`()
        throws
    {
        var layout = StageWorld.layout()
        layout.zones[StageWorld.a].missingAfter = nil
        var story = PresenceStory(layout: layout)
        story.watch(1, home: StageWorld.a)
        while story.second < 3_600 {
            story.go(to: story.second + 20)
            story.read(1, by: StageWorld.a)
            story.read(2, by: StageWorld.a)
        }
        story.go(to: 80_000)
        #expect(story.told.count { $0.contains("silent A") } == 2)
        // The second is a stranger.
        #expect((900...1_000).contains(story.tracker.hazards.departures))
        try story.restart()
        #expect((900...1_000).contains(story.tracker.hazards.departures))
        // One read of what was gone for most of a day may be a ghost.
        for _ in 0..<2 {
            story.read(1, by: StageWorld.a)
            story.go(to: story.second + 60)
        }
        #expect(story.tracker.hazards.departures == 0)
    }
}
