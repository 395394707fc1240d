import AssetModel

/// What a terminal says about itself in a message of the gateway.
///
///     0x0107  {"id": …, "iccid": "89860…", "gnss_prop": 3, …}
///     0x0702  {"status": 1, "time": "261121200000", "ic_result": 0, "certificate": …, "driver_name": …, …}
///
/// **Of a driver's card only the code is taken**, the same as from a raw frame (``JT808DriverCard``): the
/// certificate's number is put back where the frame has it, and nothing else about the driver is looked at.
struct EMQXEvents {
    static let properties: UInt16 = 0x0107
    static let driverCard: UInt16 = 0x0702

    private let messageID: UInt16

    /// `nil` for a message that is no event.
    init?(messageID: UInt16) {
        guard messageID == EMQXEvents.properties || messageID == EMQXEvents.driverCard else { return nil }
        self.messageID = messageID
    }

    /// - Parameter body: an object whose grammar was checked.
    func read(_ body: UnsafeRawBufferPointer, into decoded: inout DecodedMessage) {
        do throws(JSONFault) {
            var json = JSONCursor(body)
            try json.enterObject()
            if messageID == EMQXEvents.driverCard {
                try readDriverCard(&json, into: &decoded)
            } else {
                try readProperties(&json, into: &decoded)
            }
        } catch {
            decoded.refuse(error.rejection)
        }
    }

    private func readProperties(
        _ json: inout JSONCursor, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        var refusal: Rejection?
        var (terminalID, iccid) = ("", "")
        var systems: Int64?
        while let key = try json.nextKey() {
            switch key {
            case "id":
                let text = try json.word(at: "body.id", &refusal)
                terminalID = text.map { $0.bytes.withUnsafeBytes { JT808Text.ascii($0) } } ?? ""
            case "iccid":
                let text = try json.word(at: "body.iccid", &refusal)
                iccid = text.flatMap { $0.withBytes { EMQXHeader.digits($0) } } ?? ""
            case "gnss_prop": systems = try json.whole(in: 0...255, at: "body.gnss_prop", &refusal)
            default: try json.skip()
            }
        }
        if systems == nil { note(.unknownShape, at: "body.gnss_prop", &refusal) }
        decoded.deviceEvents.append(
            .described(terminalID: terminalID, iccid: iccid, satelliteSystems: UInt8(systems ?? 0)))
        if let refusal { _ = decoded.refuseRecord(refusal) }
    }

    private func readDriverCard(
        _ json: inout JSONCursor, into decoded: inout DecodedMessage
    ) throws(JSONFault) {
        var refusal: Rejection?
        var status, result: Int64?
        var time: UInt64?
        var certificate: [UInt8] = []
        while let key = try json.nextKey() {
            switch key {
            case "status": status = try json.whole(in: 1...2, at: "body.status", &refusal)
            case "ic_result": result = try json.whole(in: 0...255, at: "body.ic_result", &refusal)
            case "time":
                time = try json.word(at: "body.time", &refusal)?.withBytes { EMQXLocation.packed($0) }
            case "certificate":
                certificate = try json.word(at: "body.certificate", &refusal)?.bytes ?? []
            default: try json.skip()
            }
        }
        guard let status, let time else {
            note(.unknownShape, at: status == nil ? "body.status" : "body.time", &refusal)
            if let refusal { _ = decoded.refuseRecord(refusal) }
            return
        }
        let frame = EMQXEvents.body(UInt8(status), time, UInt8(result ?? 1), certificate)
        let isRoom = frame.withUnsafeBytes { JT808DriverCard.read($0, is2019: false, into: &decoded) }
        if isRoom, let refusal { _ = decoded.refuseRecord(refusal) }
    }

    /// The body of 2013 without the driver's name and what stands behind the certificate. A certificate that
    /// is no plain text has no number.
    private static func body(
        _ status: UInt8, _ time: UInt64, _ result: UInt8, _ certificate: [UInt8]
    ) -> [UInt8] {
        let certificateBytes = 20
        let isText = certificate.allSatisfy { $0 < 0x7F && $0 != RawGBK.mask }
        let number = isText ? certificate.prefix(certificateBytes) : []
        let padding = [UInt8](repeating: 0, count: certificateBytes - number.count)
        let digits = stride(from: UInt64(40), through: 0, by: -8).map {
            UInt8(truncatingIfNeeded: time >> $0)
        }
        return [status] + digits + [result, 0] + number + padding
    }
}
