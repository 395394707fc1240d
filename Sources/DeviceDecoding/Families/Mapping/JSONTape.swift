import AssetModel

/// The values of one JSON text in the order in which they stand, so that fields can be looked up in any order
/// after one pass. Reused from message to message: warm, it allocates nothing.
///
/// An object is followed by key, value, key, value, …; an array by its elements. Valid together with the
/// bytes it was read from.
struct JSONTape {
    struct Node {
        var kind: Kind
        /// First byte of the value; of a text, the byte after its quote.
        var start: UInt32
        /// Bytes, without the quotes.
        var count: UInt32
        /// The node behind this value and all that is in it.
        var end: UInt32
    }

    enum Kind: UInt8 {
        case object, array
        case text
        /// A text (or key) with escapes in it.
        case escapedText
        case number, flag, null
    }

    /// Nodes kept for the next message: a payload of 20,000 values, 320 KiB. What a larger one took is given
    /// back.
    static let nodesKept = 20_000

    private(set) var nodes: [Node] = []
    private var open: [Int] = []

    /// Takes one value from where the cursor stands.
    mutating func read(_ json: inout JSONCursor) throws(JSONFault) {
        if nodes.capacity > JSONTape.nodesKept { nodes = [] }
        nodes.removeAll(keepingCapacity: true)
        open.removeAll(keepingCapacity: true)
        try takeValueOrOpen(&json)
        while let container = open.last {
            if nodes[container].kind == .array {
                if try json.nextElement() { try takeValueOrOpen(&json) } else { close() }
            } else if let key = try json.nextKey() {
                put(key)
                try takeValueOrOpen(&json)
            } else {
                close()
            }
        }
    }

    private mutating func takeValueOrOpen(_ json: inout JSONCursor) throws(JSONFault) {
        let kind = try json.kind()
        let start = json.offset
        switch kind {
        case .object:
            try json.enterObject()
            open.append(nodes.count)
            put(.object, start, 0)
        case .array:
            try json.enterArray()
            open.append(nodes.count)
            put(.array, start, 0)
        case .string:
            put(try json.string())
        case .number:
            _ = try json.number()
            put(.number, start, json.offset - start)
        case .bool:
            _ = try json.bool()
            put(.flag, start, json.offset - start)
        case .null:
            try json.null()
            put(.null, start, json.offset - start)
        }
    }

    private mutating func put(_ text: JSONString) {
        put(text.hasEscapes ? .escapedText : .text, text.offset, text.raw.count)
    }

    private mutating func put(_ kind: Kind, _ start: Int, _ count: Int) {
        nodes.append(
            Node(
                kind: kind, start: UInt32(truncatingIfNeeded: start),
                count: UInt32(truncatingIfNeeded: count), end: UInt32(truncatingIfNeeded: nodes.count + 1)))
    }

    private mutating func close() {
        if let container = open.popLast() {
            nodes[container].end = UInt32(truncatingIfNeeded: nodes.count)
        }
    }
}

/// A JSON text and what was found in it. Lives no longer than the bytes do.
struct JSONPage {
    let bytes: UnsafeRawBufferPointer
    let tape: JSONTape

    /// The value that the text is.
    static let root = 0

    func kind(_ node: Int) -> JSONTape.Kind { tape.nodes[node].kind }

    func offset(_ node: Int) -> Int { Int(tape.nodes[node].start) }

    private func end(_ node: Int) -> Int { Int(tape.nodes[node].end) }

    /// The bytes of a scalar as they stand.
    func raw(_ node: Int) -> UnsafeRawBufferPointer {
        let node = tape.nodes[node]
        return UnsafeRawBufferPointer(rebasing: bytes[Int(node.start)..<Int(node.start + node.count)])
    }

    /// The bytes of a scalar with escapes resolved.
    func withBytes<Value>(_ node: Int, _ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        guard kind(node) == .escapedText else { return body(raw(node)) }
        let text = JSONString(raw: raw(node), hasEscapes: true, offset: offset(node))
        return text.bytes.withUnsafeBytes(body)
    }

    /// The text of a text, the digits of a number, `true` or `false`; `nil` for anything else.
    func text(_ node: Int) -> String? {
        switch kind(node) {
        case .text, .escapedText, .number, .flag:
            return withBytes(node) { String(decoding: $0, as: UTF8.self) }
        case .object, .array, .null: return nil
        }
    }

    /// A `null`, or a text of nothing but space: the device says nothing.
    func isBlank(_ node: Int) -> Bool {
        switch kind(node) {
        case .null: return true
        case .text: return raw(node).allSatisfy { $0 == 0x20 || $0 == 0x09 }
        default: return false
        }
    }

    /// An object without members.
    func isEmptyObject(_ node: Int) -> Bool { kind(node) == .object && end(node) == node + 1 }

    /// Calls `body` with each key and value node of an object.
    func forEachMember<Failure: Error>(
        of object: Int, _ body: (_ key: Int, _ value: Int) throws(Failure) -> Void
    ) throws(Failure) {
        var at = object + 1
        while at < end(object) {
            try body(at, at + 1)
            at = end(at + 1)
        }
    }

    /// The first element of an array, `nil` where it has none.
    func firstElement(of array: Int) -> Int? {
        array + 1 < end(array) ? array + 1 : nil
    }

    func element(after element: Int, in array: Int) -> Int? {
        end(element) < end(array) ? end(element) : nil
    }

    /// The value of a key; of a key that stands twice, the last.
    func member(_ key: [UInt8], of object: Int) -> Int? {
        guard kind(object) == .object else { return nil }
        var found: Int?
        forEachMember(of: object) { name, value in
            let count = Int(tape.nodes[name].count)
            let isPlain = kind(name) == .text
            guard !isPlain || count == key.count else { return }
            if withBytes(name, { $0.elementsEqual(key) }) { found = value }
        }
        return found
    }

    /// Follows keys and indices; `nil` where the way ends early.
    func value(at steps: some Sequence<MappingPath.Step>, from node: Int) -> Int? {
        var node = node
        for step in steps {
            switch step {
            case .key(let key):
                guard let next = member(key, of: node) else { return nil }
                node = next
            case .index(let index):
                guard kind(node) == .array, var next = firstElement(of: node) else { return nil }
                for _ in 0..<index {
                    guard let further = element(after: next, in: node) else { return nil }
                    next = further
                }
                node = next
            case .each:
                return nil
            }
        }
        return node
    }
}
