package import AssetModel

/// What a live report says about its own position.
package struct FixQuality: Hashable, Sendable {
    /// Status bit 0, ACC.
    package var isIgnitionOn: Bool
    /// Status bit 1, positioned.
    package var isValid: Bool

    package init(isIgnitionOn: Bool, isValid: Bool) {
        self.isIgnitionOn = isIgnitionOn
        self.isValid = isValid
    }
}

/// Knows which vehicle terminals speak, and since when the others have been silent.
///
/// A terminal is known by its phone number. Terminals of the register are watched from the moment they are
/// registered; any well-formed frame is a sign of life. Others are remembered up to a bound.
package struct TerminalTracker: Sendable {
    struct TerminalState: Sendable, Equatable {
        /// Listened time of the last new sign of life, or of the moment from which it is watched.
        var lastSign: ElapsedTime
        /// Evidence epoch of the last sign of life by event time, or of the start of watching.
        var lastEpoch: Int64
        var everHeard = false
        var isSilent = false
        /// A vehicle of the register carries it and is neither sealed nor untracked.
        var isWatched = false
        /// A vehicle of the register carries it.
        var isRegistered = false
        /// First epoch, event time, of reports with the ignition on and no position fix.
        var noFixSince: Int64?
        /// The latest of them.
        var noFixLast = Int64.min
        /// That went on for the rule's time.
        var isWithoutFix = false
        /// It was put into another vehicle: its next good report ends what is open there.
        var isMoved = false
        /// The vehicle that carries it; `nil` until the books were looked at.
        var plateNo: String?
    }

    var terminals: [String: TerminalState] = [:]
    private let silentAfter: ElapsedTime
    private let noFixAfter: ElapsedTime
    private let unknownMax: Int
    private var unknown = 0
    /// Frames of terminals beyond the bound, which were decoded and not remembered.
    package private(set) var unknownNotRemembered: Int64 = 0
    package private(set) var nextCheck = ElapsedTime.never
    var isDirty = false

    package init(rules: RuleSettings, limits: PathLimits) {
        silentAfter = rules.terminalSilentAfter
        noFixAfter = rules.noFixAfter
        unknownMax = limits.unknownTerminalsMax
    }

    package var count: Int { terminals.count }
    package var silentCount: Int { terminals.values.count { $0.isSilent } }
    package var unknownCount: Int { unknown }

    package func isSilent(_ phone: String) -> Bool { terminals[phone]?.isSilent ?? false }

    /// Start of the last epoch heard, event time; `nil` before the first frame.
    package func lastHeard(_ phone: String) -> UTCInstant? {
        guard let state = terminals[phone], state.everHeard else { return nil }
        return EvidenceEpoch.start(of: state.lastEpoch)
    }

    /// The books changed: which terminals belong to vehicles, and whose silence means something.
    package mutating func watch(_ vehicles: [String: RegisterSnapshot.Vehicle], at time: PathTime) {
        for phone in terminals.keys.sorted() where vehicles[phone] == nil {
            terminals[phone]?.isWatched = false
            terminals[phone]?.isRegistered = false
            terminals[phone]?.isSilent = false
            terminals[phone]?.noFixSince = nil
            terminals[phone]?.isWithoutFix = false
            if terminals[phone]?.plateNo != nil {
                terminals[phone]?.plateNo = nil
                terminals[phone]?.isMoved = true
            }
        }
        for (phone, vehicle) in vehicles {
            let epoch = EvidenceEpoch.number(of: time.now)
            var state = terminals[phone] ?? TerminalState(lastSign: time.listened, lastEpoch: epoch)
            let isWatched = !vehicle.sealed && vehicle.tracked
            if let plateNo = state.plateNo, plateNo != vehicle.plateNo {
                state.noFixSince = nil
                state.isWithoutFix = false
                state.isMoved = true
            }
            state.plateNo = vehicle.plateNo
            if isWatched && !state.isWatched { state.lastSign = max(state.lastSign, time.listened) }
            if !isWatched {
                state.isSilent = false
                state.noFixSince = nil
                state.isWithoutFix = false
            }
            state.isWatched = isWatched
            state.isRegistered = true
            terminals[phone] = state
        }
        unknown = terminals.values.count { !$0.isRegistered }
        isDirty = true
        nextCheck = .zero
    }

    /// Would a frame in this epoch tell anything new?
    package func isNewSign(_ phone: String, epoch: Int64) -> Bool {
        guard let state = terminals[phone] else { return true }
        return !state.everHeard || state.isSilent || epoch > state.lastEpoch
    }

    /// A frame of a terminal arrived.
    /// - Parameter epoch: evidence epoch of its fix, or of its receipt where it carries no time.
    package mutating func heard(_ phone: String, epoch: Int64, at time: PathTime) -> DeviceChange? {
        guard isNewSign(phone, epoch: epoch) else { return nil }
        isDirty = true
        guard var state = terminals[phone] else {
            guard unknown < unknownMax else {
                unknownNotRemembered += 1
                return nil
            }
            unknown += 1
            var fresh = TerminalState(lastSign: time.listened, lastEpoch: epoch)
            fresh.everHeard = true
            terminals[phone] = fresh
            return change(
                phone, .heard, epoch: epoch, at: time, ("首次收到终端消息", "terminal heard for the first time"))
        }
        let isFirst = !state.everHeard
        let wasSilent = state.isSilent
        state.lastEpoch = isFirst ? epoch : max(epoch, state.lastEpoch)
        state.lastSign = time.listened
        state.everHeard = true
        state.isSilent = false
        terminals[phone] = state
        if state.isWatched { schedule(deadline(of: state)) }
        guard isFirst || wasSilent else { return nil }
        return change(phone, .heard, epoch: epoch, at: time, ("收到终端消息", "terminal heard"))
    }

    /// What a live report says about the position fix; to be asked once for each evidence epoch, after
    /// ``heard(_:epoch:at:)``. Silence says nothing here: only reports do.
    /// - Parameter epoch: evidence epoch of the report, event time.
    package mutating func observe(
        fix: FixQuality, of phone: String, epoch: Int64, at time: PathTime
    ) -> DeviceChange? {
        guard var state = terminals[phone], state.isWatched else { return nil }
        let before = state
        var found: DeviceChange?
        if fix.isIgnitionOn && !fix.isValid {
            // Between two reports far apart nobody knows what was: the run begins anew.
            let pause = (max(0, epoch &- state.noFixLast)) * EvidenceEpoch.length.milliseconds
            let isBroken = state.noFixSince == nil || pause > noFixAfter.milliseconds
            let since = isBroken ? epoch : state.noFixSince ?? epoch
            state.noFixSince = since
            state.noFixLast = epoch
            let length = ElapsedTime(milliseconds: (epoch - since) * EvidenceEpoch.length.milliseconds)
            if !state.isWithoutFix, length >= noFixAfter {
                state.isWithoutFix = true
                found = change(
                    phone, .noFix, epoch: since, at: time,
                    ("点火后 \(length.seconds) 秒无定位", "ignition on, no position fix for \(length.seconds) s"))
            }
        } else {
            state.noFixSince = nil
            if state.isWithoutFix || state.isMoved {
                state.isWithoutFix = false
                state.isMoved = false
                let words = fix.isValid ? ("恢复定位", "position fix again") : ("已熄火", "ignition off")
                found = change(phone, .fixed, epoch: epoch, at: time, words)
            }
        }
        if state != before {
            terminals[phone] = state
            isDirty = true
        }
        return found
    }

    /// Time has come to a check.
    package mutating func advance(to time: PathTime) -> [DeviceChange] {
        guard time.listened >= nextCheck else { return [] }
        var changes: [DeviceChange] = []
        nextCheck = .never
        for phone in terminals.keys.sorted() {
            guard var state = terminals[phone], state.isWatched, !state.isSilent else { continue }
            guard deadline(of: state) <= time.listened else {
                schedule(deadline(of: state))
                continue
            }
            state.isSilent = true
            terminals[phone] = state
            isDirty = true
            let seconds = (time.listened - state.lastSign).seconds
            let never = state.everHeard ? ("", "") : ("（登记后从未收到）", " (never since registered)")
            changes.append(
                change(
                    phone, .silent, epoch: state.lastEpoch, at: time,
                    ("已 \(seconds) 秒未收到消息" + never.0, "no message for \(seconds) s" + never.1)))
        }
        return changes
    }

    private func change(
        _ phone: String, _ kind: DeviceChange.Kind, epoch: Int64, at time: PathTime,
        _ reason: (String, String)
    ) -> DeviceChange {
        var change = DeviceChange(.terminal(phone), kind, at: time.now, cause: EvidenceEpoch.start(of: epoch))
        (change.reasonChinese, change.reasonEnglish) = reason
        return change
    }

    private func deadline(of state: TerminalState) -> ElapsedTime {
        state.lastSign + EvidenceEpoch.length + silentAfter
    }

    private mutating func schedule(_ deadline: ElapsedTime) {
        if deadline < nextCheck { nextCheck = deadline }
    }
}

