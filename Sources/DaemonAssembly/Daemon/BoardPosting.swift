import AssetModel
import IntakePipeline
import MQTTLink

/// What the control socket may know of the path, posted between batches: then all of it is committed.
extension IntakeLoop {
    /// Figures of every reader and zone are put together at most once in this time, however often something
    /// is committed.
    static let figuresEvery = ElapsedTime(milliseconds: 250)
    /// And at least once in this time: how long a zone has been covered grows by itself.
    private static let figuresAtLeastEvery = ElapsedTime(seconds: 10)

    func postStatus(_ outcome: IntakeOutcome) {
        let now = clock.now()
        let status = link.status
        let terminals = path.terminalFigures
        board.update { board in
            board.lastCommitAt = now
            board.commits += 1
            board.accounts = outcome.accounts
            board.terminals = terminals
            board.isConnected = status.isConnected
            board.isSessionPresent = status.sessionPresent
            board.protocolVersion = status.version?.rawValue
            board.connectionSince = status.since
        }
        figuresAreStale = true
    }

    /// To be called once in a turn, after the commit.
    func postFiguresIfDue() {
        let now = clock.now()
        if let postedAt = figuresPostedAt, now >= postedAt {
            let wait = figuresAreStale ? IntakeLoop.figuresEvery : IntakeLoop.figuresAtLeastEvery
            guard now - postedAt >= wait else { return }
        }
        figuresAreStale = false
        figuresPostedAt = now
        board.post(readers: readerLines(), zones: zoneLines(), at: now)
    }

    private func readerLines() -> [StatusBoard.ReaderLine] {
        let layout = path.layout
        return layout.readers.indices.filter { layout.readers[$0].format != .sweep }.map { index in
            let reader = layout.readers[index]
            let figures = path.figures(ofReader: index)
            var line = StatusBoard.ReaderLine(
                id: reader.id, site: layout.sites[reader.site].id, figures: figures)
            line.configured = reader.format
            line.formats = path.formats(ofReader: index)
            line.decisions = path.decisions(ofReader: index)
            line.isCovering = path.isCovering(reader: index)
            line.zoneOfAntenna = figures.antennas.map { layout.zones[$0.zone].id }
            return line
        }
    }

    private func zoneLines() -> [StatusBoard.ZoneLine] {
        path.layout.zones.indices.map { index in
            StatusBoard.ZoneLine(id: path.layout.zones[index].id, figures: path.figures(ofZone: index))
        }
    }
}
