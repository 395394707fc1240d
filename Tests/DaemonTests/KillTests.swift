import AssetModel
import Foundation
import InventoryStorage
import TestSupport
import Testing

/// kill -9 at the points that matter, and at random: nothing that was acknowledged is lost, nothing is
/// doubled, and the discrepancies are those of an undisturbed run.
@Suite(.serialized)
struct KillTests {
    static let rounds = 60
    static let kills = 200

    /// What a run leaves behind.
    struct Result: Equatable {
        /// id, episode, code, subject, state.
        var discrepancies: Set<String> = []
        var accounts = Accounts()
        var gaps = 0
        var presence: [String: String] = [:]
    }

    static func books(into rig: DaemonRig) throws {
        try rig.directory.write(ReadStream.register, to: "register.csv")
        try rig.directory.write(ReadStream.tags, to: "tags.csv")
        for kind in ["register", "tags"] {
            let answer = try rig.tally([
                "register", "import", rig.directory.file("\(kind).csv"), "--kind", kind,
            ])
            #expect(answer.code == 0, "\(answer.output)")
        }
    }

    static func result(of rig: DaemonRig) throws -> Result {
        try rig.withStore { store in
            var result = Result()
            let all = try store.reader.discrepancies(DiscrepancyFilter(onlyOpen: false))
            result.discrepancies = Set(
                all.map {
                    "\($0.id) \($0.episode) \($0.code.rawValue) \($0.subject.key) \($0.state.rawValue)"
                })
            result.accounts = try store.recover().accounts
            result.gaps = try store.reader.gaps(rowsMax: 1_000).count
            for tag in 1...ReadStream.assets {
                guard let epc = EPC(hex: ReadStream.epc(tag)) else { continue }
                result.presence[ReadStream.epc(tag)] = try store.reader.presence(of: epc).map {
                    "\($0.zone) \($0.since)"
                }
            }
            return result
        }
    }

    static func undisturbed(_ stream: ReadStream) throws -> Result {
        let rig = try DaemonRig()
        try rig.start()
        try rig.waitUntilConnected()
        try books(into: rig)
        let publisher = try CountingPublisher(port: rig.broker.port)
        publisher.send(stream.messages, from: 1)
        #expect(publisher.waitForConfirmed(stream.messages.count))
        try waitForAll(stream, rig)
        publisher.close()
        #expect(rig.stop().code == 0)
        return try result(of: rig)
    }

    /// Waits until every observation has been taken in once.
    static func waitForAll(_ stream: ReadStream, _ rig: DaemonRig) throws {
        let done = eventually(seconds: 60) {
            do {
                guard let accounts = try rig.status()?["accounts"] as? [String: Any] else { return false }
                let new = accounts["new"] as? Int ?? 0
                return new + (accounts["repeats"] as? Int ?? 0) >= stream.observations
            } catch {
                return false
            }
        }
        #expect(done, "\(rig.log.suffix(1_500))")
    }

    @Test(.timeLimit(.minutes(10)))
    func `two hundred kills lose nothing, double nothing and change no discrepancy`() throws {
        let now = UTCInstant(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        let stream = ReadStream(rounds: KillTests.rounds, now: now)
        let expected = try KillTests.undisturbed(stream)
        #expect(expected.accounts.new == Int64(stream.observations))

        let rig = try DaemonRig(extra: "[limits]\nbatch_messages_max = 9\nbatch_milliseconds = 5\n")
        try rig.start()
        try rig.waitUntilConnected()
        try KillTests.books(into: rig)
        rig.kill()
        let publisher = try CountingPublisher(port: rig.broker.port)
        let points = ["before-advance", "in-commit", "after-commit", "after-acknowledge"]
        var sent = 0
        var byPoint: [String: Int] = [:]
        let slice = stream.messages.count / (KillTests.kills - 20) + 1
        for round in 0..<KillTests.kills {
            let point = points[round % (points.count + 1) == points.count ? 0 : round % (points.count + 1)]
            let isRandom = round % (points.count + 1) == points.count
            let fault = isRandom ? nil : "\(point):\(round % 3 + 1)"
            try rig.start(fault: fault)
            let end = min(sent + slice, stream.messages.count)
            publisher.send(stream.messages[sent..<end], from: Int64(sent + 1))
            sent = end
            let ended = rig.waitForEnd(seconds: isRandom ? Double(round % 7) * 0.1 + 0.15 : 2)
            if ended { byPoint[point, default: 0] += 1 } else { byPoint["random", default: 0] += 1 }
            rig.kill()
        }
        publisher.send(stream.messages[sent...], from: Int64(sent + 1))
        #expect(publisher.waitForConfirmed(stream.messages.count))
        try rig.start()
        try rig.waitUntilConnected()
        try KillTests.waitForAll(stream, rig)
        publisher.close()
        #expect(rig.stop().code == 0)

        let result = try KillTests.result(of: rig)
        let kills = byPoint.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        print("kills: \(kills.joined(separator: ", "))")
        print("redelivered: \(result.accounts.redelivered) of \(result.accounts.observations)")
        for point in points { #expect(byPoint[point, default: 0] >= 10, "\(point)") }
        #expect(result.accounts.imbalance == nil)
        #expect(result.accounts.new == expected.accounts.new)
        #expect(result.accounts.observations - result.accounts.redelivered == Int64(stream.observations))
        #expect(result.accounts.redelivered > 0)
        #expect(result.gaps == 0)
        #expect(result.discrepancies == expected.discrepancies)
        #expect(!expected.discrepancies.isEmpty)
        #expect(result.presence == expected.presence)
    }
}
