import AssetModel

/// What a reader remembers from message to message.
struct ReaderVoice: Sendable {
    /// Tag data events so far, which Zebra readers number.
    var dataEvents = 0
    /// Management events so far.
    var managementEvents = 0
    var messagesSent = 0
    /// Tags that a reader in SIMPLE mode has reported.
    var reported: Set<Int> = []
}

/// Reads become messages, in the dialect of their reader.
extension WarehouseWorld {
    /// Batched readers send one array for each stretch of this length, of at most so many reads (inference
    /// §3: batches of 1-100).
    private static let batchWindow: WorldTime = 1_000
    private static let batchReadsMax = 100
    /// Share of reads that come without the factory identity that was asked for (choice).
    private static let missingTIDShare = 0.1

    /// - Parameter readings: of this reader, in order of time.
    func reports(of index: Int, _ readings: [Reading], voice: inout ReaderVoice) -> [Departure] {
        let reader = readers[index]
        let groups = reader.isBatched ? batches(readings) : readings.map { [$0] }
        return groups.compactMap { group in
            guard let last = group.last,
                let payload = payload(of: group, reader: reader, voice: &voice)
            else { return nil }
            let window = (last.at / Self.batchWindow + 1) * Self.batchWindow - 1
            voice.messagesSent += 1
            return Departure(
                at: reader.isBatched ? window : last.at, topic: reader.eventTopic, payload: payload,
                source: .reader(index), number: number(of: last))
        }
    }

    /// The same for a read whatever else is read.
    private func number(of reading: Reading) -> Int {
        (tags[reading.tag].entity &* 1_000_003 &+ reading.antenna) &* 1_000_003 &+ Int(reading.at)
    }

    private func batches(_ readings: [Reading]) -> [[Reading]] {
        var groups: [[Reading]] = []
        for reading in readings {
            if let last = groups.last, let first = last.first,
                first.at / Self.batchWindow == reading.at / Self.batchWindow, last.count < Self.batchReadsMax
            {
                groups[groups.count - 1].append(reading)
            } else {
                groups.append([reading])
            }
        }
        return groups
    }

    private func payload(of group: [Reading], reader: SimulatedReader, voice: inout ReaderVoice) -> [UInt8]? {
        let reads = group.map { read($0, of: reader) }
        switch reader.dialect {
        case .impinj(_, let isFactory):
            return isFactory
                ? ImpinjEncoder.tagInventory(reads[0]) : ImpinjEncoder.tagInventoryInHex(reads[0])
        case .zebra(let mode, let isBatched):
            var events: [String] = []
            for (number, read) in reads.enumerated() {
                if mode == .simple, !voice.reported.insert(tags[group[number].tag].entity).inserted {
                    continue
                }
                voice.dataEvents += 1
                events.append(
                    ZebraEncoder.tagData(
                        read, mode: mode, eventNumber: voice.dataEvents, wantsTID: reader.tellsTID))
            }
            guard let first = events.first else { return nil }
            return isBatched ? ZebraEncoder.batch(events) : Array(first.utf8)
        case .plain: return PlainEncoder.read(reads[0])
        case .template: return PlainEncoder.template(reads, device: reader.id)
        }
    }

    private func read(_ reading: Reading, of reader: SimulatedReader) -> SimulatedRead {
        let tag = tags[reading.tag]
        var read = SimulatedRead(
            tag: tag.epc, heardAt: instant(reader.clock.reading(at: reading.at)),
            antennaPort: antennas[reading.antenna].port,
            peakSignal: SignalStrength(centiDBm: reading.centiDBm))
        read.frequencyKilohertz = reading.frequencyKilohertz
        read.hostName = reader.hostName
        if case .impinj(let digits, _) = reader.dialect { read.fractionDigits = digits }
        var chance = random.stream(.tagIdentity, entity: tag.entity, epoch: Int(reading.at))
        if reader.tellsTID, chance.unit() >= Self.missingTIDShare { read.tid = tag.tid }
        read.reads = chance.whole(1...3)
        return read
    }
}
