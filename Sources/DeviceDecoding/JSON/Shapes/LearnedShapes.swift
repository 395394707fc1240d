import AssetModel

/// The shapes of one reader's records that were met so far: a memory that saves time and decides nothing.
///
/// Bounded: the newest few shapes, none longer than a few hundred bytes; and not more than one lesson in a
/// while, so that a reader whose records all differ costs little more than without. Nothing of it need
/// outlive a restart.
struct LearnedShapes: Sendable {
    /// A reader's records differ in one or two optional fields; each combination is a shape.
    private static let shapesMax = 4
    /// Lessons in stock, and after how many records of unknown shape one more is granted.
    private static let lessonsMax: UInt8 = 8
    private static let recordsPerLesson: UInt16 = 1_024

    private var shapes: [RecordShape] = []
    /// The shape that fitted last, and the one to be replaced next.
    private var latest: UInt8 = 0
    private var oldest: UInt8 = 0
    private var lessons = LearnedShapes.lessonsMax
    private var unknownRecords: UInt16 = 0

    /// Takes the record that stands next, if it is of a known shape, and moves behind it. Else `nil`, and
    /// nothing moves.
    @inline(__always)
    mutating func take(_ json: inout JSONCursor, into reads: inout [TagRead]) -> ShapeReading? {
        guard Int(latest) < shapes.count else { return nil }
        if let reading = shapes[Int(latest)].take(json.bytes, at: json.offset, into: &reads) {
            json.resume(at: reading.end)
            return reading
        }
        return takeOlder(&json, into: &reads)
    }

    @inline(never)
    private mutating func takeOlder(_ json: inout JSONCursor, into reads: inout [TagRead]) -> ShapeReading? {
        for index in shapes.indices where index != Int(latest) {
            if let reading = shapes[index].take(json.bytes, at: json.offset, into: &reads) {
                json.resume(at: reading.end)
                latest = UInt8(index)
                return reading
            }
        }
        return nil
    }

    /// What the shape that fitted last says besides its read: the same in all its records.
    @inline(__always)
    var deviceIdentity: String? { shapes[Int(latest)].deviceIdentity }

    @inline(__always)
    var reportMode: ReportMode? { shapes[Int(latest)].reportMode }

    /// The name that a known shape has, where it is this one.
    func deviceIdentity(written name: JSONString) -> String? {
        guard !name.hasEscapes else { return nil }
        for shape in shapes {
            if let known = shape.deviceIdentity, known.utf8.elementsEqual(name.raw) { return known }
        }
        return nil
    }

    /// Learns from the first record of a message, which had no known shape and went the long way.
    @inline(never)
    mutating func learn(
        _ bytes: UnsafeRawBufferPointer, at start: Int, after decoded: DecodedMessage,
        _ vocabulary: ShapeLesson.Vocabulary
    ) {
        unknownRecords &+= 1
        if unknownRecords >= LearnedShapes.recordsPerLesson {
            unknownRecords = 0
            lessons = min(lessons + 1, LearnedShapes.lessonsMax)
        }
        guard lessons > 0, decoded.tagReads.count == 1 else { return }
        lessons -= 1
        guard let shape = ShapeLesson.shape(of: bytes, at: start, after: decoded, vocabulary),
            !shapes.contains(where: { $0.isSame(as: shape) })
        else { return }
        if shapes.count < LearnedShapes.shapesMax {
            latest = UInt8(shapes.count)
            shapes.append(shape)
        } else {
            latest = oldest
            shapes[Int(oldest)] = shape
            oldest = (oldest + 1) % UInt8(LearnedShapes.shapesMax)
        }
    }
}

extension DecodedMessage {
    /// No record of the message has left anything here yet.
    var isUntouched: Bool {
        recordCount == 0 && ignored == nil && sentAt == nil && deviceIdentity.isEmpty && reportMode == nil
    }
}
