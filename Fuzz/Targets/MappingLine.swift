import AssetModel

/// A mapping written on one line, `key=value` between semicolons.
///
///     reads    path, [] allowed                 epc tid pc air antenna rssi time sent count direction
///     enc tenc pcenc   as the configuration     frequency phase power reader
///     unit punit funit the same                     a source: a path, =constant, #topic level,
///     format   the same                             a|b the first of several, a+b joined
///     cut      offset,count or offset,pc        ignore heartbeat connected disconnected running idle
///     zone     +08:00, a path, @; zunit h min s     plugged unplugged overflow
///     pattern  YYYY-MM-DD HH:MM:SS                  a condition: source~word,word or source! or source?,
///     first    port that the device calls 0         & between several
///     word     antenna's word:port              in out none unknown: words of a direction, with commas
///     airword  word:number of the protocol      topic    of the message
struct MappingLine {
    private(set) var mapping = PayloadMapping(id: "fuzz")
    private(set) var topic = "site/gate-1/tags"
    private var takenPaths: [MappingPath] = []

    init(_ line: String) {
        for entry in line.split(separator: ";") {
            let pair = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { continue }
            take(String(pair[0]), String(pair[1]))
        }
        // As the configuration: no ^ that goes out further than `reads` goes in.
        let levels = max(mapping.reads.arrays, 1)
        let isWithinReach = takenPaths.allSatisfy { path in
            if case .enclosing(let count) = path.anchor { return count <= levels }
            return true
        }
        if !isWithinReach { mapping = PayloadMapping(id: "fuzz") }
    }

    private mutating func take(_ key: String, _ value: String) {
        if let field = MappingLine.fields[key] {
            mapping[keyPath: field] = source(value)
        } else if let conditions = MappingLine.conditions[key] {
            if let found = condition(value) { mapping[keyPath: conditions].append(found) }
        } else if let words = MappingLine.directions[key] {
            mapping.directionWords[keyPath: words] = value.split(separator: ",").map { String($0) }
        } else if !takeForm(key, value) {
            takeOther(key, value)
        }
    }

    private static let fields: [String: any WritableKeyPath<PayloadMapping, MappingSource?> & Sendable] = [
        "tid": \.tid, "pc": \.protocolControl, "air": \.airProtocol, "antenna": \.antenna,
        "rssi": \.signal, "time": \.time, "sent": \.sentAt, "count": \.readCount,
        "direction": \.direction, "frequency": \.frequency, "phase": \.phase, "power": \.transmitPower,
        "reader": \.reader,
    ]

    private static let conditions:
        [String: any WritableKeyPath<PayloadMapping, [MappingCondition]> & Sendable] =
            [
                "ignore": \.ignoreWhen, "heartbeat": \.heartbeatWhen, "connected": \.connectedWhen,
                "disconnected": \.disconnectedWhen, "running": \.inventoryRunningWhen,
                "idle": \.inventoryIdleWhen, "plugged": \.antennaConnectedWhen,
                "unplugged": \.antennaDisconnectedWhen, "overflow": \.overflowWhen,
            ]

    private static let directions: [String: any WritableKeyPath<MappedDirectionWords, [String]> & Sendable] =
        [
            "in": \.inward, "out": \.outward, "none": \.none, "unknown": \.unknown,
        ]

    private mutating func takeOther(_ key: String, _ value: String) {
        let pair = value.split(separator: ":").map { String($0) }
        let number = pair.count == 2 ? UInt16(pair[1]) : nil
        switch key {
        case "reads": takeReads(value)
        case "epc": mapping.epc = source(value) ?? mapping.epc
        case "topic": topic = value
        case "cut": mapping.epcCut = cut(value) ?? mapping.epcCut
        case "first": mapping.antennaFirst = value == "0" ? 0 : 1
        case "word":
            guard let number, number > 0 else { return }
            mapping.antennaWords.append(AntennaWord(word: pair[0], port: number))
        case "airword":
            guard let number, let air = AirProtocol(rawValue: UInt8(truncatingIfNeeded: number)) else {
                return
            }
            mapping.airProtocolWords.append(AirProtocolWord(word: pair[0], air: air))
        default: break
        }
    }

    /// Central European time in 2026: one hour on from 29 March, back from 25 October, at 01:00 UTC.
    private static let movedClock = ZoneClock(
        firstMinutes: 60,
        changes: [
            ZoneClock.Change(at: UTCInstant(milliseconds: 1_774_746_000_000), minutesEast: 120),
            ZoneClock.Change(at: UTCInstant(milliseconds: 1_792_890_000_000), minutesEast: 60),
        ])

