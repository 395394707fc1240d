package import AssetModel
import DeviceDecoding
import PresenceInference
import ReadRing
import Reconciliation
import VehicleTracking

/// Start = checkpoint + journal through the same path: evidence, redelivery memory and open discrepancies are
/// exactly those that were acknowledged.
extension IntakePath {
    /// What the store kept.
    package struct Saved: Sendable {
        package var chunks: [Checkpoint.Chunk]
        /// Journal blobs after the checkpoint, oldest first.
        package var journals: [[UInt8]]
        package var accounts: Accounts
        package var sequence: Int64

        package init(chunks: [Checkpoint.Chunk], journals: [[UInt8]], accounts: Accounts, sequence: Int64) {
            self.chunks = chunks
            self.journals = journals
            self.accounts = accounts
            self.sequence = sequence
        }
    }

    /// Brings a fresh path to where it was.
    /// - Parameter keepsListening: `true` for a reload of the configuration, during which the connection
    ///   stays up. A start does not listen until the connection is up: nothing was heard while we were away.
    package mutating func restore(_ saved: Saved, keepsListening: Bool = false) throws(ByteReader.Damaged) {
        let core = try restoreCore(saved.chunks)
        let mapping = LayoutMapping(from: core, to: LayoutMapping.Names(setup.layout))
        try deliveries.restore(saved.chunks, mapping: mapping)
        try minutes.restore(saved.chunks, mapping: mapping)
        try session.restore(saved.chunks)
        try ring.restore(saved.chunks, mapping: mapping.keeping(try alikeEpochs(saved.chunks, mapping)))
        try coverage.restore(saved.chunks, mapping: mapping)
        try coverage.restoreGaps(saved.chunks, mapping: mapping)
        try coverage.restoreUse(saved.chunks, mapping: mapping)
        try coverage.restoreBreaks(saved.chunks, mapping: mapping)
        try coverage.restoreGapAntennas(saved.chunks, mapping: mapping)
        try coverage.restoreClocks(saved.chunks, mapping: mapping, now: now)
        try tids.restore(saved.chunks)
        try unlisted.restore(saved.chunks)
        try presence.restore(saved.chunks, mapping: mapping)
        try walkBy.restore(saved.chunks, mapping: mapping)
        try gates.restore(saved.chunks, mapping: mapping)
        try gates.restoreOrders(saved.chunks, mapping: mapping)
        try terminals.restore(saved.chunks)
        try reconciler.restore(saved.chunks)
        if let chunk = saved.chunks.first(where: { $0.table == "decoder" }) {
            try decoder.restoreState(chunk.bytes)
        }
        let books = register
        try takeBackRegister(saved.journals, mapping: mapping)
        adopt(register.boundTags)
        terminals.watch(register.vehiclesByPhone(at: now), at: clock.time)
        markMismatches()
        markTwins()
        for bytes in saved.journals { try redo(bytes, mapping: mapping) }
        // Places of another layout may be other zones.
        register = books
        mustReviewConfiguration = true
        let wasListening = clock.isListening
        resume(accounts: saved.accounts, sequence: saved.sequence)
        clock.isListening = keepsListening && wasListening
        let isSameLayout = core == LayoutMapping.Names(setup.layout)
        mustReplaceCheckpoint = !isSameLayout || saved.chunks.isEmpty
    }

    private mutating func resume(accounts: Accounts, sequence: Int64) {
        self.accounts = accounts
        self.sequence = sequence
        committedMessages = accounts.messagesReceived
        outcome = IntakeOutcome()
        fixesOfBatch.removeAll()
        _ = journal.take(advancedTo: now)
        _ = decoder.takeStateChanged()
        lastCheckpointAt = now
        coveredByLinkUntil = now
    }

    private mutating func markMismatches() {
        for open in reconciler.ledger.openDiscrepancies() where open.code == .locationMismatch {
            guard case .asset(_, let hex?) = open.subject, let tag = EPC(hex: hex),
                let slot = ring.slot(of: tag)
            else { continue }
            slotNotes[slot].insert(.mismatched)
        }
    }

    // MARK: journal

    private mutating func redo(_ bytes: [UInt8], mapping: LayoutMapping) throws(ByteReader.Damaged) {
        var reader = try JournalReader(bytes)
        while let (record, at) = try reader.next() {
            advanceTime(to: at)
            try redo(record, mapping: mapping)
        }
    }

