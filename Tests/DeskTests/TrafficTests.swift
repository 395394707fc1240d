import AssetModel
import OperatorAPI
import Testing

@testable import DaemonAssembly

struct TrafficTests {
    private func instant(_ seconds: Int64) -> UTCInstant { UTCInstant(milliseconds: seconds * 1_000) }

    /// - Parameter table: `seconds:messages` at which samples are taken; reads are ten times as many.
    private func samples(_ table: String) -> TrafficSamples {
        var samples = TrafficSamples()
        for entry in table.split(separator: " ") {
            let numbers = entry.split(separator: ":").compactMap { Int64($0) }
            var figures = ReaderFigures()
            figures.messages = numbers[1]
            figures.reads = numbers[1] * 10
            samples.add(figures, at: instant(numbers[0]))
        }
        return samples
    }

    @Test(
        arguments: [
            ("0:0", 5, nil), ("0:0 9:9", 9, nil),
            // Less than a minute: what came since the first sample.
            ("0:0 10:10", 10, 60), ("0:0 30:10", 30, 20),
            // A minute and more: what came in the last minute only.
            ("0:0 60:60 120:180", 120, 120), ("0:0 20:100 40:100 100:100", 100, 0),
            // Nothing came for long, then something at once.
            ("0:0 10:10 600:70", 600, 60),
            // No commit any more: the rate falls to nothing by itself.
            ("0:0 10:10", 40, 15), ("0:0 10:10", 71, 0),
            // Many samples close together count as their last.
            ("0:0 1:1 2:2 3:3 4:4 5:5 6:6 7:7 8:8 9:9 10:10 11:11", 12, 55),
            // A new store, or a clock set back: nothing to compare with yet.
            ("0:100 60:200 65:5", 70, nil), ("100:5 50:6", 55, nil),
        ] as [(String, Int64, Double?)])
    func `a rate is what came in the last minute`(table: String, now: Int64, perMinute: Double?) {
        let rate = samples(table).rate(at: instant(now))
        #expect(rate?.messagesPerMinute == perMinute)
        #expect(rate?.readsPerMinute == perMinute.map { $0 * 10 })
    }

    @Test func `a reader that leaves the configuration takes its samples along`() {
        let board = StatusBoard()
        var figures = ReaderFigures()
        for second in Int64(0)...20 {
            figures.messages = second
            board.post(
                readers: [StatusBoard.ReaderLine(id: "r", site: "S", figures: figures)], zones: [],
                at: instant(second))
        }
        #expect(board.snapshot.traffic(ofReader: "r", at: instant(20))?.messagesPerMinute == 60)
        board.post(readers: [], zones: [], at: instant(21))
        #expect(board.snapshot.traffic(ofReader: "r", at: instant(21)) == nil)
    }

    @Test func `decisions wait in order, a few at most, and none is taken while stopping`() {
        let queue = OperatorQueue(wake: {})
        let actor = OperatorDecision.Actor(uid: 0, gid: 0, name: "root")
        func decide(_ id: String) -> Bool {
            let decision = OperatorDecision(discrepancyID: id, verb: .confirm, actor: actor, reason: "x")
            return queue.enqueue(OperatorQueue.PendingDecision(decision) { _ in })
        }
        #expect(!queue.hasDecisions)
        let taken = (1...100).filter { decide("D-\($0)") }.count
        #expect(taken == 64 && queue.hasDecisions)
        #expect(queue.nextDecision()?.decision.discrepancyID == "D-1")
        #expect(queue.nextDecision()?.decision.discrepancyID == "D-2")
        queue.requestShutdown()
        #expect(!decide("D-late"))
    }
}
