package import AssetModel

/// Reads, one by one or many at once: both give the same bits.
extension ReadRing {
    /// One read of one tag by one antenna, to be observed with others, in 32 bytes: what the decoder and the
    /// layout say of it, field by field, so that whoever fills ``Reads`` writes each straight into its place.
    package struct Read: Sendable {
        /// The first 128 bits of the EPC; of a longer one the others are in ``Reads/tails``.
        package var first: UInt64
        package var second: UInt64
        package var heardAt: UTCInstant
        /// Index into the layout, 0...65,534. The layout is ours: another is a bug.
        package var antenna: UInt16
        /// Strongest signal in 1/100 dBm; `Int16.min` for none.
        package var signal: Int16
        /// Length of the EPC in bits, as ``EPC/bitCount`` has it: 0 would be no tag's.
        package var bitCount: UInt16

        static let none = Read(
            first: 0, second: 0, heardAt: UTCInstant(milliseconds: 0), antenna: 0,
            signal: AntennaCell.noSignal, bitCount: 96)
    }

    /// The bits of an EPC from 128 on.
    package struct Tail: Sendable {
        package var third: UInt64
        package var fourth: UInt64

        package init(third: UInt64, fourth: UInt64) {
            (self.third, self.fourth) = (third, fourth)
        }
    }

    /// Reads to be observed together. Its memory is used again.
    ///
    /// A call into another module costs as much as comparing a line. Whoever is in a hurry writes ``entries``
    /// and ``count`` in place, up to ``capacity``; others ``append(_:antenna:heardAt:signal:)``.
    package struct Reads: ~Copyable, @unchecked Sendable {
        /// The first `count` are reads; all are filled with harmless ones at the start.
        package private(set) var entries: UnsafeMutablePointer<Read>
        /// Of each read whose EPC has more than ``shortBitsMax`` bits.
        package private(set) var tails: UnsafeMutablePointer<Tail>
        package private(set) var capacity: Int
        /// 0...capacity.
        package var count = 0
        /// Read cycle of the antennas, more than 0, the same at every read of each.
        package var epochLength = EvidenceEpoch.length

        /// An EPC of so many bits needs no tail. Whoever is in a hurry asks once and not for each read.
        package static let shortBitsMax: UInt16 = 128

        package init(capacity: Int) {
            self.capacity = max(16, capacity)
            entries = .allocate(capacity: self.capacity)
            entries.initialize(repeating: .none, count: self.capacity)
            tails = .allocate(capacity: self.capacity)
            tails.initialize(repeating: Tail(third: 0, fourth: 0), count: self.capacity)
        }

        deinit {
            entries.deallocate()
            tails.deallocate()
        }

        package mutating func removeAll() { count = 0 }

        package mutating func append(
            _ tag: EPC, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?
        ) {
            precondition((0..<Int(AntennaCell.noAntenna)).contains(antenna), "antenna \(antenna)")
            if count == capacity { grow() }
            let words = tag.words
            entries[count] = Read(
                first: words.first, second: words.second, heardAt: heardAt,
                antenna: UInt16(truncatingIfNeeded: antenna),
                signal: signal?.centiDBm ?? AntennaCell.noSignal, bitCount: tag.bitCount)
            tails[count] = Tail(third: words.third, fourth: words.fourth)
            count += 1
        }

        private mutating func grow() {
            var larger = Reads(capacity: capacity * 2)
            larger.entries.update(from: entries, count: count)
            larger.tails.update(from: tails, count: count)
            swap(&entries, &larger.entries)
            swap(&tails, &larger.tails)
            swap(&capacity, &larger.capacity)
        }
    }

    /// What many reads turned out to be, in their order.
    package struct Sightings: Sendable {
        /// Slot in the lower 28 bits, above them what else there is to say.
        var words: [UInt32] = []
        /// The strangers given up, and for which read.
        var evictions: [(read: Int, tag: EPC)] = []

        static let isNewBit: UInt32 = 1 << 31
        static let isFirstBit: UInt32 = 1 << 30
        static let evictsBit: UInt32 = 1 << 29
        static let slotMask: UInt32 = (1 << 28) - 1

        package init() {}

        package var count: Int { words.count }
        package func isNew(_ read: Int) -> Bool { words[read] & Sightings.isNewBit != 0 }
        /// How many of the reads set a bit that was not set.
        package var newCount: Int {
            words.reduce(0) { $0 &+ Int(truncatingIfNeeded: $1 >> 31) }
        }

        package subscript(read: Int) -> Sighting {
            let word = words[read]
            let evicts = word & Sightings.evictsBit != 0
            return Sighting(
                slot: Int(word & Sightings.slotMask), isNew: word & Sightings.isNewBit != 0,
                isFirst: word & Sightings.isFirstBit != 0,
                evicted: evicts ? evictions.first { $0.read == read }?.tag : nil)
        }

        mutating func reset(_ count: Int) {
            evictions.removeAll(keepingCapacity: true)
            if words.count == count { return }
            words.removeAll(keepingCapacity: true)
            words.append(contentsOf: repeatElement(0, count: count))
        }
    }

