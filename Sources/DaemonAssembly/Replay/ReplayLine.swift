package import AssetModel
import DeviceDecoding
import Foundation
import OperatorAPI
import RegisterBooks

/// One line of a replay file: an input of the path, or why it is none.
package struct ReplayLine: Sendable {
    package let input: IntakeInput

    /// What is wrong with a line, for the person who made the file.
    package struct Refused: Error, Sendable {
        package let line: Int
        package let chinese: String
        package let english: String
    }

    private struct Fields {
        var at: UTCInstant?
        var kind = "message"
        var topic: String?
        var payload: [UInt8]?
        var isRetained = false
        var book: String?
        var csv: [UInt8]?
        var state: String?
        var sessionPresent = true
        var decision = DecisionFields()
    }

    /// `"kind":"decision"`: who decides is known live by the control socket; in a file it may be told.
    private struct DecisionFields {
        var id = ""
        var verb = ""
        var reason = ""
        var name: String?
        /// `nil` where the file says something else than a whole number.
        var uid: Int64? = 0
        var gid: Int64? = 0
    }

    /// - Parameters:
    ///   - text: one line without its line break.
    ///   - number: 1-based, for the message of a refusal.
    package init(_ text: [UInt8], number: Int) throws(Refused) {
        let fields = try ReplayLine.fields(of: text, number: number)
        guard let at = fields.at else {
            throw Refused(
                line: number, chinese: "缺少时间 t，或格式不对",
                english: "\"t\" is missing or is no RFC 3339 time or epoch number")
        }
        input = IntakeInput(try ReplayLine.kind(of: fields, number: number), at: at)
    }

    private static func fields(of text: [UInt8], number: Int) throws(Refused) -> Fields {
        let outcome = text.withUnsafeBytes { bytes -> Result<Fields, JSONFault> in
            do throws(JSONFault) {
                return .success(try ReplayLine.read(bytes))
            } catch {
                return .failure(error)
            }
        }
        switch outcome {
        case .success(let fields): return fields
        case .failure(let fault):
            throw Refused(
                line: number, chinese: "不是有效的 JSON（第 \(fault.offset) 字节）",
                english: "not valid JSON at byte \(fault.offset)")
        }
    }

    private static func kind(of fields: Fields, number: Int) throws(Refused) -> IntakeInput.Kind {
        switch fields.kind {
        case "message":
            guard let topic = fields.topic, let payload = fields.payload else {
                throw Refused(
                    line: number, chinese: "消息缺少 topic 或 payload",
                    english: "a message needs \"topic\" and a payload")
            }
            return .message(RawMessage(topic: topic, payload: payload, isRetained: fields.isRetained))
        case "tick": return .tick
        case "connection":
            return .connection(fields.state == "down" ? .down : .up(sessionPresent: fields.sessionPresent))
        case "register":
            guard let csv = fields.csv else {
                throw Refused(line: number, chinese: "台账变更缺少 csv", english: "a register change needs \"csv\"")
            }
            let book = BookFile.read(csv, kind: fields.book.flatMap(BookKind.init(rawValue:)))
            return .register(book.change)
        case "decision": return .decision(try decision(of: fields.decision, number: number))
        default:
            throw Refused(
                line: number, chinese: "不认识的 kind：\(fields.kind)", english: "unknown kind: \(fields.kind)")
        }
    }

    private static func decision(
        of fields: DecisionFields, number: Int
    ) throws(Refused) -> OperatorDecision {
        guard let verb = OperatorDecision.Verb(rawValue: fields.verb), !fields.id.isEmpty else {
            throw Refused(
                line: number, chinese: "决定缺少 id，或 verb 不是 confirm、dismiss",
                english: "a decision needs \"id\", and \"verb\": confirm or dismiss")
        }
        let reason: String
        do throws(DecisionRequest.Fault) {
            reason = try DecisionRequest.checked(fields.reason)
        } catch {
            throw Refused(line: number, chinese: error.chinese, english: error.english)
        }
        guard let uid = fields.uid.flatMap({ UInt32(exactly: $0) }),
            let gid = fields.gid.flatMap({ UInt32(exactly: $0) })
        else {
            throw Refused(
                line: number, chinese: "uid、gid 须为账号数字",
                english: "\"uid\" and \"gid\" are numbers of accounts")
        }
        let actor = OperatorDecision.Actor(uid: uid, gid: gid, name: fields.name ?? "\(uid)")
        return OperatorDecision(discrepancyID: fields.id, verb: verb, actor: actor, reason: reason)
    }

    private static func read(_ bytes: UnsafeRawBufferPointer) throws(JSONFault) -> Fields {
        var fields = Fields()
        var json = JSONCursor(bytes)
        try json.enterObject()
        while let key = try json.nextKey() {
            switch key {
            case "t": fields.at = try instant(&json)
            case "kind": fields.kind = try json.string().string
            case "topic": fields.topic = try json.string().string
            case "payload": fields.payload = try json.recordedPayload()
            case "payload_base64": fields.payload = base64(try json.string().string)
            case "retained": fields.isRetained = try json.bool()
            case "book": fields.book = try json.string().string
            case "csv": fields.csv = try json.string().bytes
            case "state": fields.state = try json.string().string
            case "session_present": fields.sessionPresent = try json.bool()
            case "id": fields.decision.id = try json.string().string
            case "verb": fields.decision.verb = try json.string().string
            case "reason": fields.decision.reason = try json.string().string
            case "name": fields.decision.name = try json.string().string
            case "uid": fields.decision.uid = try json.number().integer
            case "gid": fields.decision.gid = try json.number().integer
            default: _ = try json.skip()
            }
        }
        try json.finish()
        return fields
    }

    /// RFC 3339 text, or an epoch number: seconds below 10^11 (year 5138), milliseconds from there on.
    private static func instant(_ json: inout JSONCursor) throws(JSONFault) -> UTCInstant? {
        guard try json.kind() == .number else { return UTCInstant(rfc3339: try json.string().string) }
        guard let value = try json.number().double, value.magnitude < 1e15 else { return nil }
        return UTCInstant(milliseconds: Int64((value.magnitude < 1e11 ? value * 1_000 : value).rounded()))
    }

    private static func base64(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text).map { Array($0) }
    }
}