extension TerminalTracker {
    /// The whole state as one chunk, if it changed since the last call: a fleet is a few thousand lines at
    /// most.
    package mutating func takeChunks(all: Bool) -> [Checkpoint.Chunk] {
        guard isDirty || all else { return [] }
        isDirty = false
        var writer = ByteWriter()
        for phone in terminals.keys.sorted() {
            guard let state = terminals[phone] else { continue }
            writer.put(phone)
            writer.put(state.lastSign.milliseconds)
            writer.put(state.lastEpoch)
            writer.put(state.everHeard)
            writer.put(state.isSilent)
            writer.put(state.isWatched)
            writer.put(state.isRegistered)
        }
        return [Checkpoint.Chunk(table: "terminals", index: 0, bytes: writer.bytes), fixChunk()]
    }

    /// A table of its own, so that a store from before can be read.
    private func fixChunk() -> Checkpoint.Chunk {
        var writer = ByteWriter()
        for phone in terminals.keys.sorted() {
            guard let state = terminals[phone] else { continue }
            guard state.noFixSince != nil || state.isWithoutFix || state.isMoved else { continue }
            writer.put(phone)
            writer.put(state.noFixSince ?? Int64.min)
            writer.put(state.noFixLast)
            writer.put(state.isWithoutFix)
            writer.put(state.isMoved)
        }
        return Checkpoint.Chunk(table: "fixes", index: 0, bytes: writer.bytes)
    }

