import Testing

@testable import MQTTLink

/// The gate beside a model of libmosquitto's out-queue and of the store, driven through every order of
/// events.
private struct World: Hashable {
    enum Event: CaseIterable {
        case message, commitAndRelease, askForSomething, writeAll, writeSome, connectionBreaks, reconnect
    }

    enum Packet: Hashable {
        /// Of which connection, and whether its message is committed.
        case acknowledgement(connection: Int, number: Int)
        case own
    }

    var gate = HoldGate()
    var connection = 0
    var isConnected = true
    var queue: [Packet] = []
    var received = 0
    var committed = 0
    var sent: [Int] = []
    var violation: String?

    /// - Returns: the world after the event; `nil` where the rules of use exclude the event.
    func after(_ event: Event) -> World? {
        var next = self
        switch event {
        case .message:
            guard isConnected, gate.mayRead, received < 6 else { return nil }
            next.received += 1
            next.queue.append(.acknowledgement(connection: connection, number: next.received))
            next.gate.received()
        case .commitAndRelease:
            next.committed = received
            next.gate.release()
        case .askForSomething:
            guard isConnected, gate.mayWrite, queue.count < 6 else { return nil }
            next.queue.append(.own)
            next.gate.queued()
        case .writeAll, .writeSome:
            guard isConnected, gate.mayWrite, gate.isFlushing else { return nil }
            let count = event == .writeAll ? queue.count : min(1, queue.count)
            next.send(count)
            next.gate.wrote(everything: next.queue.isEmpty)
        case .connectionBreaks:
            guard isConnected else { return nil }
            next.isConnected = false
            next.queue = []
            next.gate.connectionEnded()
        case .reconnect:
            guard !isConnected, connection < 2 else { return nil }
            next.isConnected = true
            next.connection += 1
            // The broker sends again what it has no acknowledgement for.
            next.received = next.sent.last ?? 0
            next.committed = min(committed, next.received)
        }
        return next
    }

    private mutating func send(_ count: Int) {
        for packet in queue.prefix(count) {
            guard case .acknowledgement(let owner, let number) = packet else { continue }
            if number > committed { violation = "acknowledged \(number) before its commit" }
            if owner != connection { violation = "acknowledged on a later connection" }
            if number != (sent.last ?? 0) + 1 { violation = "acknowledged \(number) after \(sent)" }
            sent.append(number)
        }
        queue.removeFirst(count)
    }
}

@Suite struct HoldGateTests {
    @Test func `in no order of events does an acknowledgement leave early, twice, out of order or too late`()
    {
        var seen: Set<World> = [World()]
        var front: [World] = [World()]
        while let world = front.popLast() {
            for event in World.Event.allCases {
                guard let next = world.after(event), seen.insert(next).inserted else { continue }
                #expect(next.violation == nil)
                front.append(next)
            }
        }
        // All of it was seen: messages, breaks and reconnects, and a world in which all six got through.
        #expect(seen.count > 500)
        #expect(seen.contains { $0.sent == [1, 2, 3, 4, 5, 6] && $0.connection == 0 })
        #expect(seen.contains { $0.sent == [1, 2, 3, 4, 5, 6] && $0.connection == 2 })
    }

    @Test func `every closed gate opens again`() {
        var gate = HoldGate()
        gate.received()
        gate.received()
        #expect(gate.held == 2)
        #expect(!gate.mayWrite)
        #expect(gate.mayRead)
        gate.release()
        #expect(gate.mayWrite)
        #expect(!gate.mayRead, "released packets leave before anything more is read")
        gate.wrote(everything: false)
        #expect(!gate.mayRead)
        gate.wrote(everything: true)
        #expect(gate == HoldGate())
    }

    @Test func `nothing is left of a connection that is over`() {
        var gate = HoldGate()
        gate.received()
        gate.connectionEnded()
        gate.release()
        #expect(gate == HoldGate())
    }

    @Test func `a commit without messages flushes nothing`() {
        var gate = HoldGate()
        gate.release()
        #expect(!gate.isFlushing)
    }
}
