import AssetModel
import OperatorAPI
import Testing

@testable import DaemonAssembly

struct DecisionFormTests {
    @Test(arguments: [
        ("在维修间找到", "在维修间找到"), ("  found \t\n", "found"), ("\u{3000}好\u{3000}", "好"),
        (String(repeating: "字", count: 500), String(repeating: "字", count: 500)),
    ])
    func `a reason loses the space around it`(text: String, kept: String) throws {
        #expect(try DecisionRequest.checked(text) == kept)
    }

    @Test(arguments: [
        ("", DecisionRequest.Fault.empty), (" \n\t\u{3000}", .empty),
        (String(repeating: "x", count: 501), .tooLong),
        ("x" + String(repeating: "\u{301}", count: 500), .tooLong), ("a\nb", .controlCharacter),
        ("a\u{1B}[2Jb", .controlCharacter), ("a\u{0}", .controlCharacter), ("a\u{202E}b", .controlCharacter),
        ("a\u{2028}b", .controlCharacter), ("a\u{85}b", .controlCharacter),
    ])
    func `a reason is one short line of plain text`(text: String, fault: DecisionRequest.Fault) {
        #expect(throws: fault) { try DecisionRequest.checked(text) }
    }

    @Test func `a discrepancy with its history keeps the published keys and comes back`() throws {
        var reply = DiscrepancyReply(id: "D-1", code: "LOCATION_MISMATCH", subject: .tag(epcHex: "E280"))
        reply.zone = "A"
        var step = StepReply(at: "t", change: "confirmed", episode: 1, state: "CONFIRMED", confidence: 0.5)
        step.by = ActorReply(uid: 7, gid: 8, name: "x")
        step.reason = "why"
        var detail = DiscrepancyDetail(reply)
        detail.history = [step]
        detail.heldTotal = 3
        let bytes = try OperatorJSON.bytes(detail)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\"history\":[{") && text.contains("\"last_held_at\":null"), "\(text)")
        #expect(text.contains("\"zone\":\"A\"") && text.contains("\"expected\":null"), "\(text)")
        #expect(try OperatorJSON.reply(DiscrepancyDetail.self, from: bytes) == detail)
        #expect(try OperatorJSON.reply(DiscrepancyReply.self, from: bytes) == reply)
    }

    @Test func `every reason of refusal has its words and something to do, in both languages`() {
        for reason in Rejection.Reason.allCases {
            let texts = [
                reason.words.chinese, reason.words.english, reason.hint.chinese, reason.hint.english,
            ]
            #expect(texts.allSatisfy { !$0.isEmpty }, "\(reason)")
        }
    }
}

struct DecisionLineTests {
    private func input(_ text: String) throws -> IntakeInput {
        try ReplayLine(Array(text.utf8), number: 1).input
    }

    private static let line = """
        {"t":"2026-11-21T04:00:00Z","kind":"decision","id":"D-0123456789abcdef","verb":"VERB",\
        "reason":" 已找到 "MORE}
        """

    private func line(_ verb: String, _ more: String = "") -> String {
        DecisionLineTests.line.replacing("VERB", with: verb).replacing("MORE", with: more)
    }

    @Test func `a decision of a replay file is an input like one of the control socket`() throws {
        let root = OperatorDecision.Actor(uid: 0, gid: 0, name: "0")
        let keeper = OperatorDecision.Actor(uid: 7, gid: 8, name: "仓管")
        for (text, verb, actor) in [
            (line("confirm"), OperatorDecision.Verb.confirm, root),
            (line("dismiss", ",\"uid\":7,\"gid\":8,\"name\":\"仓管\""), .dismiss, keeper),
        ] {
            let decision = OperatorDecision(
                discrepancyID: "D-0123456789abcdef", verb: verb, actor: actor, reason: "已找到")
            let at = UTCInstant(milliseconds: 1_795_233_600_000)
            #expect(try input(text) == IntakeInput(.decision(decision), at: at))
        }
    }

    @Test(arguments: [
        (" 已找到 ", " "), ("\"verb\"", "\"word\""), ("confirm", "CONFIRM"), ("\"id\"", "\"ID\""),
        ("\"kind\"", "\"uid\":-1,\"kind\""), ("\"kind\"", "\"gid\":0.5,\"kind\""),
    ])
    func `a decision without its parts is refused with its line`(part: String, instead: String) {
        let text = line("confirm").replacing(part, with: instead)
        #expect(throws: ReplayLine.Refused.self) { try input(text) }
    }
}