    /// Takes an observation in.
    /// - Parameters:
    ///   - antenna: index into the layout, 0...65,534.
    ///   - epochLength: read cycle of the antenna, the same at every call for it.
    package mutating func observe(
        _ tag: EPC, antenna: Int, heardAt: UTCInstant, signal: SignalStrength?,
        epochLength: ElapsedTime = EvidenceEpoch.length
    ) -> Sighting {
        ownTables()
        precondition((0..<Int(AntennaCell.noAntenna)).contains(antenna), "antenna \(antenna)")
        let name = name(of: tag)
        let cell = CellRead(
            antenna: UInt16(truncatingIfNeeded: antenna), signal: signal?.centiDBm ?? AntennaCell.noSignal,
            epoch: Int32(clamping: EvidenceEpoch.number(of: heardAt, length: epochLength)))
        var evicted: EPC?
        let word = take(cell, of: name, registered: registered.find(name, longTags)) { evicted = $0 }
        return Sighting(
            slot: Int(word & Sightings.slotMask), isNew: word & Sightings.isNewBit != 0,
            isFirst: word & Sightings.isFirstBit != 0, evicted: evicted)
    }

    /// Takes many observations in, as if each was given to ``observe(_:antenna:heardAt:signal:)`` in turn.
    ///
    /// A read of a table of many MiB waits for memory. Here no read waits for another: the line of a read is
    /// asked for while the reads before it are done. 32 reads at once gain most of it.
    ///
    /// - Parameter sightings: what became of each read, in order. Its memory is used again.
    package mutating func observe(_ reads: borrowing Reads, into sightings: inout Sightings) {
        ownTables()
        sightings.reset(reads.count)
        // Out of the way, so that words and evictions can both be written.
        var words: [UInt32] = []
        swap(&words, &sightings.words)
        let (entries, tails) = (UnsafePointer(reads.entries), UnsafePointer(reads.tails))
        let total = reads.count
        let epochLength = reads.epochLength
        precondition(total <= reads.capacity, "\(total) reads where there is room for \(reads.capacity)")
        words.withUnsafeMutableBufferPointer { words in
            guard let to = words.baseAddress else { return }
            var start = 0
            while start < total {
                let stretch = Stretch(
                    reads: entries + start, tails: tails + start,
                    count: min(ReadRing.stretchReads, total &- start),
                    words: to + start, first: start, epochLength: epochLength, hash: hash,
                    places: registered.places, dirty: slots.dirtyAt, desk: desk.places)
                if cells.hasRoom(for: stretch.count) {
                    take(stretch, &sightings.evictions)
                } else {
                    takeOneByOne(stretch, &sightings.evictions)
                }
                start &+= stretch.count
            }
        }
        swap(&words, &sightings.words)
    }

    /// - Parameter registered: the line of the tag, where it is registered.
    /// - Returns: slot and bits of ``Sightings``.
    mutating func take(
        _ read: CellRead, of name: TagName, registered: UnsafeMutablePointer<TagLine>?,
        _ evicted: (EPC) -> Void
    ) -> UInt32 {
        var word: UInt32 = 0
        let line: UnsafeMutablePointer<TagLine>
        if let registered {
            line = registered
        } else {
            var gone: EPC?
            line = lineOfStranger(name, &word, &gone)
            if let gone { evicted(gone) }
        }
        let place =
            TagLine.cell(of: read.antenna, in: line)
            ?? cellBeside(line, antenna: read.antenna, epoch: read.epoch)
        let slot = line.pointee.slot
        if place.note(epoch: Int64(read.epoch), signal: read.signal) != 0 {
            word |= Sightings.isNewBit
            slots.markDirty(Int(slot))
            if line.pointee.isStranger { slots.setReferenced(Int(slot), true) }
        }
        return word | slot
    }

    /// The line of a stranger, made where there is none.
    @inline(never)
    private mutating func lineOfStranger(
        _ name: TagName, _ word: inout UInt32, _ evicted: inout EPC?
    ) -> UnsafeMutablePointer<TagLine> {
        if let known = strangers.find(name, longTags) { return strangers[known] }
        word = Sightings.isFirstBit
        var slot: Int?
        if strangers.count >= limits.strangersMax, let gone = evictStranger() {
            word |= Sightings.evictsBit
            evicted = gone.tag
            slot = gone.slot
        }
        return placeStranger(name, at: slot ?? slots.takeFree())
    }
}
