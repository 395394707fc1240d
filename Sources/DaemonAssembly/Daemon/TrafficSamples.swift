package import AssetModel

/// Messages and reads per minute.
package struct TrafficRate: Sendable, Equatable {
    package var messagesPerMinute: Double
    package var readsPerMinute: Double
}

/// A reader's counters as they were lately: enough of them to say what came in the last minute.
///
/// A sample is taken after a commit, so between two samples that are further apart than usual nothing came
/// until just before the second.
package struct TrafficSamples: Sendable, Equatable {
    private struct Sample: Sendable, Equatable {
        var at: UTCInstant
        var messages: Int64
        var reads: Int64
    }

    /// A rate over less than this would say more about the moment than about the reader.
    package static let spanMin = ElapsedTime(seconds: 10)
    package static let window = ElapsedTime(seconds: 60)
    /// Closer samples replace each other, so that a window holds a dozen of them.
    private static let spacing = ElapsedTime(seconds: 5)

    /// Oldest first; the newest is the latest word, whatever its distance.
    private var samples: [Sample] = []

    package init() {}

    package mutating func add(_ figures: ReaderFigures, at now: UTCInstant) {
        let fresh = Sample(at: now, messages: figures.messages, reads: figures.reads)
        // Counters of a new store, or a clock set back: nothing before it can be compared.
        if let last = samples.last, last.at > now || last.messages > fresh.messages { samples = [] }
        if samples.count >= 2, now - samples[samples.count - 2].at < TrafficSamples.spacing {
            samples.removeLast()
        }
        samples.append(fresh)
        let horizon = now - TrafficSamples.window
        while samples.count >= 2, samples[1].at <= horizon { samples.removeFirst() }
    }

    /// What came in the last minute, or since the first sample where that is less.
    package func rate(at now: UTCInstant) -> TrafficRate? {
        guard let newest = samples.last else { return nil }
        let horizon = now - TrafficSamples.window
        guard let base = samples.last(where: { $0.at <= horizon }) ?? samples.first else { return nil }
        let span = min(now - base.at, TrafficSamples.window)
        guard span >= TrafficSamples.spanMin else { return nil }
        let perMinute = 60_000 / Double(span.milliseconds)
        return TrafficRate(
            messagesPerMinute: Double(newest.messages - base.messages) * perMinute,
            readsPerMinute: Double(newest.reads - base.reads) * perMinute)
    }
}

extension UTCInstant {
    fileprivate static func - (instant: UTCInstant, time: ElapsedTime) -> UTCInstant {
        UTCInstant(milliseconds: instant.milliseconds &- time.milliseconds)
    }
}
