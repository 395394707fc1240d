import AssetModel
import DeviceDecoding

/// One source with a decoder of its own; the buffer is reused, as the path does it.
struct SourceBench {
    private let layout: SiteLayout
    private let source: MessageSource
    /// The family takes numbers whose unit nobody wrote down.
    let hasGuessedUnits: Bool
    private var decoder: DeviceDecoder
    private var buffer = DecodedMessage()

    /// 2026-11-21T12:00:00Z.
    static let noon = UTCInstant(milliseconds: 1_795_262_400_000)

    /// A fixed reader.
    init(reader format: MessageFormat, mapping: PayloadMapping? = nil) {
        var reader = SiteLayout.Reader(id: "gate-1", site: 0, topics: ["#"])
        reader.format = format
        reader.mapping = mapping
        self.init(
            SiteLayout(readers: [reader]), .reader(0), hasGuessedUnits: [.mapping, .plain].contains(format))
    }

    /// A platform that passes vehicle terminals on.
    init(terminals format: MessageFormat) {
        let source = SiteLayout.TerminalSource(id: "fleet", topics: ["#"], format: format)
        self.init(SiteLayout(terminalSources: [source]), .terminalSource(0))
    }

    private init(_ layout: SiteLayout, _ source: MessageSource, hasGuessedUnits: Bool = false) {
        self.layout = layout
        self.hasGuessedUnits = hasGuessedUnits
        self.source = source
        decoder = DeviceDecoder(layout: layout)
    }

    var formats: [MessageFormat] { decoder.formats(of: source) }

    var state: [UInt8] { decoder.encodeState() }

    mutating func decode(_ message: RawMessage, after seconds: Int = 0) -> DecodedMessage {
        let receivedAt = SourceBench.noon + ElapsedTime(seconds: Int64(seconds))
        decoder.decode(message, from: source, receivedAt: receivedAt, into: &buffer)
        return buffer
    }

    /// The same source after a restart of the daemon.
    func restarted() throws(Breach) -> SourceBench {
        var other = SourceBench(layout, source, hasGuessedUnits: hasGuessedUnits)
        do throws(ByteReader.Damaged) {
            try other.decoder.restoreState(state)
        } catch {
            throw Breach(description: "state that was just written: \(error)")
        }
        try hold(other.state == state, "state written, read and written again is another")
        return other
    }

    /// State cut off anywhere is refused, and never a trap.
    func checkDamage(at place: Int) throws(Breach) {
        let whole = state
        let cut = Array(whole.prefix(place % whole.count))
        var other = SourceBench(layout, source)
        do throws(ByteReader.Damaged) {
            try other.decoder.restoreState(cut)
        } catch {
            return
        }
        throw Breach(description: "\(cut.count) of \(whole.count) bytes of state are taken")
    }
}
