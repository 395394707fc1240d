import AssetModel
import DeviceDecoding
import Foundation
import Testing

struct SweepTests {
    private func decode(_ payload: [UInt8]) -> DecodedMessage {
        var sweep = Sweep()
        var message = DecodedMessage()
        sweep.decode(
            RawMessage(topic: "tally/v1/M01/sweep", payload: payload), receivedAt: noon, into: &message)
        return message
    }

    @Test func `every sweep decodes to what the published form says`() throws {
        for row in try Fixture.lines("sweep.ndjson") {
            let name = try #require(row["name"] as? String)
            let expected = try #require(row["expected"] as? [String: Any])
            let message = decode(Array(try #require(row["payload"] as? String).utf8))
            #expect(ExpectedLines.of(message) == ExpectedLines.of(expected), "\(name)")
            let head = expected["header"] as? [String: Any]
            #expect((message.sweep == nil) == (head == nil), "\(name)")
            guard let head, let sweep = message.sweep else { continue }
            #expect(sweep.id == head["id"] as? String && sweep.zone == head["zone"] as? String)
            #expect(sweep.operatorCode == head["operator"] as? String)
            #expect(sweep.at?.milliseconds == head["at_ms"] as? Int64 && message.sentAt == sweep.at)
            let marks = sweep.marks.map { [$0.assetNo, $0.word.rawValue, $0.note] }
            #expect(marks == expected["marks"] as? [[String]] ?? [], "\(name)")
            #expect(message.tagReads.allSatisfy { $0.antennaPort == nil })
        }
    }

    @Test func `a sweep is never guessed`() throws {
        for row in try Fixture.lines("sweep.ndjson") {
            let payload = Array(try #require(row["payload"] as? String).utf8)
            #expect(Sweep.recognition(of: RawMessage(topic: "t", payload: payload)) == .none)
        }
    }

    @Test func `a note may be a few sentences and no more`() {
        for (count, marks) in [(1_024, 1), (1_025, 0)] {
            let note = String(repeating: "x", count: count)
            let mark = "{\"assetNo\":\"A\",\"mark\":\"SEEN\",\"note\":\"\(note)\"}"
            let head = "\"version\":1,\"sweep\":\"s\",\"operator\":\"o\",\"zone\":\"z\""
            let message = decode(Array("{\(head),\"marks\":[\(mark)]}".utf8))
            #expect(message.sweep?.marks.count == marks && message.rejections.count == 1 - marks)
        }
    }
}
