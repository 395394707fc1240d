import AssetModel

/// Makes the shape of a record that has just been read the long way.
struct ShapeLesson {
    /// What a key means at the top of a record, or inside its member object.
    typealias Vocabulary = (_ key: JSONString, _ isInside: Bool) -> ShapeKey

    /// Records of a reader have a few hundred bytes and a dozen values; what is larger is no plain read.
    private static let bytesMax = 2_048
    private static let piecesMax = 48

    private let bytes: UnsafeRawBufferPointer
    private let example: TagRead
    private let vocabulary: Vocabulary
    private var pieces: [(text: [UInt8], slot: ShapeSlot)] = []
    /// Where the text before the next slot begins.
    private var textStart: Int
    /// The record has something in it that keeps it from being a shape.
    private var isUnfit = false

    /// The shape of the record at `start`; `nil` where it is none, or would not read its own example as the
    /// long way did.
    /// - Parameter decoded: what the long way made of the message up to the end of this record, its first.
    static func shape(
        of bytes: UnsafeRawBufferPointer, at start: Int, after decoded: DecodedMessage,
        _ vocabulary: Vocabulary
    ) -> RecordShape? {
        guard decoded.recordCount == 1, decoded.refusal == nil, decoded.ignored == nil,
            let example = decoded.tagReads.first
        else { return nil }
        return withoutActuallyEscaping(vocabulary) { vocabulary in
            var lesson = ShapeLesson(bytes, at: start, example, vocabulary)
            guard let end = lesson.walk() else { return nil }
            let shape = RecordShape(lesson.pieces, example: example, besides: decoded)
            var again: [TagRead] = []
            let reading = shape.take(bytes, at: start, into: &again)
            guard reading?.end == end, again == [example], reading?.sentAt == decoded.sentAt else {
                return nil
            }
            return shape
        }
    }

    private init(
        _ bytes: UnsafeRawBufferPointer, at start: Int, _ example: TagRead,
        _ vocabulary: @escaping Vocabulary
    ) {
        self.bytes = bytes
        self.example = example
        self.vocabulary = vocabulary
        textStart = start
    }

    /// Where the record ends; `nil` where it is unfit.
    private mutating func walk() -> Int? {
        let start = textStart
        var json = JSONCursor(bytes)
        json.resume(at: start)
        do throws(JSONFault) {
            try json.enterObject()
            try walk(&json, isInside: false)
        } catch {
            return nil
        }
        add(.end, before: json.offset)
        guard !isUnfit, json.offset - start <= ShapeLesson.bytesMax, pieces.count <= ShapeLesson.piecesMax
        else { return nil }
        return json.offset
    }

    private mutating func walk(_ json: inout JSONCursor, isInside: Bool) throws(JSONFault) {
        while let key = try json.nextKey() {
            let kind = try json.kind()
            switch key.hasEscapes ? .constant : vocabulary(key, isInside) {
            case .members where kind == .object && !isInside:
                try json.enterObject()
                try walk(&json, isInside: true)
            case .slot(let slot):
                try take(slot, &json, kind)
            default:
                // Lists and objects differ from record to record.
                if kind == .object || kind == .array { isUnfit = true }
                try json.skip()
            }
        }
    }

    /// A value that the slot does not take is part of the shape, as `null` and `""` are. Not so a text that
    /// the long way takes and the slot does not, one with escapes or padded Base64: as part of the shape it
    /// would no longer be compared with the record's other times and identities.
    private mutating func take(
        _ slot: ShapeSlot, _ json: inout JSONCursor, _ kind: JSONKind
    ) throws(JSONFault) {
        var value = try json.skip()
        if slot.isText, kind == .string { value = (value.lowerBound + 1)..<(value.upperBound - 1) }
        var scratch = example
        let isKind = kind == (slot.isText ? .string : .number)
        let end = withUnsafeMutablePointer(to: &scratch) { scratch in
            var values = ShapeValues(into: scratch)
            return isKind ? values.take(slot, of: bytes, at: value.lowerBound) : nil
        }
        if end == value.upperBound {
            add(slot, before: value.lowerBound)
            textStart = value.upperBound
        } else if (slot == .sentAt || slot == .heardAt) && kind != .null {
            // Which time stands for which would no longer be clear.
            isUnfit = true
        } else if isKind, slot != .unusedText, !value.isEmpty,
            slot.isBase64 || bytes[value].contains(0x5C)
        {
            isUnfit = true
        }
    }

    private mutating func add(_ slot: ShapeSlot, before end: Int) {
        pieces.append((Array(bytes[textStart..<end]), slot))
    }
}
