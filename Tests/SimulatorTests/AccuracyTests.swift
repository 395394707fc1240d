import Testing
import WarehouseSimulator

/// Figures against tables worked out by hand.
@Suite struct `accuracy of episodes` {
    /// Hours; `m5 30` is the class missing, subject 5, at hour 30.
    private static let hour: WorldTime = 3_600_000

    private func kind(_ letter: Character?) throws -> AccuracyClass {
        try #require(["m": .missing, "u": .unexpected, "p": .misplaced, "c": .clone][letter ?? " "])
    }

    private func number(_ text: Substring) throws -> Double { try #require(Double(text)) }

    /// `m5 30 31`: began at hour 30, detectable from 31; `-` for never.
    private func events(_ text: String) throws -> [AccuracyEvent] {
        try text.split(separator: ",").map { part in
            let words = part.split(separator: " ")
            return AccuracyEvent(
                try kind(words[0].first), subject: Int(try number(words[0].dropFirst())),
                from: WorldTime(try number(words[1]) * 3_600_000),
                detectableFrom: words[2] == "-" ? nil : WorldTime(try number(words[2]) * 3_600_000))
        }
    }

    private func alarms(_ text: String) throws -> [AccuracyAlarm] {
        try text.split(separator: ",").map { part in
            let words = part.split(separator: " ")
            return AccuracyAlarm(
                try kind(words[0].first), subject: Int(try number(words[0].dropFirst())),
                at: WorldTime(try number(words[1]) * 3_600_000), confidence: 0.95)
        }
    }

    /// `alarm→event`, both counted from 0 in order of time and of the text.
    @Test(
        arguments: [
            ("m1 10 10", "m1 10", "0→0"), ("m1 10 10", "m1 9.99", "0→-"), ("m1 10 10", "m1 34", "0→0"),
            ("m1 10 10", "m1 34.01", "0→-"), ("m1 10 10", "m2 11", "0→-"), ("m1 10 10", "p1 11", "0→-"),
            ("m1 10 10", "m1 11,m1 12", "0→0 1→-"),
            ("m1 10 10,m1 20 20", "m1 21,m1 22", "0→0 1→1"),
            ("m1 10 10,m1 20 20", "m1 35,m1 36", "0→1 1→-"),
            ("m1 20 20,m1 10 10", "m1 21", "0→1"),
            ("m1 10 10,m2 10 10", "m2 13,m1 12", "0→0 1→1"),
        ])
    func `an alarm tells an event of its class and subject, within a day, once`(
        events: String, alarms: String, expected: String
    ) throws {
        let match = EpisodeMatch(events: try self.events(events), alarms: try self.alarms(alarms))
        let pairs = match.eventOfAlarm.enumerated().map {
            "\($0.offset)→\($0.element.map { "\($0)" } ?? "-")"
        }
        #expect(pairs.joined(separator: " ") == expected)
        for (alarm, event) in match.eventOfAlarm.enumerated() {
            if let event { #expect(match.alarmOfEvent[event] == alarm) }
        }
    }

    /// Ten days, the first for learning, 6 hours of margin: from hour 24 to 240, asked for until 234.
    ///
    ///     event    detectable  alarm   asked for
    ///     m1 10    11          12      no: while learning       found (raw)
    ///     m2 30    31          32      yes                      found after 2 h
    ///     m3 40    41          50      yes                      found after 10 h
    ///     m4 50    51          -       yes                      missed
    ///     m5 60    -           -       no: never detectable     missed (raw)
    ///     m6 200   234         210     yes: just in time        found after 10 h
    ///     m7 230   234.1       -       no: too late             missed (raw)
    ///     alarms without an event: m8 20 while learning, m9 100, u9 100
    @Test func `figures of a table worked out by hand`() throws {
        let match = EpisodeMatch(
            events: try events(
                "m1 10 11,m2 30 31,m3 40 41,m4 50 51,m5 60 -,m6 200 234,m7 230 234.1"),
            alarms: try alarms("m1 12,m2 32,m3 50,m6 210,m8 20,m9 100,u9 100"))
        let period = AccuracyPeriod(run: 240 * 3_600_000)
        #expect(period == AccuracyPeriod(from: 86_400_000, to: 864_000_000, margin: 21_600_000))
        let missing = EpisodeFigures(match, of: .missing, in: period)
        #expect(missing.events == 4)
        #expect(missing.recall == 0.75)
        #expect(missing.precision == 0.75)
        #expect(missing.f1 == 0.75)
        #expect(missing.rawRecall == 4.0 / 7)
        #expect(missing.rawPrecision == 4.0 / 6)
        #expect(missing.falseAlarms == 1)
        // One in nine days and 500 tags.
        #expect(missing.falseAlarmsPerDayPer1000(tags: 500, in: period) == 1.0 / 9 / 0.5)
        #expect(missing.delay(percentile: 0.5) == WorldTime(36_000_000))
        #expect(missing.delay(percentile: 1.0 / 3) == WorldTime(7_200_000))
        let all = EpisodeFigures(match, of: nil, in: period)
        #expect(all.falseAlarms == 2)
        let clones = EpisodeFigures(match, of: .clone, in: period)
        #expect(clones.precision == nil && clones.recall == nil && clones.delay(percentile: 0.5) == nil)
    }

    @Test func `a short run learns for a quarter of it`() {
        #expect(AccuracyPeriod(run: 4_000) == AccuracyPeriod(from: 1_000, to: 4_000, margin: 1_000))
    }

    @Test func `percentiles are nearest ranks`() {
        let values = Array(1...20)
        #expect(nearestRank(0.5, of: values) == 10)
        #expect(nearestRank(0.95, of: values) == 19)
        #expect(nearestRank(0.99, of: values) == 20)
        #expect(nearestRank(0, of: values) == 1)
        #expect(nearestRank(0.5, of: [7]) == 7)
    }

    @Test func `a storm is the most alarms in five minutes of an outage`() {
        let alarms: [WorldTime] = [0, 100_000, 200_000, 299_999, 300_000, 700_000]
        #expect(AlarmStorm.most(alarms, in: [0..<1_000_000]) == 4)
        #expect(AlarmStorm.most(alarms, in: [150_000..<1_000_000]) == 3)
        #expect(AlarmStorm.most(alarms, in: [400_000..<500_000, 650_000..<800_000]) == 1)
        #expect(AlarmStorm.most(alarms, in: []) == 0)
        #expect(AlarmStorm.most([300_000, 0], in: [0..<400_000]) == 1)
    }
}

@Suite struct `accuracy of probabilities` {
    /// 0.9 stated 4 times, true 3 times; 0.2 stated 6 times, true once.
    private static let samples =
        [true, true, false, true].map { ProbabilitySample(0.9, $0) }
        + [false, false, false, true, false, false].map { ProbabilitySample(0.2, $0) }

    private func near(_ value: Double?, _ expected: Double) -> Bool {
        value.map { ($0 - expected).magnitude < 1e-9 } ?? false
    }

    @Test func `Brier, climatology, skill and log loss of a table worked out by hand`() {
        let calibration = Calibration(`accuracy of probabilities`.samples)
        // (3 · 0.01 + 0.81 + 0.64 + 5 · 0.04) / 10
        #expect(near(calibration.brier, 0.168))
        #expect(near(calibration.climatology, 0.24))
        #expect(near(calibration.skill, 0.3))
        // -(3 ln 0.9 + ln 0.1 + ln 0.2 + 5 ln 0.8) / 10
        #expect(near(calibration.logLoss, 0.534_382_230_9))
    }

    @Test func `certain mistakes cost a bounded log loss, certain truths next to nothing`() {
        #expect(near(Calibration([ProbabilitySample(0, true)]).logLoss, 13.815_510_557_964_274))
        #expect(Calibration([ProbabilitySample(1, true)]).logLoss ?? 1 < 1.1e-6)
    }

    @Test func `the calibration error splits equal masses, whatever the order`() {
        let samples = `accuracy of probabilities`.samples
        // Two bins of 5: 0.2 five times with 5/6 true; 0.2 once with 1/6 and 0.9 four times with 3 true.
        // (|1.0 - 5/6| + |3.8 - 19/6|) / 10
        #expect(near(Calibration(samples).expectedError(bins: 2), 0.08))
        #expect(
            Calibration(samples.reversed()).expectedError(bins: 2)
                == Calibration(samples).expectedError(bins: 2))
        // One bin: |4.8 - 4| / 10. As many bins as samples: |1.2 - 1| and |3.6 - 3| in parts.
        #expect(near(Calibration(samples).expectedError(bins: 1), 0.08))
        #expect(
            near(
                Calibration([ProbabilitySample(0.7, true), ProbabilitySample(0.3, true)]).expectedError(), 0.5
            ))
        #expect(Calibration([]).expectedError() == nil)
    }