    private mutating func redo(_ record: JournalRecord, mapping: LayoutMapping) throws(ByteReader.Damaged) {
        switch record {
        case .tagHeard(let slot, let antenna, let heardAt, let signal):
            guard let antenna = mapping.antenna(antenna), let tag = ring.tag(at: slot) else { return }
            let sighting = ring.observe(
                tag, antenna: antenna, heardAt: heardAt, signal: signal, epochLength: epochLengths[antenna])
            if isGateAntenna[antenna] {
                let seen = GateTracker.Read(
                    slot: sighting.slot, tag: tag, antenna: antenna, heardAt: heardAt, signal: signal)
                takeGateRead(seen, isJournaled: true)
            }
            if sighting.isNew {
                let seen = SignalSeen(
                    slot: sighting.slot, antenna: antenna, heardAt: heardAt, signal: signal)
                noteSignal(seen)
                applyEvidence(slot: sighting.slot, tag: tag, antenna: antenna, heardAt: heardAt)
                weigh(sighting.slot, tag: tag)
            }
        case .define(let slot, let tag):
            if ring.tag(at: slot) != tag { forget(slot) }
            ring.define(tag, at: slot)
        case .readerHeard(let reader, let epoch):
            if let reader = mapping.reader(reader) { applySign(of: reader, epoch: epoch) }
        case .readerEvent(let reader, let event, let epoch):
            if let reader = mapping.reader(reader) { apply(event, of: reader, epoch: epoch) }
        case .terminalHeard(let phone, let epoch): applySign(ofTerminal: phone, epoch: epoch)
        case .listening(let isListening):
            clock.isListening = isListening
            if isListening { hasEverConnected = true }
        case .timeless(let digest): session.remember(digest, at: now)
        case .digests(let digests):
            for digest in digests { _ = deliveries.admit(digest, from: nil) }
        case .decoderState(let bytes): try decoder.restoreState(bytes)
        case .clockStep(let instant): step(to: instant)
        case .advanced: break
        case .readerMode(let reader, let mode):
            if let reader = mapping.reader(reader) { apply(mode, of: reader) }
        case .clockSample(let reader, let sample):
            if let reader = mapping.reader(reader) { applyLag(sample, of: reader) }
        case .tagIdentity(let slot, let antenna, let tid, let epoch):
            guard let antenna = mapping.antenna(antenna), let tag = ring.tag(at: slot) else { return }
            apply(tid, of: (slot, tag), antenna: antenna, epoch: epoch)
        case .terminalFix(let phone, let fix, let epoch): apply(fix, ofTerminal: phone, epoch: epoch)
        case .unlisted(let name, let epoch): applyUnlisted(name, epoch: epoch)
        case .decision(let decision): apply(decision)
        case .gapEnded(let slot, let gap): apply(gap, of: slot)
        case .deliveries(let sent):
            for entry in sent {
                _ = deliveries.admit(entry.digest, from: mapping.reader(entry.reader))
            }
        case .minuteHeard(let reader, let minute, let mark):
            if let reader = mapping.reader(reader) { _ = minutes.note(reader, minute, mark: mark) }
        case .doubt(let reader, let doubt):
            if let reader = mapping.reader(reader) { minutes.set(doubt, reader) }
        case .gateHeard, .gateLevel, .gateWord, .signalHeard, .register: redoDetail(record, mapping: mapping)
        }
    }

    private mutating func redoDetail(_ record: JournalRecord, mapping: LayoutMapping) {
        switch record {
        case .gateHeard(let read):
            guard let antenna = mapping.antenna(read.antenna), isGateAntenna[antenna],
                let tag = ring.tag(at: read.slot)
            else { return }
            var read = read
            (read.antenna, read.tag) = (antenna, tag)
            let lateness = coverage.lateness(of: setup.layout.antennas[antenna].reader)
            _ = gates.observe(read, lateness: lateness, at: clock.time)
        case .gateLevel(let level):
            guard let reader = mapping.reader(level.reader) else { return }
            var level = level
            level.reader = reader
            _ = gates.observe(level, lateness: coverage.lateness(of: reader), at: clock.time)
        case .gateWord(let reader, let until):
            guard let reader = mapping.reader(reader) else { return }
            _ = gates.takeWord(of: reader, until: until, at: clock.time)
        case .register(let change, _):
            registerLinesJournaled += change.cards.count + change.bindings.count + change.vehicles.count
            apply(change)
        case .signalHeard(var seen):
            guard let antenna = mapping.antenna(seen.antenna), let tag = ring.tag(at: seen.slot) else {
                return
            }
            seen.antenna = antenna
            noteSignal(seen)
            weigh(seen.slot, tag: tag)
        default: break
        }
    }

