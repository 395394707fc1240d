package import AssetModel

/// Sparkplug B, as protobuf or as the JSON that some gateways make of it.
///
///     NBIRTH  the edge node is there: `connected` for what is behind it; names for its aliases
///     DBIRTH  a device is there: `connected`; names for its aliases
///     NDATA, DDATA  reads (``SparkplugReads``)
///     DDEATH  a device is gone: `disconnected`
///     NDEATH  the edge node is gone: `disconnected` for everything behind it; ignored where its number
///             (`bdSeq`) is not that of the birth in force
///     NCMD, DCMD, STATE  not for us: ignored
///
/// - A birth carries the last value of every metric. Those are no reads: nothing tells whether the tag is
///   still there, and many gateways stamp them with the time of the birth.
/// - A metric that comes with an alias nobody named is refused (`unknown_alias`): the birth was missed. What
///   comes with a name is taken all the same. After a death the aliases are unknown until the next birth.
/// - Messages missing in the counter of an edge node (``SparkplugSequence``) are a `sequenceGap` for
///   everything behind it.
/// - A retained message is old news and ignored; only a death of the birth in force counts.
/// - One memory serves all readers, because counter and aliases are the edge node's.
/// - Source: Sparkplug specification 3.0. Vectors: `Tests/DeviceDecodingTests/Fixtures/sparkplug.ndjson`.
package struct Sparkplug: MessageFamily {
    package static let format = MessageFormat.sparkplug
    package static let isShared = true

    private var nodes = SparkplugNodes()
    private var changed = false
    private var tape = JSONTape()

    package init() {}

    /// The topic says it: in this name space a payload that cannot be read is a broken message of an edge
    /// node, and is refused as one. A host's state is told by its payload too.
    package static func recognition(of message: RawMessage) -> Recognition {
        guard let topic = SparkplugTopic(message.topic) else { return .none }
        guard topic.kind == .state else { return .certain }
        return message.payload.withUnsafeBytes { isState($0, message.topic) ? .certain : .none }
    }

    /// A host's state is JSON, and was a word before 3.0. `STATE/…` alone may be anybody's.
    private static func isState(_ bytes: UnsafeRawBufferPointer, _ topic: String) -> Bool {
        topic.hasPrefix(SparkplugNamespace.name)
            && (bytes.first == 0x7B || "online".isSameWord(as: bytes) || "offline".isSameWord(as: bytes))
    }

    /// No protobuf payload begins with a brace: that would be a group.
    private static func payload(
        _ bytes: UnsafeRawBufferPointer, _ tape: inout JSONTape
    ) -> Result<SparkplugPayload, Rejection> {
        let isJSON = bytes.first { !JSONDocuments.isSpace($0) } == 0x7B
        do throws(Rejection) {
            return .success(
                isJSON ? try SparkplugJSON.payload(bytes, &tape) : try SparkplugWire.payload(bytes))
        } catch {
            return .failure(error)
        }
    }

    package mutating func decode(
        _ message: RawMessage, receivedAt: UTCInstant, into decoded: inout DecodedMessage
    ) {
        guard let topic = SparkplugTopic(message.topic) else {
            return decoded.refuse(Rejection(.unknownTopic, at: "topic"))
        }
        switch topic.kind {
        case .nodeCommand: decoded.ignored = "sparkplug_ncmd"
        case .deviceCommand: decoded.ignored = "sparkplug_dcmd"
        case .state: decoded.ignored = "sparkplug_state"
        default: take(message, topic, receivedAt, into: &decoded)
        }
    }

    private mutating func take(
        _ message: RawMessage, _ topic: SparkplugTopic, _ receivedAt: UTCInstant,
        into decoded: inout DecodedMessage
    ) {
        if message.payload.isEmpty { return decoded.refuse(Rejection(.emptyPayload, offset: 0)) }
        let payload: SparkplugPayload
        switch message.payload.withUnsafeBytes({ Sparkplug.payload($0, &tape) }) {
        case .success(let taken): payload = taken
        case .failure(let rejection): return decoded.refuse(rejection)
        }
        decoded.deviceIdentity = topic.sender
        let arrival = SparkplugArrival(topic: topic, payload: payload, receivedAt: receivedAt)
        // A last will was written when the node connected.
        decoded.sentAt = topic.kind == .nodeDeath ? nil : arrival.sentAt
        if message.isRetained, topic.kind != .nodeDeath {
            decoded.ignored = "sparkplug_retained"
            return
        }
        switch topic.kind {
        case .nodeBirth: takeNodeBirth(arrival, SparkplugArrival.digest(message.payload), into: &decoded)
        case .nodeDeath: takeNodeDeath(arrival, isRetained: message.isRetained, into: &decoded)
        case .deviceBirth: takeDeviceBirth(arrival, into: &decoded)
        case .deviceDeath: takeDeviceDeath(arrival, into: &decoded)
        default: takeData(arrival, into: &decoded)
        }
    }

    package mutating func takeStateChanged() -> Bool {
        defer { changed = false }
        return changed
    }

    package func encodeState() -> [UInt8] { nodes.encode() }

    package mutating func restoreState(_ bytes: [UInt8]) throws(ByteReader.Damaged) {
        nodes = try SparkplugNodes(encoded: bytes)
    }
}

