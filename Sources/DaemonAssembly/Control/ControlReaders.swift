import AssetModel
import DeviceDecoding
import Hummingbird
import OperatorAPI

/// `tally reader`: how the readers are, as of the last commit.
extension ControlAnswers {
    func readers(_ query: Parameters) throws -> ReaderList {
        let window = try window(query)
        let board = desk.board.snapshot
        let now = desk.now()
        let items = board.readers.dropFirst(window.offset).prefix(window.limit)
        return ReaderList(
            total: board.readers.count, items: items.map { ReaderReply($0, board: board, at: now) })
    }

    func reader(_ id: String) throws -> ReaderReply {
        let board = desk.board.snapshot
        guard let line = board.readers.first(where: { $0.id == id }) else {
            throw RefusedRequest(
                .notFound, chinese: "配置中没有这台读写器：\(id)", english: "no such reader in the configuration: \(id)")
        }
        return ReaderReply(line, board: board, at: desk.now())
    }
}

extension ReaderReply {
    init(_ line: StatusBoard.ReaderLine, board: StatusBoard.Snapshot, at now: UTCInstant) {
        self.init(
            id: line.id, site: line.site, vendor: line.vendor,
            vendorConfigured: line.configured.rawValue)
        topics = line.decisions.map { TopicDecision(topic: $0.topic, vendor: $0.format.rawValue) }
        let figures = line.figures
        isOnline = figures.isOnline
        isIdle = figures.isIdle
        lastHeardAt = figures.lastHeardAt.map { "\($0)" }
        silentSeconds = figures.lastHeardAt.map { max(0, (now - $0).seconds) }
        antennasCovering = figures.antennas.filter(\.isCovering).count
        antennasTotal = figures.antennas.count
        messages = figures.messages
        reads = figures.reads
        refused = figures.refused
        if let traffic = board.traffic(ofReader: line.id, at: now) {
            messagesPerMinute = ReaderReply.tenths(traffic.messagesPerMinute)
            readsPerMinute = ReaderReply.tenths(traffic.readsPerMinute)
        }
        lagMilliseconds = figures.lagMilliseconds
        clockOffsetMilliseconds = figures.clockOffsetMilliseconds
        clockSteps = figures.clockSteps
        watermark = figures.watermark.map { "\($0)" }
        dropped = figures.dropped
        retained = figures.retained
        switch figures.reportMode {
        case .once: reportMode = "once"
        case .every(let time):
            reportMode = "every"
            reportSeconds = Double(time.milliseconds) / 1_000
        case .unstated, nil: break
        }
        antennas = AntennaReply.of(line)
    }

    private static func tenths(_ value: Double) -> Double { (value * 10).rounded() / 10 }
}

extension AntennaReply {
    static func of(_ line: StatusBoard.ReaderLine) -> [AntennaReply] {
        zip(line.figures.antennas, line.zoneOfAntenna).map { figures, zone in
            var reply = AntennaReply(
                port: Int(figures.port), zone: zone, reader: line.id, isCovering: figures.isCovering)
            reply.reasonChinese = figures.reasonChinese
            reply.reasonEnglish = figures.reasonEnglish
            return reply
        }
    }
}
