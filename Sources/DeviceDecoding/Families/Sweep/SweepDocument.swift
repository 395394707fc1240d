import AssetModel

/// The values of one sweep.
struct SweepDocument {
    let page: JSONPage

    /// The version that this reader knows.
    private static let version: Int64 = 1
    /// Bytes of UTF-8 in an id or a code: as long as an id of the configuration may be.
    private static let idBytesMax = 64
    /// Bytes in a note: a few sentences about one asset.
    private static let noteBytesMax = 1_024

    func take(into decoded: inout DecodedMessage) {
        guard page.kind(JSONPage.root) == .object else {
            return decoded.refuse(Rejection(.unknownShape, offset: page.offset(JSONPage.root)))
        }
        do throws(MappedFault) {
            let header = try readHeader()
            decoded.sentAt = header.at
            decoded.sweep = header
        } catch {
            return decoded.refuse(Rejection(error.reason, at: error.field))
        }
        guard takeReads(into: &decoded) else { return }
        takeMarks(into: &decoded)
    }

    private func readHeader() throws(MappedFault) -> SweepHeader {
        let version = try value("version", of: JSONPage.root) { text in
            NumberText.number(of: text)?.integer == SweepDocument.version
                ? .success(true) : .failure(FieldFault(reason: .unknownShape))
        }
        guard version == true else { throw MappedFault(field: "version", reason: .unknownShape) }
        let id = try code("sweep", else: .unknownShape)
        let person = try code("operator", else: .unknownShape)
        let zone = try code("zone", else: .unknownZone)
        let at = try value("at", of: JSONPage.root, TimeReading().instant(of:))
        return SweepHeader(id: id, operatorCode: person, at: at, zone: zone)
    }

    /// `false` once too many records were refused.
    private func takeReads(into decoded: inout DecodedMessage) -> Bool {
        forEach("reads", into: &decoded) { node, decoded throws(MappedFault) in
            decoded.tagReads.append(try read(node, sweptAt: decoded.sentAt))
        }
    }

    private func takeMarks(into decoded: inout DecodedMessage) {
        _ = forEach("marks", into: &decoded) { node, decoded throws(MappedFault) in
            decoded.sweep?.marks.append(try mark(node))
        }
    }

    private func read(_ record: Int, sweptAt: UTCInstant?) throws(MappedFault) -> TagRead {
        let tag = try identity("epc_hex", of: record) { FieldText.identity($0, .hex) }
        guard let tag else { throw MappedFault(field: "epc_hex", reason: .missingIdentity) }
        var read = TagRead(tag: tag, heardAt: sweptAt)
        read.tid = try identity("tid_hex", of: record) { FieldText.tid($0, .hex) } ?? nil
        read.peakSignal = try value("peak_rssi_dbm", of: record) { FieldText.signal($0, .dBm) }
        if let time = try value("heard_at", of: record, TimeReading().instant(of:)) { read.heardAt = time }
        read.reads = try value("reads", of: record, FieldText.readCount) ?? 1
        return read
    }

    private func mark(_ record: Int) throws(MappedFault) -> SweepHeader.Mark {
        guard let assetNo = try text("assetNo", of: record, bytesMax: SweepDocument.idBytesMax) else {
            throw MappedFault(field: "assetNo", reason: .missingIdentity)
        }
        let found = try text("mark", of: record, bytesMax: SweepDocument.idBytesMax)
        guard let word = found.flatMap(SweepHeader.Mark.Word.init(rawValue:)) else {
            throw MappedFault(field: "mark", reason: .malformedItem)
        }
        let note = try text("note", of: record, bytesMax: SweepDocument.noteBytesMax)
        return SweepHeader.Mark(assetNo: assetNo, word: word, note: note ?? "")
    }

    // MARK: values

    /// Calls `body` for each record of a list; a list that is absent or `null` is empty.
    private func forEach(
        _ name: String, into decoded: inout DecodedMessage,
        _ body: (Int, inout DecodedMessage) throws(MappedFault) -> Void
    ) -> Bool {
        guard let list = page.member(Array(name.utf8), of: JSONPage.root), page.kind(list) != .null else {
            return true
        }
        guard page.kind(list) == .array else {
            return decoded.refuseRecord(Rejection(.unknownShape, at: name))
        }
        var index = 0
        var element = page.firstElement(of: list)
        while let node = element {
            if page.kind(node) == .object {
                do throws(MappedFault) {
                    try body(node, &decoded)
                } catch {
                    let rejection = Rejection(error.reason, at: "\(name)[\(index)].\(error.field)")
                    if !decoded.refuseRecord(rejection) { return false }
                }
            } else if !decoded.refuseRecord(Rejection(.unknownShape, at: "\(name)[\(index)]")) {
                return false
            }
            index += 1
            element = page.element(after: node, in: list)
        }
        return true
    }

    /// A text (or a number) of the head that must be there.
    private func code(_ name: String, else missing: Rejection.Reason) throws(MappedFault) -> String {
        guard let text = try text(name, of: JSONPage.root, bytesMax: SweepDocument.idBytesMax) else {
            throw MappedFault(field: name, reason: missing)
        }
        return text
    }

    private func text(
        _ name: String, of record: Int, bytesMax: Int
    ) throws(MappedFault) -> String? {
        try value(name, of: record) { text in
            let text = NumberText.trimmed(text)
            guard text.count <= bytesMax else { return .failure(FieldFault(reason: .malformedItem)) }
            return .success(String(decoding: text, as: UTF8.self))
        }
    }

    private func identity<Value>(
        _ name: String, of record: Int, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MappedFault) -> Value? {
        if let node = page.member(Array(name.utf8), of: record) {
            switch page.kind(node) {
            case .text, .escapedText, .null: break
            default: throw MappedFault(field: name, reason: .malformedIdentity)
            }
        }
        return try value(name, of: record, body)
    }

    private func value<Value>(
        _ name: String, of record: Int, _ body: (UnsafeRawBufferPointer) -> FieldText.Reading<Value>
    ) throws(MappedFault) -> Value? {
        guard let node = page.member(Array(name.utf8), of: record), !page.isBlank(node) else { return nil }
        switch page.kind(node) {
        case .object, .array, .null: throw MappedFault(field: name, reason: .unknownShape)
        case .text, .escapedText, .number, .flag: break
        }
        switch page.withBytes(node, body) {
        case .success(let value): return value
        case .failure(let fault): throw MappedFault(field: name, reason: fault.reason)
        }
    }
}
