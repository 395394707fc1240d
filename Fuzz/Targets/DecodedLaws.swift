import AssetModel

/// What holds of every decoded message, whoever sent it.
enum DecodedLaws {
    /// What a UHF reader can have measured, in 1/100 dBm: noise is far above the lower end, a tag on the
    /// antenna below the upper one.
    static let measurable: ClosedRange<Int16> = -15_000...3_000

    /// - Parameter payloadBytes: size of the message that it was decoded from.
    static func check(_ message: DecodedMessage, payloadBytes: Int) throws(Breach) {
        try checkAccounts(message, payloadBytes: payloadBytes)
        for read in message.tagReads { try check(read) }
        for fix in message.fixes { try check(fix) }
        for event in message.deviceEvents + message.gatewayEvents { try check(event) }
        if let sentAt = message.sentAt { try check(sentAt, "sentAt") }
        if let at = message.sweep?.at { try check(at, "sweep.at") }
        if case .every(let time)? = message.reportMode {
            try hold(time > .zero, "a report every \(time.milliseconds) ms")
        }
        // A full domain name has 255 bytes; nothing longer is a name.
        try hold(message.deviceIdentity.utf8.count <= 255, "a device's name of more than 255 bytes")
    }

    /// A message is refused, or ignored, or holds records; and what is refused says where.
    private static func checkAccounts(_ message: DecodedMessage, payloadBytes: Int) throws(Breach) {
        let outcomes = [message.refusal != nil, message.ignored != nil, message.recordCount > 0].count { $0 }
        // A sweep without reads is a message without records, and still one.
        let isBareSweep = message.sweep != nil && outcomes == 0
        try hold(outcomes == 1 || isBareSweep, "\(outcomes) outcomes: \(message)")
        for rejection in message.rejections + (message.refusal.map { [$0] } ?? []) {
            try hold(!rejection.at.isEmpty, "\(rejection.reason.rawValue) without a place")
            if let offset = offset(in: rejection.at) {
                try hold((0...payloadBytes).contains(offset), "\(rejection.at) of \(payloadBytes) bytes")
            }
        }
        // 64 refused records, and one word for the rest.
        try hold(message.rejections.count <= 65, "\(message.rejections.count) refused records")
        // A record takes at least a byte; a few more follow from what was counted before.
        try hold(message.recordCount <= payloadBytes + 8, "\(message.recordCount) records")
        try hold(
            message.gatewayEvents.isEmpty == message.gatewayTopic.isEmpty, "gateway events without a topic")
    }

    private static func offset(in place: String) -> Int? {
        place.hasPrefix("offset ") ? Int(place.dropFirst("offset ".count)) : nil
    }

    private static func check(_ read: TagRead) throws(Breach) {
        try checkBits(read.tag)
        if let tid = read.tid { try checkBits(tid) }
        try hold(read.antennaPort != 0, "antenna port 0")
        try hold(read.reads >= 1, "a report of no reads")
        if let heardAt = read.heardAt { try check(heardAt, "heardAt") }
        if let phase = read.radio.phaseCentidegrees { try hold(phase <= 36_000, "phase \(phase)") }
    }

    /// For families that take numbers of an unknown unit: one that is no signal is refused or left out.
    static func checkSignals(_ message: DecodedMessage) throws(Breach) {
        for signal in message.tagReads.compactMap(\.peakSignal) {
            try hold(measurable.contains(signal.centiDBm), "\(signal.centiDBm) cdBm")
        }
    }

    /// An identity is the same after it was written and read again.
    static func checkBits(_ identity: EPC) throws(Breach) {
        let bits = identity.bitCount
        try hold((16...256).contains(bits) && bits % 16 == 0, "an identity of \(bits) bits")
        try hold(EPC(hex: identity.hex) == identity, "hex of \(identity)")
        try hold(EPC(hex: identity.hex.lowercased()) == identity, "lower-case hex of \(identity)")
        let bytes = (0..<identity.byteCount).map(identity.byte)
        // Also finds bits set behind the end: they would make equal tags different.
        try hold(EPC(bytes: bytes) == identity, "bytes of \(identity)")
    }

    /// Within what RFC 3339 can write, at the far ends of the world too, and the same when it is read again.
    static func check(_ instant: UTCInstant, _ name: String) throws(Breach) {
        // Years 0000 and 9999, a day away from either end.
        let writable: ClosedRange<Int64> = -62_167_132_800_000...253_402_214_399_999
        try hold(writable.contains(instant.milliseconds), "\(name) at \(instant.milliseconds) ms")
        for offset in [0, 480, -840, 840] {
            let text = instant.rfc3339(offsetMinutes: offset)
            try hold(UTCInstant(rfc3339: text) == instant, "\(name) \(instant.milliseconds) ms as \(text)")
        }
    }

    private static func check(_ event: DeviceEvent) throws(Breach) {
        switch event {
        case .antennaConnected(let port), .antennaDisconnected(let port), .antennaActivated(let port):
            try hold(port >= 1, "\(event.kind) of port 0")
        case .overflow(let first, let last, _), .sequenceGap(let first, let last, _):
            try check(first, event.kind)
            try check(last, event.kind)
            try hold(first <= last, "\(event.kind) from \(first) to \(last)")
        default: break
        }
    }

    private static func check(_ fix: VehicleFix) throws(Breach) {
        let (latitude, longitude) = (fix.latitudeDegrees, fix.longitudeDegrees)
        try hold((latitude == nil) == (longitude == nil), "half a place")
        try hold(latitude.map { abs($0) <= 90 } ?? true, "latitude \(latitude ?? 0)")
        try hold(longitude.map { abs($0) <= 180 } ?? true, "longitude \(longitude ?? 0)")
        try hold(latitude != nil || !fix.isValid, "valid without a place")
        let (direction, speed) = (fix.directionDegrees ?? 0, fix.speedKilometresPerHour ?? 0)
        try hold((0..<360).contains(direction), "direction \(direction)")
        try hold((0...10_000).contains(speed), "\(speed) km/h")
        try hold((fix.altitudeMetres ?? 0).magnitude <= 40_000, "altitude \(fix.altitudeMetres ?? 0)")
        try hold(!fix.phone.isEmpty && !fix.phoneRaw.isEmpty, "a fix of no terminal")
        if let fixedAt = fix.fixedAt { try check(fixedAt, "fixedAt") }
    }
}

extension DecodedMessage {
    /// The first part in which two decodings differ; `nil` where they say the same.
    func difference(from other: DecodedMessage) -> String? {
        if tagReads != other.tagReads { return "tagReads: \(tagReads) and \(other.tagReads)" }
        if fixes != other.fixes { return "fixes: \(fixes) and \(other.fixes)" }
        if deviceEvents != other.deviceEvents {
            return "deviceEvents: \(deviceEvents) and \(other.deviceEvents)"
        }
        if gatewayEvents != other.gatewayEvents || gatewayTopic != other.gatewayTopic {
            return "gatewayEvents: \(gatewayEvents) and \(other.gatewayEvents)"
        }
        if rejections != other.rejections { return "rejections: \(rejections) and \(other.rejections)" }
        if refusal != other.refusal { return "refusal: \(refusal as Any) and \(other.refusal as Any)" }
        if ignored?.description != other.ignored?.description { return "ignored" }
        if sentAt != other.sentAt { return "sentAt" }
        if terminalPhone != other.terminalPhone { return "terminalPhone" }
        if deviceIdentity != other.deviceIdentity { return "deviceIdentity" }
        if reportMode != other.reportMode { return "reportMode" }
        return sweep == other.sweep ? nil : "sweep"
    }
}