/// One message with what its topic says.
struct SparkplugArrival {
    let topic: SparkplugTopic
    let payload: SparkplugPayload
    let receivedAt: UTCInstant

    var key: SparkplugNodes.Key { SparkplugNodes.Key(group: topic.group, edgeNode: topic.edgeNode) }
    var sentAt: UTCInstant? { MetricTime(milliseconds: payload.timestamp).instant }

    /// 0...255, `nil` where there is none.
    var sequenceNumber: UInt8? { payload.sequenceNumber.flatMap { UInt8(exactly: $0) } }

    /// FNV-1a, 64 bits; never 0. Tells a birth that is delivered again from another one, against chance and
    /// not against malice.
    static func digest(_ bytes: [UInt8]) -> UInt64 {
        max(1, bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 })
    }
}

// MARK: births and deaths

extension Sparkplug {
    private mutating func takeNodeBirth(
        _ arrival: SparkplugArrival, _ digest: UInt64, into decoded: inout DecodedMessage
    ) {
        // With a time in it no two births are alike, and the one that comes again must not take the names of
        // the devices away.
        if arrival.sentAt != nil, nodes[arrival.key]?.birthDigest == digest {
            decoded.ignored = "sparkplug_repeated_birth"
            return
        }
        decoded.gatewayTopic = arrival.topic.deathTopic
        decoded.gatewayEvents.append(.connected)
        if arrival.payload.sequenceNumber != 0 { refuse(.numberOutOfRange, "seq", into: &decoded) }
        guard admit(arrival, into: &decoded) else { return }
        nodes.forgetAliases(of: arrival.key)
        let (number, sentAt) = (arrival.sequenceNumber, arrival.sentAt)
        _ = nodes.change(arrival.key) { node in
            node.session = arrival.payload.birthDeathSequence
            node.isAlive = true
            node.birthDigest = digest
            node.sequence.start(at: number, sentAt: sentAt, receivedAt: arrival.receivedAt)
        }
        takeAliases(arrival, into: &decoded)
        changed = true
    }

    private mutating func takeDeviceBirth(_ arrival: SparkplugArrival, into decoded: inout DecodedMessage) {
        let isLate = follow(arrival, into: &decoded)
        decoded.deviceEvents.append(.connected)
        let isKnown = nodes[arrival.key]?.tables[arrival.topic.device] != nil
        guard !(isLate && isKnown), nodes[arrival.key] != nil else { return }
        takeAliases(arrival, into: &decoded)
        changed = true
    }

