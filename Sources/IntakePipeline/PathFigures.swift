package import AssetModel
package import DeviceDecoding
import PresenceInference
import ReadRing
import VehicleTracking

/// What the path can say about itself, for `tally status`.
extension IntakePath {
    package struct TerminalFigures: Sendable, Equatable {
        package var known = 0
        package var silent = 0
        package var unknown = 0

        package init() {}
    }

    package var terminalFigures: TerminalFigures {
        var figures = TerminalFigures()
        figures.unknown = terminals.unknownCount
        figures.known = terminals.count - figures.unknown
        figures.silent = terminals.silentCount
        return figures
    }

    package func isOnline(reader: Int) -> Bool { coverage.isOnline(reader: reader) }

    package func isCovering(reader: Int) -> Bool {
        setup.layout.readers[reader].antennas.contains {
            coverage.isFullyCovered(zone: setup.layout.antennas[$0].zone)
        }
    }

    package func lastHeard(reader: Int) -> UTCInstant? { coverage.lastHeard(reader: reader) }

    package func figures(ofReader reader: Int) -> ReaderFigures {
        var figures = ReaderFigures()
        figures.isOnline = isOnline(reader: reader)
        figures.isIdle = coverage.isIdle(reader: reader)
        figures.lastHeardAt = lastHeard(reader: reader)
        figures.lagMilliseconds = coverage.lag(of: reader)
        (figures.clockOffsetMilliseconds, figures.clockSteps) = coverage.clock(of: reader)
        figures.watermark = coverage.watermark(of: reader)
        figures.messages = readerCounts[reader].messages
        figures.reads = readerCounts[reader].reads
        figures.refused = readerCounts[reader].refused
        (figures.dropped, figures.retained) = coverage.counters(of: reader)
        figures.reportMode = coverage.mode(of: reader)
        figures.antennas = setup.layout.readers[reader].antennas.map { antennaFigures($0) }
        return figures
    }

    private func antennaFigures(_ antenna: Int) -> AntennaFigures {
        let line = setup.layout.antennas[antenna]
        let reason = coverage.reasonNotCovering(antenna, at: clock.time)
        var figures = AntennaFigures(port: line.port, zone: line.zone, isCovering: reason == nil)
        figures.reasonChinese = reason?.chinese ?? ""
        figures.reasonEnglish = reason?.english ?? ""
        return figures
    }

    package func figures(ofZone zone: Int) -> ZoneFigures {
        var figures = ZoneFigures()
        // What people read is the strict word: all antennas at work.
        figures.isCovered = coverage.isFullyCovered(zone: zone)
        figures.coveredFor = coverage.fullyCoveredWithoutBreak(zone: zone, at: clock.time)
        let passing = passing(zone: zone)
        figures.passingTotal = passing.count
        figures.passing = Array(passing.prefix(ZoneFigures.passingShownMax))
        return figures
    }

    /// What `auto` decided for a reader, or what is configured; empty while undecided.
    package func formats(ofReader reader: Int) -> [MessageFormat] { decoder.formats(of: .reader(reader)) }

    /// What `auto` decided for each topic of a reader.
    package func decisions(ofReader reader: Int) -> [DeviceDecoder.TopicDecision] {
        decoder.decisions(of: .reader(reader))
    }

    package var layout: SiteLayout { setup.layout }

    package var hashKey: UInt64 { setup.hashKey }

    /// The whole state as text, chunk by chunk, to show that two paths are the same.
    package mutating func stateBytes() -> [UInt8] {
        var writer = ByteWriter()
        for chunk in takeCheckpoint(replacesAll: true).chunks {
            writer.put(chunk.table)
            writer.put(UInt32(chunk.index))
            writer.put(bytes: chunk.bytes)
        }
        return writer.bytes
    }

    /// What decides: all of the state except what repeats may change without being journaled (read counts and
    /// peaks, which stand in the ring's cells) and the clock, which goes on between commits.
    package mutating func decisiveState() -> [String] {
        var lines = takeCheckpoint(replacesAll: true).chunks.filter { !["ring", "core"].contains($0.table) }
            .map {
                "\($0.table)/\($0.index) " + Digest.hex(Digest.sha256($0.bytes))
            }
        for slot in 0..<ring.slotLimit {
            guard let tag = ring.tag(at: slot) else { continue }
            let cells = ring.evidence(of: slot).map { "\($0.antenna):\($0.newestEpoch):\($0.bits)" }
            lines.append("slot \(slot) \(tag) " + cells.joined(separator: " "))
        }
        return lines
    }
}