    /// As the configuration allows it: 2...32 bytes, an even number.
    private func cut(_ value: String) -> IdentityCut? {
        let parts = value.split(separator: ",")
        guard parts.count == 2, let offset = Int(parts[0]), (0...255).contains(offset) else { return nil }
        if parts[1] == "pc" { return .behindPC(offset: offset) }
        guard let count = Int(parts[1]) else { return .bytes(offset: offset, count: nil) }
        guard (2...32).contains(count), count % 2 == 0 else { return nil }
        return .bytes(offset: offset, count: count)
    }

    private mutating func takeReads(_ value: String) {
        guard let path = path(value, isOfRecords: true) else { return }
        if case .enclosing = path.anchor { return }
        mapping.reads = path
    }

    /// How values are written.
    private mutating func takeForm(_ key: String, _ value: String) -> Bool {
        switch key {
        case "enc": mapping.epcEncoding = IdentityEncoding(rawValue: value) ?? mapping.epcEncoding
        case "tenc": mapping.tidEncoding = IdentityEncoding(rawValue: value) ?? mapping.tidEncoding
        case "pcenc":
            let known = ProtocolControlEncoding(rawValue: value)
            mapping.protocolControlEncoding = known ?? mapping.protocolControlEncoding
        case "unit": mapping.signalUnit = SignalUnit(rawValue: value) ?? mapping.signalUnit
        case "punit": mapping.transmitPowerUnit = SignalUnit(rawValue: value) ?? mapping.transmitPowerUnit
        case "funit": mapping.frequencyUnit = FrequencyUnit(rawValue: value) ?? mapping.frequencyUnit
        case "zunit": mapping.timeZoneUnit = ClockOffset.Unit(rawValue: value)
        case "format": mapping.timeFormat = MappedTimeFormat(rawValue: value) ?? mapping.timeFormat
        case "zone":
            if value == "@" {
                mapping.timeZone = .named(MappingLine.movedClock)
            } else if let minutes = ClockOffset.minutes(of: value) {
                mapping.timeZone = .minutesEast(minutes)
            } else {
                mapping.timeZone = path(value).map { .path($0) }
            }
        case "pattern":
            do throws(TimePattern.Fault) {
                mapping.timePattern = try TimePattern(value)
            } catch {
                mapping.timePattern = nil
            }
        default: return false
        }
        return true
    }

    private mutating func condition(_ value: String) -> MappingCondition? {
        let parts = value.split(separator: "&").map { String($0) }
        guard let first = parts.first, var whole = oneCondition(first) else { return nil }
        for part in parts.dropFirst() {
            if let also = oneCondition(part) { whole.also.append(also) }
        }
        return whole
    }

    private mutating func oneCondition(_ value: String) -> MappingCondition? {
        if value.hasSuffix("!") || value.hasSuffix("?") {
            let isThere = value.hasSuffix("!")
            return source(String(value.dropLast())).map {
                MappingCondition(source: $0, test: .present(isThere))
            }
        }
        let pair = value.split(separator: "~", maxSplits: 1).map { String($0) }
        guard pair.count == 2, let source = source(pair[0]) else { return nil }
        let words = pair[1].split(separator: ",").map { String($0) }
        return MappingCondition(source: source, test: .any(words))
    }

    private mutating func source(_ value: String) -> MappingSource? {
        let first = value.split(separator: "|").map { String($0) }
        if first.count > 1 { return .first(first.compactMap { oneSource($0) }) }
        let joined = value.split(separator: "+").map { String($0) }
        if joined.count > 1 { return .joined(joined.compactMap { oneSource($0) }) }
        return oneSource(value)
    }

    private mutating func oneSource(_ value: String) -> MappingSource? {
        if value.hasPrefix("=") { return .constant(String(value.dropFirst())) }
        if value.hasPrefix("#") { return Int(value.dropFirst()).map { .topicLevel($0) } }
        return path(value).map { .path($0) }
    }

    private mutating func path(_ value: String, isOfRecords: Bool = false) -> MappingPath? {
        do throws(MappingPath.Fault) {
            let path = try MappingPath(value, isOfRecords: isOfRecords)
            takenPaths.append(path)
            return path
        } catch {
            return nil
        }
    }
}
