package import AssetModel

/// Devices that speak where we listen and that the configuration does not list: each is said once.
///
/// Bounded: whoever makes up names costs a counter, and no memory.
package struct UnlistedDevices: Sendable {
    /// Names remembered. A site has a few devices that somebody forgot to list; a hundred are an attack, and
    /// the latest hundred say so.
    static let namesMax = 100

    /// First and latest evidence epoch of receipt, by name. The first is the cause for as long as nobody
    /// lists the device, so that what a person dismissed stays dismissed.
    private var heardIn: [String: (first: Int64, last: Int64)] = [:]
    private var isDirty = false

    package init() {}

    package var names: [String] { heardIn.keys.sorted() }

    /// Would a message in this epoch tell anything new?
    package func isNews(_ name: String, epoch: Int64) -> Bool {
        heardIn[name].map { epoch > $0.last } ?? true
    }

    package mutating func heard(_ name: String, epoch: Int64, at now: UTCInstant) -> DeviceChange {
        if heardIn[name] == nil, heardIn.count >= UnlistedDevices.namesMax { dropOldest() }
        let first = heardIn[name]?.first ?? epoch
        heardIn[name] = (first, epoch)
        isDirty = true
        var change = DeviceChange(.unlisted(name), .heard, at: now, cause: EvidenceEpoch.start(of: first))
        change.reasonChinese = "收到未列入配置的设备的消息"
        change.reasonEnglish = "a message of a device that the configuration does not list"
        return change
    }

    package func isKnown(_ name: String) -> Bool { heardIn[name] != nil }

    /// Our own clock was set back.
    package mutating func clockStepped(toEpoch epoch: Int64) {
        for (name, heard) in heardIn where heard.last > epoch { heardIn[name] = (heard.first, epoch) }
        isDirty = true
    }

    private mutating func dropOldest() {
        let oldest = heardIn.min { ($0.value.last, $0.key) < ($1.value.last, $1.key) }
        if let oldest { heardIn[oldest.key] = nil }
    }

    package mutating func forget(_ name: String) {
        if heardIn.removeValue(forKey: name) != nil { isDirty = true }
    }

    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        guard isDirty || (all && !heardIn.isEmpty) else { return [] }
        isDirty = false
        var writer = ByteWriter()
        for name in names {
            writer.put(name)
            let heard = heardIn[name] ?? (0, 0)
            writer.put(heard.first)
            writer.put(heard.last)
        }
        return [Checkpoint.Chunk(table: "unlisted", index: 0, bytes: writer.bytes)]
    }

    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "unlisted" }) else { return }
        var reader = ByteReader(chunk.bytes)
        while !reader.atEnd {
            let name = try reader.takeText()
            heardIn[name] = (try reader.take(), try reader.take())
        }
        isDirty = false
    }
}