    private mutating func restoreFixes(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "fixes" }) else { return }
        var reader = ByteReader(chunk.bytes)
        while !reader.atEnd {
            let phone = try reader.takeText()
            let (since, last): (Int64, Int64) = (try reader.take(), try reader.take())
            let flags = (try reader.takeFlag(), try reader.takeFlag())
            terminals[phone]?.noFixSince = since == Int64.min ? nil : since
            terminals[phone]?.noFixLast = last
            terminals[phone]?.isWithoutFix = flags.0
            terminals[phone]?.isMoved = flags.1
        }
    }

    package mutating func restore(_ chunks: [Checkpoint.Chunk]) throws(ByteReader.Damaged) {
        guard let chunk = chunks.first(where: { $0.table == "terminals" }) else { return }
        var reader = ByteReader(chunk.bytes)
        terminals = [:]
        while !reader.atEnd {
            let phone = try reader.takeText()
            var state = TerminalState(
                lastSign: ElapsedTime(milliseconds: try reader.take()), lastEpoch: try reader.take())
            state.everHeard = try reader.takeFlag()
            state.isSilent = try reader.takeFlag()
            state.isWatched = try reader.takeFlag()
            state.isRegistered = try reader.takeFlag()
            terminals[phone] = state
        }
        try restoreFixes(chunks)
        unknown = terminals.values.count { !$0.isRegistered }
        isDirty = false
        nextCheck = .zero
    }
}