    @Test func `a group that crosses a border of bins counts on both sides of it`() {
        // 0.2 six times and 0.9 four times, half of each true: -0.3 and +0.4 each.
        let samples =
            (0..<6).map { ProbabilitySample(0.2, $0 < 3) } + (0..<4).map { ProbabilitySample(0.9, $0 < 2) }
        // Two bins of 5: |5 · -0.3| and |-0.3 + 4 · 0.4|.
        #expect(near(Calibration(samples).expectedError(bins: 2), 0.28))
        // Five bins of 2: three of -0.6, two of +0.8.
        #expect(near(Calibration(samples).expectedError(bins: 5), 0.34))
    }

    @Test func `opposite errors cancel in one bin and not in two`() {
        let samples = [(0.1, true), (0.1, false), (0.9, true), (0.9, false)].map { ProbabilitySample($0, $1) }
        #expect(near(Calibration(samples).expectedError(bins: 1), 0))
        #expect(near(Calibration(samples).expectedError(bins: 2), 0.4))
    }

    @Test func `the reliability table counts each sample once, the edges included`() {
        let samples = [(0.0, false), (0.05, false), (0.95, true), (1.0, true), (1.0, false)]
            .map { ProbabilitySample($0, $1) }
        let rows = Calibration(samples).table([0, 0.05, 0.95, 1])
        #expect(rows.map(\.count) == [1, 1, 3])
        #expect(rows.map(\.trues) == [0, 0, 2])
        #expect(rows.map(\.meanStated).map { ($0 * 10_000).rounded() } == [0, 500, 9_833])
        #expect(Calibration(samples).table().reduce(0) { $0 + $1.count } == samples.count)
    }

