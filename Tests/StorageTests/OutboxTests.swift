import AssetModel
import Synchronization
import Testing
import Uplink

@testable import InventoryStorage

struct OutboxTests {
    @Test func `rows keep their order, are deleted once confirmed, and no number is used twice`() throws {
        let directory = try TemporaryDirectory()
        do {
            let store = try open(directory.store)
            try fill(store, 1, ["a", "b", "c"])
            #expect(try waiting(store) == ["1 a", "2 b", "3 c"])
            store.confirmPublished([1, 2, 3])
            #expect(try waiting(store).count == 3)
            try store.commit(outcome(2), outgoing: [])
            #expect(try waiting(store) == [])
        }
        let store = try open(directory.store)
        try fill(store, 3, ["d"])
        #expect(try waiting(store) == ["4 d"])
        #expect(try store.reader.outbox(after: 4, rowsMax: 9) == [])
        #expect(try store.reader.outbox(after: 3, rowsMax: 9)[0].row.payload == Array("payload of d".utf8))
    }

    @Test func `a commit that fails keeps the confirmations for the next`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try fill(store, 1, ["a"])
        store.confirmPublished([1])
        try plantFailure(in: store)
        #expect(failure { try store.commit(outcome(2), outgoing: []) } == "fatal")
        #expect(try waiting(store) == ["1 a"])
        try removeFailure(from: store)
        try store.commit(outcome(2), outgoing: [])
        #expect(try waiting(store) == [])
    }

    @Test func `a full outbox drops what is replaced, then the oldest, and counts what goes unsent`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store) { $0.outboxRowsMax = 10 }
        try fill(store, 1, ["x", "x", "x", "b", "c", "d", "e", "f", "g", "h"])
        #expect(try waiting(store).count == 10)
        try fill(store, 2, ["i"])
        #expect(
            try waiting(store).map { $0.split(separator: " ")[1] } == [
                "x", "b", "c", "d", "e", "f", "g", "h", "i",
            ])
        #expect(try store.reader.figures().outboxDropped == 0)
        try fill(store, 3, ["j", "k"])
        #expect(
            try waiting(store).map { $0.split(separator: " ")[1] } == [
                "c", "d", "e", "f", "g", "h", "i", "j", "k",
            ])
        #expect(try store.reader.figures().outboxDropped == 2)
    }
}

struct UplinkTests {
    @Test func `messages go up in order and are released once the broker has them`() throws {
        let bench = try Bench(["a", "b", "c"])
        #expect(try bench.step(0) == [])
        #expect(bench.broker.sent == [1, 2, 3])
        bench.broker.confirm(1, 2)
        #expect(try bench.step(1) == [1, 2])
        bench.broker.confirm(3)
        #expect(try bench.step(2) == [3])
        #expect(try bench.step(3) == [] && bench.pump.isIdle)
        #expect(bench.broker.sent == [1, 2, 3])
    }

    @Test func `a message is released only after all before it`() throws {
        let bench = try Bench(["a", "b", "c"])
        _ = try bench.step(0)
        bench.broker.confirm(3, 2)
        #expect(try bench.step(1) == [])
        bench.broker.confirm(1)
        #expect(try bench.step(2) == [1, 2, 3])
    }

    @Test func `only so many are on their way at once`() throws {
        let bench = try Bench(["a", "b", "c", "d", "e"]) { $0.inFlightMax = 2 }
        _ = try bench.step(0)
        #expect(bench.broker.sent == [1, 2])
        bench.broker.confirm(1)
        #expect(try bench.step(1) == [1])
        #expect(bench.broker.sent == [1, 2, 3])
        bench.broker.confirm(2, 3)
        _ = try bench.step(2)
        #expect(bench.broker.sent == [1, 2, 3, 4, 5])
    }

