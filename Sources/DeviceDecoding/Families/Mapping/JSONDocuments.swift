import AssetModel

/// What became of one JSON text of a message.
enum DocumentOutcome {
    /// Records or events were appended.
    case taken
    /// Known, and says nothing for us.
    case ignored(StaticString)
    case refused(Rejection)
    /// So many records were refused that the rest is not looked at.
    case tooManyRefused
}

/// A payload that is one JSON text, or one on each line (NDJSON).
///
/// A payload is NDJSON where a line end stands between its first text and a second one. A line that cannot be
/// read is then refused singly, and its neighbours live; a payload that begins with no JSON is refused whole.
enum JSONDocuments {
    typealias Taker = (_ page: JSONPage, _ decoded: inout DecodedMessage) -> DocumentOutcome

    static func read(
        _ bytes: UnsafeRawBufferPointer, _ tape: inout JSONTape, into decoded: inout DecodedMessage,
        _ take: Taker
    ) {
        if let fault = UTF8Check.firstFault(in: bytes) {
            return decoded.refuse(Rejection(.notUTF8, offset: fault))
        }
        if bytes.allSatisfy(isSpace) { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
        var json = JSONCursor(bytes)
        do throws(JSONFault) {
            try tape.read(&json)
        } catch {
            return decoded.refuse(error.rejection)
        }
        let page = JSONPage(bytes: bytes, tape: tape)
        guard let next = bytes[json.offset...].firstIndex(where: { !isSpace($0) }) else {
            return settle(take(page, &decoded), in: &decoded)
        }
        guard bytes[json.offset..<next].contains(0x0A) else {
            return decoded.refuse(Rejection(.malformedJSON, offset: next))
        }
        let first = (outcome: take(page, &decoded), end: json.offset)
        readLines(bytes, behind: first, &tape, into: &decoded, take)
    }

    /// One text was the whole message.
    private static func settle(_ outcome: DocumentOutcome, in decoded: inout DecodedMessage) {
        switch outcome {
        case .taken, .tooManyRefused: break
        case .ignored(let kind): decoded.ignored = kind
        case .refused(let rejection): decoded.refuse(rejection)
        }
    }

    /// - Parameter first: what became of the first text, and where it ends.
    private static func readLines(
        _ bytes: UnsafeRawBufferPointer, behind first: (outcome: DocumentOutcome, end: Int),
        _ tape: inout JSONTape, into decoded: inout DecodedMessage, _ take: Taker
    ) {
        var ignored: StaticString?
        var line = 1 + bytes[..<first.end].count { $0 == 0x0A }
        guard note(first.outcome, line, &ignored, &decoded) else { return }
        for text in bytes[first.end...].split(separator: 0x0A, omittingEmptySubsequences: false).dropFirst() {
            line += 1
            if text.allSatisfy(isSpace) { continue }
            let text = UnsafeRawBufferPointer(rebasing: text)
            let outcome = outcome(of: text, &tape, into: &decoded, take)
            guard note(outcome, line, &ignored, &decoded) else { return }
        }
        if decoded.recordCount == 0 { decoded.ignored = ignored }
    }

    private static func outcome(
        of line: UnsafeRawBufferPointer, _ tape: inout JSONTape, into decoded: inout DecodedMessage,
        _ take: Taker
    ) -> DocumentOutcome {
        var json = JSONCursor(line)
        do throws(JSONFault) {
            try tape.read(&json)
            try json.finish()
        } catch {
            return .refused(error.rejection)
        }
        return take(JSONPage(bytes: line, tape: tape), &decoded)
    }

    /// `false` once too many were refused.
    private static func note(
        _ outcome: DocumentOutcome, _ line: Int, _ ignored: inout StaticString?,
        _ decoded: inout DecodedMessage
    ) -> Bool {
        switch outcome {
        case .taken: return true
        case .tooManyRefused: return false
        case .ignored(let kind):
            ignored = kind
            return true
        case .refused(let rejection):
            return decoded.refuseRecord(Rejection(rejection.reason, at: "line \(line), \(rejection.at)"))
        }
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }
}