    /// Published values: 8 of 10 gives 0.4902 to 0.9433 (Wilson 1927; Newcombe 1998 method 3).
    @Test func `Wilson's interval has its published values`() {
        for (part, all, low, high) in [
            (8, 10, 0.4902, 0.9433), (0, 10, 0, 0.2775), (10, 10, 0.7225, 1), (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
        ] {
            let interval = WilsonInterval.of(part, in: all)
            #expect((interval.lowerBound - low).magnitude < 0.000_06, "\(part)/\(all) \(interval)")
            #expect((interval.upperBound - high).magnitude < 0.000_06, "\(part)/\(all) \(interval)")
        }
        #expect(WilsonInterval.of(0, in: 0) == 0...1)
    }

    @Test func `a row is reliable within 0.05 or inside its interval`() {
        func row(_ stated: Double, _ trues: Int, _ count: Int) -> Bool {
            Calibration((0..<count).map { ProbabilitySample(stated, $0 < trues) }).table([0, 1])[0].isReliable
        }
        #expect(row(0.549, 500, 1_000))
        #expect(!row(0.551, 500, 1_000))
        // 8 of 10 may be anything from 0.49 to 0.94.
        #expect(row(0.5, 8, 10))
        #expect(!row(0.48, 8, 10))
    }
}

@Suite struct `accuracy of presence` {
    @Test func `errors are counted by epoch, both ways`() {
        var errors = PresenceErrors()
        errors.count(stated: [true, true, false], truth: [true, false, true])
        errors.count(stated: [true, false, false], truth: [true, false, true])
        #expect(errors.falsePositives == 1)
        #expect(errors.falseNegatives == 2)
        #expect(errors.perEpoch == 1.5)
        #expect(PresenceErrors().perEpoch == nil)
    }

    @Test func `counts are off by the root of the mean square`() {
        var errors = CountErrors()
        errors.count(stated: 7, truth: 10)
        errors.count(stated: 14, truth: 10)
        #expect(errors.rootMeanSquare == 12.5.squareRoot())
    }

    @Test func `a zone that is not said is not hit`() {
        var hits = ZoneHits()
        hits.count(stated: 1, truth: 1)
        hits.count(stated: 2, truth: 1)
        hits.count(stated: nil, truth: 1)
        hits.count(stated: 0, truth: 0)
        #expect(hits.accuracy == 0.5)
        #expect(hits.unsaid == 1)
    }
}