    // MARK: checkpoint

    mutating func takeCheckpoint(replacesAll: Bool) -> Checkpoint {
        var chunks = [coreChunk(), epochChunk()]
        chunks += deliveries.takeChunks(all: replacesAll)
        chunks += minutes.takeChunks(all: replacesAll)
        chunks.append(session.chunk())
        chunks += ring.takeChunks(all: replacesAll)
        chunks.append(coverage.chunk())
        chunks.append(coverage.gapChunk())
        chunks.append(coverage.useChunk())
        chunks.append(coverage.breakChunk())
        chunks.append(coverage.gapAntennasChunk())
        chunks.append(coverage.clockChunk())
        chunks.append(coverage.partChunk())
        chunks += tids.takeChunks(all: replacesAll)
        chunks += unlisted.takeChunks(all: replacesAll)
        chunks += presence.takeChunks(all: replacesAll)
        chunks += walkBy.takeChunks(all: replacesAll)
        chunks += gates.chunks()
        chunks.append(gates.orderChunk())
        chunks += terminals.takeChunks(all: replacesAll)
        chunks += reconciler.takeChunks(all: replacesAll, at: now)
        chunks.append(Checkpoint.Chunk(table: "decoder", index: 0, bytes: decoder.encodeState()))
        return Checkpoint(replacesAll: replacesAll, chunks: chunks)
    }

    /// The whole state, for a reload of the configuration.
    package mutating func save() -> Saved {
        Saved(
            chunks: takeCheckpoint(replacesAll: true).chunks, journals: [], accounts: accounts,
            sequence: sequence)
    }

    private func coreChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(now)
        writer.put(clock.time.listened.milliseconds)
        writer.put(clock.isListening)
        writer.put(hasEverConnected)
        let names = LayoutMapping.Names(setup.layout)
        for list in [names.zones, names.readers, names.antennas] {
            writer.put(UInt32(list.count))
            for name in list { writer.put(name) }
        }
        return Checkpoint.Chunk(table: "core", index: 0, bytes: writer.bytes)
    }

    /// The read cycle of each antenna, in which the bits of the ring are counted.
    private func epochChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        writer.put(UInt32(epochLengths.count))
        for length in epochLengths { writer.put(length.milliseconds) }
        return Checkpoint.Chunk(table: "epochs", index: 0, bytes: writer.bytes)
    }

    /// Antennas whose epochs are as long as they were, by their old index: the bits of others mean nothing
    /// any more. A store from before this was written counted in the same epochs for all.
    private func alikeEpochs(
        _ chunks: [Checkpoint.Chunk], _ mapping: LayoutMapping
    ) throws(ByteReader.Damaged) -> [Bool] {
        var lengths = mapping.antennas.map { _ in EvidenceEpoch.length }
        if let chunk = chunks.first(where: { $0.table == "epochs" }) {
            var reader = ByteReader(chunk.bytes)
            for index in 0..<Int(try reader.take(UInt32.self)) {
                let length = ElapsedTime(milliseconds: try reader.take())
                if lengths.indices.contains(index) { lengths[index] = length }
            }
        }
        return lengths.indices.map { index in
            mapping.antenna(index).map { epochLengths[$0] == lengths[index] } ?? false
        }
    }

    /// - Returns: the names that the saved indices stand for.
    private mutating func restoreCore(
        _ chunks: [Checkpoint.Chunk]
    ) throws(ByteReader.Damaged) -> LayoutMapping.Names {
        guard let chunk = chunks.first(where: { $0.table == "core" }) else {
            return LayoutMapping.Names(setup.layout)
        }
        var reader = ByteReader(chunk.bytes)
        let instant = try reader.takeInstant()
        let listened = ElapsedTime(milliseconds: try reader.take())
        clock = PathClock(
            time: PathTime(now: instant, listened: listened), isListening: try reader.takeFlag())
        hasEverConnected = try reader.takeFlag()
        var lists: [[String]] = []
        for _ in 0..<3 {
            var list: [String] = []
            for _ in 0..<(try reader.take(UInt32.self)) { list.append(try reader.takeText()) }
            lists.append(list)
        }
        return LayoutMapping.Names(zones: lists[0], readers: lists[1], antennas: lists[2])
    }
}