    @Test func `nothing is handed over without a connection, and nothing is lost by it`() throws {
        let bench = try Bench(["a", "b"])
        bench.broker.connected(false)
        for seconds in [0, 100, 200] { #expect(try bench.step(Int64(seconds)) == []) }
        #expect(bench.broker.sent == [])
        bench.broker.connected(true)
        _ = try bench.step(201)
        #expect(bench.broker.sent == [1, 2])
    }

    @Test func `what was committed later goes up after the note of it`() throws {
        let bench = try Bench(["a"])
        _ = try bench.step(0)
        try fill(bench.store, 2, ["b"])
        _ = try bench.step(1)
        #expect(bench.broker.sent == [1])
        bench.pump.noteCommit()
        _ = try bench.step(2)
        #expect(bench.broker.sent == [1, 2])
    }

    @Test func `a connection that confirms nothing gets everything again, in order`() throws {
        let bench = try Bench(["a", "b", "c"]) { $0.stalledAfter = ElapsedTime(seconds: 30) }
        _ = try bench.step(0)
        bench.broker.confirm(2)
        _ = try bench.step(1)
        for seconds in [2, 31] { _ = try bench.step(Int64(seconds)) }
        #expect(bench.broker.sent == [1, 2, 3])
        _ = try bench.step(32)
        _ = try bench.step(33)
        #expect(bench.broker.sent == [1, 2, 3, 1, 2, 3])
        bench.broker.confirm(1, 2, 3)
        #expect(try bench.step(34) == [1, 2, 3])
        #expect(bench.pump.figures.resent == 3 && bench.pump.figures.released == 3)
    }

    @Test func `a message that the broker will never take is set aside in its turn`() throws {
        let bench = try Bench(["a", "poison", "c"])
        _ = try bench.step(0)
        bench.broker.reject(2)
        #expect(try bench.step(1) == [])
        bench.broker.confirm(1, 3)
        #expect(try bench.step(2) == [1, 2, 3])
        #expect(bench.broker.sent == [1, 2, 3])
        #expect(bench.pump.figures.setAside == 1 && bench.pump.lastRefusal == "not authorized")
    }

    @Test func `a message that cannot be handed over for ever does not block those behind it`() throws {
        let bench = try Bench(["a", "poison", "c"]) { $0.stalledAfter = ElapsedTime(seconds: 30) }
        bench.broker.refuse("poison")
        _ = try bench.step(0)
        #expect(bench.broker.sent == [1])
        bench.broker.confirm(1)
        #expect(try bench.step(1) == [1])
        #expect(try bench.step(2) == [])
        #expect(try bench.step(31) == [])
        #expect(try bench.step(32) == [2])
        _ = try bench.step(33)
        #expect(bench.broker.sent == [1, 3] && bench.pump.figures.setAside == 1)
    }

    @Test func `after a restart what was not deleted goes up again, and it is the end of the order`() throws {
        let bench = try Bench(["a", "b", "c", "d"])
        _ = try bench.step(0)
        bench.broker.confirm(1, 3)
        bench.store.confirmPublished(try bench.step(1))
        try bench.store.commit(outcome(2), outgoing: [])
        let after = TestBroker()
        var pump = OutboxPump(reader: bench.store.reader, publisher: after)
        _ = try pump.step(at: .zero)
        #expect(after.sent == [2, 3, 4])
    }

    @Test func `the thread publishes, reports and stops`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try fill(store, 1, ["a", "b"])
        let broker = TestBroker(confirmsAtOnce: true)
        let uplink = Uplink(log: quiet)
        uplink.start(reader: store.reader, publisher: broker)
        try fill(store, 2, ["c"])
        uplink.wake()
        // Stopping sends what waits first.
        #expect(uplink.stop(within: ElapsedTime(seconds: 10)))
        #expect(broker.sent == [1, 2, 3])
        #expect(uplink.takeConfirmed() == [1, 2, 3])
        #expect(uplink.takeConfirmed() == [])
        #expect(uplink.figures.released == 3)
    }

    @Test func `stopping does not wait for a broker that is not there`() throws {
        let directory = try TemporaryDirectory()
        let store = try open(directory.store)
        try fill(store, 1, ["a"])
        let broker = TestBroker()
        broker.connected(false)
        let uplink = Uplink(log: quiet)
        uplink.start(reader: store.reader, publisher: broker)
        let began = ContinuousClock.now
        #expect(uplink.stop(within: ElapsedTime(seconds: 30)))
        #expect(ContinuousClock.now - began < .seconds(10))
        #expect(uplink.takeConfirmed() == [])
    }

    @Test func `an uplink that never started stops`() {
        #expect(Uplink(log: quiet).stop(within: .zero))
    }
}

/// A store with an outbox, a pump and a broker.
private final class Bench {
    let directory: TemporaryDirectory
    let store: InventoryStore
    let broker = TestBroker()
    var pump: OutboxPump

    init(_ topics: [String], _ limits: (inout UplinkLimits) -> Void = { _ in }) throws {
        directory = try TemporaryDirectory()
        store = try open(directory.store)
        try fill(store, 1, topics)
        var bounds = UplinkLimits()
        limits(&bounds)
        pump = OutboxPump(reader: store.reader, publisher: broker, limits: bounds)
    }

    func step(_ seconds: Int64) throws -> [Int64] {
        try pump.step(at: ElapsedTime(seconds: seconds))
    }
}

/// Remembers what it was given.
private final class TestBroker: Publisher {
    private struct State {
        var sent: [Int64] = []
        var confirmed: [Int64] = []
        var rejected: [Refusal] = []
        var isConnected = true
        var refused: String?
    }

    private let state = Mutex(State())
    private let confirmsAtOnce: Bool

    init(confirmsAtOnce: Bool = false) {
        self.confirmsAtOnce = confirmsAtOnce
    }

    var sent: [Int64] { state.withLock { $0.sent } }
    var isConnected: Bool { state.withLock { $0.isConnected } }

    func confirm(_ tokens: Int64...) { state.withLock { $0.confirmed += tokens } }
    func reject(_ token: Int64) {
        state.withLock { $0.rejected.append(Refusal(token: token, reason: "not authorized")) }
    }
    func connected(_ isConnected: Bool) { state.withLock { $0.isConnected = isConnected } }
    func refuse(_ topic: String) { state.withLock { $0.refused = topic } }

    func send(topic: String, payload: [UInt8], retain: Bool, token: Int64) -> Bool {
        state.withLock { state in
            guard state.isConnected, topic != state.refused else { return false }
            state.sent.append(token)
            if confirmsAtOnce { state.confirmed.append(token) }
            return true
        }
    }

    func takeConfirmed() -> [Int64] {
        state.withLock { state in
            defer { state.confirmed = [] }
            return state.confirmed
        }
    }

    func takeRefused() -> [Refusal] {
        state.withLock { state in
            defer { state.rejected = [] }
            return state.rejected
        }
    }
}

private func fill(_ store: InventoryStore, _ sequence: Int64, _ topics: [String]) throws {
    let rows = topics.map {
        OutgoingRow(topic: $0, payload: Array("payload of \($0)".utf8), isRetained: true)
    }
    try store.commit(outcome(sequence), outgoing: rows)
}

private func waiting(_ store: InventoryStore) throws -> [String] {
    try store.reader.outbox(after: 0, rowsMax: 100).map { "\($0.sequence) \($0.row.topic)" }
}
