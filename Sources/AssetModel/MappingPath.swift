/// A way to a value inside a payload, as a `[[mapping]]` writes it.
///
///     reads[]            each element of the array "reads"       (only where records are looked for)
///     data[].tags[]      each of "tags" in each of "data"
///     antennas[0].port   the first element, counted from 0
///     'a.b'.c            a key that holds a dot
///     .                  the record itself
///     $.timestamp        from the root of the payload
///     ^.port             from the element of the array around the record's; ^^ one further out
package struct MappingPath: Hashable, Sendable {
    package var anchor = Anchor.record
    package var steps: [Step] = []
    /// As written, for refusals.
    package var text = ""

    package enum Anchor: Hashable, Sendable {
        case record, root
        /// So many arrays further out than the record, 1 or more.
        case enclosing(Int)
    }

    package enum Step: Hashable, Sendable {
        /// UTF-8 of the key.
        case key([UInt8])
        case index(Int)
        /// Every element of an array.
        case each
    }

    package init() {}

    package init(keys: [String]) {
        steps = keys.map { .key(Array($0.utf8)) }
        text = keys.joined(separator: ".")
    }

    /// How many `[]` the path has.
    package var arrays: Int { steps.count { $0 == .each } }

    /// Why a path cannot be read, and at which character, from 1.
    package struct Fault: Error, Equatable, Sendable {
        package var position: Int
        package var reason: Reason

        package enum Reason: Sendable {
            case emptyKey, unclosedQuote, unclosedBracket, badIndex, eachNotHere, unexpectedCharacter, tooDeep
        }
    }

    /// JSON itself is refused below this depth, see `JSONCursor.depthMax`.
    package static let stepsMax = 16

    /// - Parameter isOfRecords: whether the path says where records are, so that `[]` is allowed.
    package init(_ text: String, isOfRecords: Bool = false) throws(Fault) {
        self.text = text
        var scan = PathScan(text)
        anchor = scan.takeAnchor()
        if text == "." || scan.atEnd { return }
        // A path from the record begins with a key, any other with its anchor.
        var needsDot = anchor != .record
        while !scan.atEnd {
            if let step = try scan.takeBracket() {
                if step == .each, !isOfRecords { throw scan.fault(.eachNotHere, back: 2) }
                steps.append(step)
            } else {
                if needsDot { try scan.takeDot() }
                steps.append(try scan.takeKey())
            }
            needsDot = true
            if steps.count > MappingPath.stepsMax { throw scan.fault(.tooDeep) }
        }
    }
}

/// Walks over the text of a path.
private struct PathScan {
    private let characters: [Character]
    private var at = 0

    init(_ text: String) {
        characters = Array(text)
    }

    var atEnd: Bool { at >= characters.count }

    private var next: Character? { at < characters.count ? characters[at] : nil }

    func fault(_ reason: MappingPath.Fault.Reason, back: Int = 0) -> MappingPath.Fault {
        MappingPath.Fault(position: max(at - back, 0) + 1, reason: reason)
    }

    mutating func takeAnchor() -> MappingPath.Anchor {
        if next == "$" {
            at += 1
            return .root
        }
        while next == "^" { at += 1 }
        return at > 0 ? .enclosing(at) : .record
    }

    mutating func takeDot() throws(MappingPath.Fault) {
        guard next == "." else { throw fault(.unexpectedCharacter) }
        at += 1
        if atEnd { throw fault(.emptyKey) }
    }

    /// `[]` or `[7]`; `nil` where no bracket stands.
    mutating func takeBracket() throws(MappingPath.Fault) -> MappingPath.Step? {
        guard next == "[" else { return nil }
        at += 1
        let start = at
        while let character = next, character != "]" {
            guard character.isASCII, character.isNumber else { throw fault(.badIndex) }
            at += 1
        }
        guard next == "]" else { throw fault(.unclosedBracket) }
        let digits = String(characters[start..<at])
        at += 1
        if digits.isEmpty { return .each }
        // Nine digits: far beyond any payload, far below an overflow.
        guard digits.count <= 9, let index = Int(digits) else { throw fault(.badIndex, back: 1) }
        return .index(index)
    }

    /// A key up to the next `.` or `[`, or one in quotes.
    mutating func takeKey() throws(MappingPath.Fault) -> MappingPath.Step {
        if next == "'" { return try takeQuoted() }
        let start = at
        while let character = next, character != ".", character != "[" {
            let isPlain = !"]'\"$^".contains(character) && !character.isWhitespace
            guard isPlain else { throw fault(.unexpectedCharacter) }
            at += 1
        }
        guard at > start else { throw fault(.emptyKey) }
        return .key(Array(String(characters[start..<at]).utf8))
    }

    private mutating func takeQuoted() throws(MappingPath.Fault) -> MappingPath.Step {
        let opening = at
        at += 1
        while !atEnd, next != "'" { at += 1 }
        guard next == "'" else {
            at = opening
            throw fault(.unclosedQuote)
        }
        at += 1
        guard at - opening > 2 else { throw fault(.emptyKey, back: 1) }
        return .key(Array(String(characters[(opening + 1)..<(at - 1)]).utf8))
    }
}
