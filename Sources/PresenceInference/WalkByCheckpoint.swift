package import AssetModel

/// The whole state of a walk-by filter, so that a restart neither repeats nor forgets: continued from here it
/// says the same to the last bit.
///
/// Layout, little-endian: head (version, lag, numbers of explanations and tags), counters, what each
/// explanation learned (read rate, reads, chances, say), then the loads, then the tags with their beliefs.
/// Tables are made anew from what was learned.
extension WalkByFilter {
    private static let version: UInt8 = 1

    package func checkpoint() -> [UInt8] {
        var writer = ByteWriter(capacity: 64 + tags.count * alone.count * WalkByChances.count * 8)
        writer.put(WalkByFilter.version)
        writer.put(UInt8(settings.lagEpochs))
        writer.put(UInt16(alone.count))
        writer.put(UInt32(tags.count))
        writer.put(newestEpoch != nil)
        writer.put(newestEpoch ?? 0)
        writer.put(readsNotFollowed)
        writer.put(epochsTooLate)
        writer.put(covered)
        writer.put(UInt32(epochsSinceRefresh))
        for (explanation, say) in zip(alone + crowds.map(\.explanation), says) {
            writer.put(explanation.readRate)
            writer.put(explanation.reads)
            writer.put(explanation.chances)
            writer.put(say)
        }
        for crowd in crowds {
            writer.put(crowd.belief)
            for epoch in crowd.heard { writer.put(epoch) }
        }
        for tag in tags {
            writer.put(tag.slot)
            writer.put(tag.reads)
            writer.put(tag.isHeard)
        }
        for belief in beliefs { writer.put(belief) }
        return writer.bytes
    }

    /// Takes back what ``checkpoint()`` gave.
    /// - Throws: `ByteReader.Damaged` also where it is of another version, delay or number of explanations:
    ///   then start anew, an hour of traffic teaches it again.
    package init(_ settings: WalkBySettings, checkpoint: [UInt8]) throws(ByteReader.Damaged) {
        self.init(settings)
        var reader = ByteReader(checkpoint)
        let tagCount = try takeHead(&reader)
        try takeLearned(&reader)
        for index in crowds.indices {
            crowds[index].belief = try reader.takeChances()
            for epoch in crowds[index].heard.indices { crowds[index].heard[epoch] = try reader.takeChances() }
        }
        for _ in 0..<tagCount {
            tags.append(
                Tag(slot: try reader.take(), reads: try reader.take(), isHeard: try reader.takeFlag()))
        }
        for _ in 0..<(tagCount * alone.count) { beliefs.append(try reader.takeChances()) }
        try reader.need(reader.atEnd)
        indexRows()
    }

    /// - Returns: the number of tags that follow.
    private mutating func takeHead(_ reader: inout ByteReader) throws(ByteReader.Damaged) -> Int {
        try reader.need(try reader.take(UInt8.self) == WalkByFilter.version)
        try reader.need(Int(try reader.take(UInt8.self)) == settings.lagEpochs)
        try reader.need(Int(try reader.take(UInt16.self)) == alone.count)
        let tagCount = Int(try reader.take(UInt32.self))
        try reader.need(tagCount <= settings.tagsMax)
        let isBegun = try reader.takeFlag()
        let newest = try reader.take(Int64.self)
        newestEpoch = isBegun ? newest : nil
        readsNotFollowed = try reader.take()
        epochsTooLate = try reader.take()
        covered = try reader.take()
        epochsSinceRefresh = Int(try reader.take(UInt32.self))
        return tagCount
    }

    private mutating func takeLearned(_ reader: inout ByteReader) throws(ByteReader.Damaged) {
        for index in says.indices {
            let learned = (try reader.takeShare(), try reader.takeCount(), try reader.takeCount())
            try reader.need(learned.0 > 0 && learned.2 > 0)
            if index < alone.count {
                alone[index].restore(learned, lagEpochs: settings.lagEpochs)
            } else {
                crowds[index - alone.count].restore(learned, lagEpochs: settings.lagEpochs)
            }
            says[index] = try reader.takeShare()
            try reader.need(says[index] > 0)
        }
    }
}

extension ByteWriter {
    fileprivate mutating func put(_ chances: borrowing WalkByChances) {
        for index in 0..<WalkByChances.count { put(chances[index]) }
    }
}

extension ByteReader {
    fileprivate func need(_ isRight: Bool) throws(Damaged) {
        guard isRight else { throw Damaged(offset: offset, size: offset) }
    }

    /// 0...1, and a little for rounding.
    fileprivate mutating func takeShare() throws(Damaged) -> Double {
        let value = try takeCount()
        try need(value <= 1.000_001)
        return value
    }

    /// ≥ 0 and a number.
    fileprivate mutating func takeCount() throws(Damaged) -> Double {
        let value = try takeDouble()
        try need(value >= 0 && value.isFinite)
        return value
    }

    /// At least one above 0, so that what is divided by their sum stays a number.
    fileprivate mutating func takeChances() throws(Damaged) -> WalkByChances {
        var chances = WalkByChances(repeating: 0)
        for index in 0..<WalkByChances.count { chances[index] = try takeShare() }
        try need(chances.sum > 0)
        return chances
    }
}
