import AssetModel

/// What one record of a message turned out to be.
enum RecordOutcome {
    case read(TagRead)
    case events([DeviceEvent])
    /// Known, and nothing for us: the kind for the counter.
    case passedOver(StaticString)
}

/// Takes the records of one JSON text, each for itself: a broken one is refused and its neighbours live.
struct RecordWalk {
    let page: JSONPage
    private let recordsBefore: Int
    private var passedOver: StaticString?
    private var isFull = false

    /// Reads one record. What it throws names the field by its way in the record.
    typealias Judge = (ReadRecord, inout DecodedMessage) throws(MappedFault) -> RecordOutcome

    init(_ page: JSONPage, into decoded: DecodedMessage) {
        self.page = page
        recordsBefore = decoded.recordCount
    }

    /// Takes a text that is an array of records, or one record alone.
    ///
    /// - Parameters:
    ///   - kind: what a text without any record is counted as.
    ///   - isOne: whether an object that stands alone is a record, whole or not.
    static func takeRoot(
        _ page: JSONPage, into decoded: inout DecodedMessage, without kind: StaticString,
        isOne: (ReadRecord) -> Bool, _ judge: Judge
    ) -> DocumentOutcome {
        var walk = RecordWalk(page, into: decoded)
        if page.kind(JSONPage.root) == .array {
            walk.takeElements(of: JSONPage.root, "", into: &decoded, judge)
        } else if page.firstRecord.map(isOne) ?? false {
            walk.take(JSONPage.root, "", into: &decoded, judge)
        } else {
            return page.unknownShape
        }
        return walk.outcome(decoded, without: kind)
    }

    /// - Parameter place: what a refusal calls the array, empty for the root.
    mutating func takeElements(
        of array: Int, _ place: String, into decoded: inout DecodedMessage, _ judge: Judge
    ) {
        var index = 0
        var element = page.firstElement(of: array)
        while let node = element, !isFull {
            take(node, "\(place)[\(index)]", into: &decoded, judge)
            index += 1
            element = page.element(after: node, in: array)
        }
    }

    /// - Parameter place: what a refusal calls the record, empty for the root.
    mutating func take(
        _ node: Int, _ place: @autoclosure () -> String, into decoded: inout DecodedMessage, _ judge: Judge
    ) {
        guard let record = ReadRecord(node, of: page) else {
            return refuse(Rejection(.unknownShape, at: place()), in: &decoded)
        }
        do throws(MappedFault) {
            switch try judge(record, &decoded) {
            case .read(let read): decoded.tagReads.append(read)
            case .events(let events): decoded.deviceEvents += events
            case .passedOver(let kind): passedOver = kind
            }
        } catch {
            let way = [place(), error.field].filter { !$0.isEmpty }.joined(separator: ".")
            refuse(Rejection(error.reason, at: way), in: &decoded)
        }
    }

    mutating func refuse(_ rejection: Rejection, in decoded: inout DecodedMessage) {
        if !decoded.refuseRecord(rejection) { isFull = true }
    }

    /// - Parameter kind: what a text without any record is counted as.
    func outcome(_ decoded: DecodedMessage, without kind: StaticString) -> DocumentOutcome {
        if isFull { return .tooManyRefused }
        return decoded.recordCount > recordsBefore ? .taken : .ignored(passedOver ?? kind)
    }
}

extension JSONPage {
    /// Whether a message is certainly of a family, by the names in its first JSON text.
    static func recognition(of message: RawMessage, _ isOwn: (JSONPage) -> Bool) -> Recognition {
        message.payload.withUnsafeBytes { bytes in
            var tape = JSONTape()
            var json = JSONCursor(bytes)
            do throws(JSONFault) {
                try tape.read(&json)
            } catch {
                return .none
            }
            return isOwn(JSONPage(bytes: bytes, tape: tape)) ? .certain : .none
        }
    }

    /// A message of so many broken records in front says nothing more by those behind them.
    static let recognisedElementsMax = 16

    /// The root, or of an array the first element that is an object and not empty: a broken element in front
    /// does not hide its neighbours.
    var firstRecord: ReadRecord? {
        guard kind(JSONPage.root) == .array else { return ReadRecord(JSONPage.root, of: self) }
        var element = firstElement(of: JSONPage.root)
        for _ in 0..<JSONPage.recognisedElementsMax {
            guard let node = element else { return nil }
            if let record = ReadRecord(node, of: self), !isEmptyObject(node) { return record }
            element = self.element(after: node, in: JSONPage.root)
        }
        return nil
    }

    /// The refusal of a text that is none of a family's messages.
    var unknownShape: DocumentOutcome { .refused(Rejection(.unknownShape, offset: offset(JSONPage.root))) }
}

extension JSONCursor {
    /// Whose a text is: one record, or an array of which the first few count, so that a broken one in front
    /// does not hide its neighbours.
    ///
    /// - Parameter ofRecord: stands before an object, and reads all of it unless it is certain.
    mutating func recognition(
        _ ofRecord: (inout JSONCursor) throws(JSONFault) -> Recognition
    ) throws(JSONFault) -> Recognition {
        guard try kind() == .array else { return try ofRecord(&self) }
        try enterArray()
        var best = Recognition.none
        for _ in 0..<JSONPage.recognisedElementsMax {
            guard try nextElement() else { break }
            guard try kind() == .object else {
                try skip()
                continue
            }
            switch try ofRecord(&self) {
            case .certain: return .certain
            case .possible: best = .possible
            case .none: break
            }
        }
        return best
    }
}

extension DecodedMessage {
    /// Notes how the device names itself. One message is of one device: another name is refused.
    mutating func name(_ name: String?, field: String) throws(MappedFault) {
        guard let name, !name.isEmpty else { return }
        guard deviceIdentity.isEmpty || deviceIdentity == name else {
            throw MappedFault(field: field, reason: .unknownDevice)
        }
        deviceIdentity = name
    }

    /// Notes the name that the head of a message gives; the refusal where it cannot be taken.
    mutating func takeName(
        of head: ReadRecord, _ first: StaticString, or second: StaticString? = nil
    ) -> DocumentOutcome? {
        do throws(MappedFault) {
            try name(try head.name(first, or: second), field: "\(first)")
            return nil
        } catch {
            return .refused(Rejection(error.reason, at: error.field))
        }
    }
}
