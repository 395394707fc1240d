package import AssetModel

/// Reads, one by one or many at once: both give the same bits.
extension ReadRing {
    /// What is said of a read beside its EPC, in 16 bytes.
    package struct Hearing: Sendable {
        package var heardAt: UTCInstant
        /// Index into the layout, 0...65,534. The layout is ours: another is a bug.
        package var antenna: UInt16
        /// Strongest signal in 1/100 dBm; `Int16.min` for none.
        package var signal: Int16

        package init(heardAt: UTCInstant, antenna: UInt16, signal: Int16) {
            (self.heardAt, self.antenna, self.signal) = (heardAt, antenna, signal)
        }

        package static let noSignal = AntennaCell.noSignal
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
    /// The EPCs are read where the decoder left them, and not copied.
    /// - Parameters:
    ///   - tags: the EPC of each read.
    ///   - heard: the rest of each read, as many and in the same order.
    ///   - epochLength: read cycle of the antennas, more than 0, the same at every read of each.
    ///   - sightings: what became of each read, in order. Its memory is used again.
    package mutating func observe(
        _ tags: Span<EPC>, _ heard: Span<Hearing>, epochLength: ElapsedTime = EvidenceEpoch.length,
        into sightings: inout Sightings
    ) {
        precondition(tags.count == heard.count, "\(tags.count) tags heard \(heard.count) times")
        ownTables()
        sightings.reset(tags.count)
        // Out of the way, so that words and evictions can both be written.
        var words: [UInt32] = []
        swap(&words, &sightings.words)
        tags.withUnsafeBufferPointer { tags in
            heard.withUnsafeBufferPointer { heard in
                words.withUnsafeMutableBufferPointer { words in
                    guard let tags = tags.baseAddress, let heard = heard.baseAddress,
                        let to = words.baseAddress
                    else { return }
                    let whole = Stretch(
                        tags: tags, heard: heard, count: words.count, words: to, first: 0,
                        epochLength: epochLength, hash: hash, places: registered.places,
                        dirty: slots.dirtyAt, desk: desk.places)
                    take(inStretches: whole, &sightings.evictions)
                }
            }
        }
        swap(&words, &sightings.words)
    }

    private mutating func take(inStretches whole: Stretch, _ evictions: inout [(read: Int, tag: EPC)]) {
        var start = 0
        while start < whole.count {
            let stretch = whole.part(from: start, count: min(ReadRing.stretchReads, whole.count &- start))
            if cells.hasRoom(for: stretch.count) {
                take(stretch, &evictions)
            } else {
                takeOneByOne(stretch, &evictions)
            }
            start &+= stretch.count
        }
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
