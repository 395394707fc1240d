import AssetModel
import DaemonAssembly
import Synchronization
import Testing

/// Two clocks that a test turns by hand, in milliseconds.
private final class HandClocks: Sendable {
    private let readings = Mutex((wall: Int64(1_000_000), boot: Int64(500)))

    func makeClock() -> GatewayClock {
        GatewayClock(
            wall: { UTCInstant(milliseconds: self.readings.withLock { $0.wall }) },
            sinceBoot: { ElapsedTime(milliseconds: self.readings.withLock { $0.boot }) })
    }

    /// Real time goes on; the wall clock follows it and is set by `wallSet` on top.
    func pass(_ milliseconds: Int64, wallSet: Int64 = 0) {
        readings.withLock {
            $0.boot += milliseconds
            $0.wall += milliseconds + wallSet
        }
    }
}

struct GatewayClockTests {
    private let hands = HandClocks()

    @Test func `while both clocks agree, now is the wall clock`() {
        let clock = hands.makeClock()
        #expect(clock.now().milliseconds == 1_000_000)
        hands.pass(3_600_000)
        #expect(clock.now().milliseconds == 4_600_000)
        #expect(clock.takeStep() == nil)
    }

    /// Each row: how far the clock is set, and whether that is a step.
    @Test(arguments: [(2_000, false), (2_001, true), (-2_000, false), (-2_001, true), (86_400_000, true)])
    func `beyond two seconds the clock was set`(milliseconds: Int64, isStep: Bool) {
        let clock = hands.makeClock()
        hands.pass(10_000, wallSet: milliseconds)
        let step = clock.takeStep()
        let from = UTCInstant(milliseconds: 1_010_000)
        let to = UTCInstant(milliseconds: 1_010_000 + milliseconds)
        #expect(step?.from == (isStep ? from : nil) && step?.to == (isStep ? to : nil))
    }

    @Test(arguments: [Int64(3_600_000), -3_600_000])
    func `until the step is taken, receipts keep the old time`(set: Int64) {
        let clock = hands.makeClock()
        hands.pass(1_000, wallSet: set)
        #expect(clock.now().milliseconds == 1_001_000)
        hands.pass(500)
        #expect(clock.now().milliseconds == 1_001_500)
        let step = clock.takeStep()
        #expect(step?.from.milliseconds == 1_001_500)
        #expect(step?.to.milliseconds == 1_001_500 + set)
        #expect(clock.takeStep() == nil)
        #expect(clock.now() == step?.to)
        hands.pass(250)
        #expect(clock.now().milliseconds == 1_001_750 + set)
    }

    @Test func `a step that is undone before it is taken never was`() {
        let clock = hands.makeClock()
        hands.pass(1_000, wallSet: 60_000)
        #expect(clock.now().milliseconds == 1_001_000)
        hands.pass(1_000, wallSet: -60_000)
        #expect(clock.takeStep() == nil)
        #expect(clock.now().milliseconds == 1_002_000)
    }

    @Test func `a small correction backwards holds the time still`() {
        let clock = hands.makeClock()
        hands.pass(1_000)
        #expect(clock.now().milliseconds == 1_001_000)
        hands.pass(100, wallSet: -1_500)
        #expect(clock.now().milliseconds == 1_001_000)
        #expect(clock.takeStep() == nil)
        hands.pass(2_000)
        #expect(clock.now().milliseconds == 1_001_600)
    }

    @Test func `many small corrections backwards are a step as well`() {
        let clock = hands.makeClock()
        for _ in 0..<3 {
            hands.pass(10, wallSet: -1_000)
            _ = clock.now()
        }
        let step = clock.takeStep()
        #expect(step?.from.milliseconds == 1_000_000)
        #expect(step?.to.milliseconds == 997_030)
    }

    @Test func `slewing for hours is no step`() {
        let clock = hands.makeClock()
        for _ in 0..<10_000 {
            hands.pass(1_000, wallSet: 1)
            _ = clock.now()
        }
        #expect(clock.takeStep() == nil)
        #expect(clock.now().milliseconds == 1_000_000 + 10_000 * 1_001)
    }

    @Test func `the machine's clocks are read`() {
        #expect(SystemTime.wall().milliseconds > 1_700_000_000_000)
        #expect(SystemTime.sinceBoot() > .zero && SystemTime.monotonicMicroseconds() > 0)
    }
}