    private mutating func takeDeviceDeath(_ arrival: SparkplugArrival, into decoded: inout DecodedMessage) {
        guard !follow(arrival, into: &decoded) else {
            // What the device sent after it was delivered before it.
            if decoded.recordCount == 0 { decoded.ignored = "sparkplug_stale_death" }
            return
        }
        decoded.deviceEvents.append(.disconnected)
        guard nodes[arrival.key]?.tables[arrival.topic.device] != nil else { return }
        nodes.set(nil, of: arrival.topic.device, arrival.key)
        changed = true
    }

    private mutating func takeNodeDeath(
        _ arrival: SparkplugArrival, isRetained: Bool, into decoded: inout DecodedMessage
    ) {
        let node = nodes[arrival.key]
        let session = arrival.payload.birthDeathSequence
        let isOther = node.map { $0.isAlive && session != nil && $0.session.map { $0 != session } ?? false }
        let isUnproved = isRetained && (session == nil || node?.session != session)
        guard isOther != true, !isUnproved else {
            decoded.ignored = "sparkplug_stale_death"
            return
        }
        decoded.gatewayTopic = arrival.topic.deathTopic
        decoded.gatewayEvents.append(.disconnected)
        guard let node else { return }
        if node.isAlive || !node.tables.isEmpty { changed = true }
        nodes.forgetAliases(of: arrival.key)
        _ = nodes.change(arrival.key) { node in
            node.isAlive = false
            node.sequence.forget()
        }
    }

    // MARK: data

    private mutating func takeData(_ arrival: SparkplugArrival, into decoded: inout DecodedMessage) {
        _ = follow(arrival, into: &decoded)
        let aliases = nodes[arrival.key]?.tables[arrival.topic.device] ?? SparkplugAliases()
        var reads = SparkplugReads(
            aliases: aliases, messageTime: MetricTime(milliseconds: arrival.payload.timestamp))
        reads.take(arrival.payload.metrics, into: &decoded)
        if decoded.recordCount == 0 { decoded.ignored = "sparkplug_no_reads" }
    }

    // MARK: memory

    /// Counts the message and says what is missing before it.
    /// - Returns: whether it came late, behind messages that were sent after it.
    private mutating func follow(
        _ arrival: SparkplugArrival, into decoded: inout DecodedMessage
    ) -> Bool {
        guard admit(arrival, into: &decoded), arrival.payload.sequenceNumber != nil else { return false }
        guard let number = arrival.sequenceNumber else {
            refuse(.numberOutOfRange, "seq", into: &decoded)
            return false
        }
        let sentAt = arrival.sentAt
        let verdict = nodes.change(arrival.key) { node in
            node.sequence.take(number, sentAt: sentAt, receivedAt: arrival.receivedAt)
        }
        switch verdict {
        case nil, .inOrder: return false
        case .late: return true
        case .gap(let event):
            decoded.gatewayTopic = arrival.topic.deathTopic
            decoded.gatewayEvents.append(event)
            return false
        }
    }

    private mutating func admit(_ arrival: SparkplugArrival, into decoded: inout DecodedMessage) -> Bool {
        if nodes.admit(arrival.key) { return true }
        refuse(.numberOutOfRange, "more than \(SparkplugLimit.nodesMax) edge nodes", into: &decoded)
        return false
    }

    private mutating func takeAliases(_ arrival: SparkplugArrival, into decoded: inout DecodedMessage) {
        let device = arrival.topic.device
        guard let room = nodes.room(for: device, of: arrival.key) else {
            let place = "more than \(SparkplugLimit.devicesOfNodeMax) devices of an edge node"
            return refuse(.numberOutOfRange, place, into: &decoded)
        }
        var table = SparkplugBirth(named: room.named, all: room.all)
        table.take(arrival.payload.metrics, into: &decoded)
        nodes.set(table.aliases, of: device, arrival.key)
    }

    private func refuse(_ reason: Rejection.Reason, _ place: String, into decoded: inout DecodedMessage) {
        _ = decoded.refuseRecord(Rejection(reason, at: place))
    }
}
