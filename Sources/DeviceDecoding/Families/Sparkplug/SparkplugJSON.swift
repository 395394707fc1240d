import AssetModel

/// Reads the JSON form of a Sparkplug message, as some gateways publish it on the same topics.
///
///     {"timestamp": ms, "seq": 0...255,
///      "metrics": [{"name", "alias"?, "timestamp", "dataType": "Int64", "value",
///                   "isNull"?, "isHistorical"?}]}
///
/// `bytes` are base64. A `DataSet` or a `Template` has no form here that anybody documented: such a value is
/// refused where it stands. `null` counts as absent.
/// - Source: documentation of a public gateway (Chariot); its sample is in the fixtures.
enum SparkplugJSON {
    static func payload(
        _ bytes: UnsafeRawBufferPointer, _ tape: inout JSONTape
    ) throws(Rejection) -> SparkplugPayload {
        if let fault = UTF8Check.firstFault(in: bytes) { throw Rejection(.notUTF8, offset: fault) }
        var json = JSONCursor(bytes)
        do throws(JSONFault) {
            try tape.read(&json)
            try json.finish()
        } catch {
            throw error.rejection
        }
        return try payload(JSONPage(bytes: bytes, tape: tape))
    }

    private static func payload(_ page: JSONPage) throws(Rejection) -> SparkplugPayload {
        var payload = SparkplugPayload()
        payload.timestamp = try whole("timestamp", of: JSONPage.root, page, at: "timestamp")
        payload.sequenceNumber = try whole("seq", of: JSONPage.root, page, at: "seq")
        guard let metrics = page.member(Array("metrics".utf8), of: JSONPage.root),
            page.kind(metrics) != .null
        else { return payload }
        guard page.kind(metrics) == .array else {
            throw Rejection(.unknownShape, offset: page.offset(metrics))
        }
        var element = page.firstElement(of: metrics)
        while let node = element {
            guard payload.metrics.count < SparkplugPayload.metricsMax else {
                throw Rejection(.oversizePayload, at: "more than \(SparkplugPayload.metricsMax) metrics")
            }
            guard page.kind(node) == .object else {
                throw Rejection(.unknownShape, offset: page.offset(node))
            }
            payload.metrics.append(try metric(node, page, "metrics[\(payload.metrics.count)]"))
            element = page.element(after: node, in: metrics)
        }
        return payload
    }

    private static func metric(
        _ node: Int, _ page: JSONPage, _ place: String
    ) throws(Rejection) -> SparkplugMetric {
        var metric = SparkplugMetric()
        if let name = member(["name"], of: node, page) {
            metric.name = page.withBytes(name) { Array($0) }
        }
        metric.alias = try whole("alias", of: node, page, at: place + ".alias")
        metric.timestamp = try whole("timestamp", of: node, page, at: place + ".timestamp")
        if let type = member(["dataType", "datatype", "type"], of: node, page) {
            metric.datatype = page.withBytes(type, SparkplugDatatype.number)
        }
        metric.isNull = isTrue(["isNull", "is_null"], of: node, page)
        metric.isHistorical = isTrue(["isHistorical", "is_historical"], of: node, page)
        guard let value = member(["value"], of: node, page) else { return metric }
        switch page.kind(value) {
        case .text, .escapedText: metric.value = .text(page.withBytes(value) { Array($0) })
        case .number: metric.value = .number(Array(page.raw(value)))
        case .flag: metric.value = .flag(page.raw(value).first == 0x74)
        case .object, .array: metric.value = .other
        case .null: break
        }
        return metric
    }

    /// A member that says something.
    private static func member(_ keys: [String], of node: Int, _ page: JSONPage) -> Int? {
        for key in keys {
            if let value = page.member(Array(key.utf8), of: node), page.kind(value) != .null { return value }
        }
        return nil
    }

    private static func isTrue(_ keys: [String], of node: Int, _ page: JSONPage) -> Bool {
        guard let value = member(keys, of: node, page), page.kind(value) == .flag else { return false }
        return page.raw(value).first == 0x74
    }

    /// A whole number that is not negative; `nil` where there is none.
    private static func whole(
        _ key: String, of node: Int, _ page: JSONPage, at place: String
    ) throws(Rejection) -> UInt64? {
        guard let value = member([key], of: node, page) else { return nil }
        guard page.kind(value) == .number, let number = NumberText.number(of: page.raw(value)) else {
            throw Rejection(.malformedNumber, at: place)
        }
        guard let whole = number.integer.flatMap({ UInt64(exactly: $0) }) else {
            throw Rejection(.numberOutOfRange, at: place)
        }
        return whole
    }
}
