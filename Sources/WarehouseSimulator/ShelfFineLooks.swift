import AssetModel

/// The looks at tags that are moved or carried through a gate in an epoch: each second where they lie,
/// several times a second at the gate.
extension ShelfWorkload {
    mutating func lookFinely(
        _ steps: [ShelfStep], _ emitter: ShelfEmitter, into reads: inout [ShelfRead]
    ) {
        guard !steps.isEmpty else { return }
        // In the order in which they move first.
        var rows: [Int32: [ShelfStep]] = [:]
        var order: [Int32] = []
        for step in steps {
            if rows[step.tag] == nil { order.append(step.tag) }
            rows[step.tag, default: []].append(step)
        }
        var passes: [Int] = []
        for tag in order {
            var from = emitter.time.lowerBound
            var pass = passOf(tag)
            for step in rows[tag] ?? [] {
                look(at: tag, in: from..<max(from, step.at), pass: pass, emitter, into: &reads)
                from = max(from, step.at)
                apply(step)
                pass = nil
                if case .pass(let number) = step.kind {
                    pass = number
                    if !passes.contains(number) { passes.append(number) }
                }
                remember(pass, of: tag)
            }
            look(at: tag, in: from..<emitter.time.upperBound, pass: pass, emitter, into: &reads)
            state.unsilence(Int(tag))
        }
        for pass in passes { lookAtBystanders(of: pass, emitter, into: &reads) }
    }

    private func look(
        at tag: Int32, in time: Range<WorldTime>, pass: Int?, _ emitter: ShelfEmitter,
        into reads: inout [ShelfRead]
    ) {
        guard !time.isEmpty else { return }
        switch state.status[Int(tag)] {
        case .present: lookInZone(Int(tag), in: time, emitter, into: &reads)
        case .passing:
            if let pass { lookAtGate(tag, in: time, pass: pass, emitter, into: &reads) }
        case .carried, .away, .gone: return
        }
    }

    // MARK: in a zone

    /// The look of an epoch in sixty parts that come to the same chance.
    private func lookInZone(
        _ tag: Int, in time: Range<WorldTime>, _ emitter: ShelfEmitter, into reads: inout [ShelfRead]
    ) {
        let rate = state.rates[tag]
        let zone = Int(state.zone[tag])
        let key = script.random.key(.shelfFineLook, entity: tag)
        var heard = [(antenna: zone, slot: 0, limit: secondLimit(rate))]
        if tags[tag].kind != .stray {
            for (slot, crossing) in state.crossings[zone].enumerated() {
                heard.append((crossing.antenna, slot + 1, secondLimit(rate * crossing.share)))
            }
        }
        let first = time.lowerBound / Self.fineLook
        let last = (time.upperBound - 1) / Self.fineLook
        for second in first...last {
            for entry in heard {
                let place = UInt64(second) * 64 + UInt64(entry.slot)
                let look = SplitMix64.number(place, of: key)
                guard look < entry.limit else { continue }
                let detail = SplitMix64.scramble(look ^ SplitMix64.increment)
                let at = second * Self.fineLook + WorldTime(((detail & 0xFFFF) * UInt64(Self.fineLook)) >> 16)
                guard time.contains(at) else { continue }
                let read = ShelfRead(
                    tag: Int32(tag), antenna: Int32(entry.antenna), at: at,
                    centiDBm: state.signals[tag * state.width + entry.slot], seenCount: 1)
                emitter.add(read, detail: detail, into: &reads)
            }
        }
    }

    private func secondLimit(_ rate: Double) -> UInt64 {
        guard rate > 0 else { return 0 }
        let parts = Double(figures.epoch.milliseconds) / Double(Self.fineLook)
        return ShelfTagState.limit(1 - exponential(naturalLogarithm(1 - min(rate, 0.999_999)) / parts))
    }

    // MARK: at a gate

    private func lookAtGate(
        _ tag: Int32, in time: Range<WorldTime>, pass number: Int, _ emitter: ShelfEmitter,
        into reads: inout [ShelfRead]
    ) {
        let pass = script.passes[number]
        var chance = script.random.stream(.shelfPass, entity: -1 - Int(tag), epoch: Int(pass.at))
        let behind = (chance.unit() * 2 - 1) * ShelfPass.halfPallet
        let sides = sides(of: pass)
        look(at: tag, in: time, emitter, into: &reads) { at in
            let along = pass.position(at: at, behind: behind)
            return sides.map { ($0.antenna, ShelfPass.distance(along - $0.place), 0) }
        }
    }

    private func sides(of pass: ShelfPass) -> [(antenna: Int, place: Double)] {
        let gate = script.plan.gates[pass.gate]
        return [(gate.outside, -ShelfPass.halfGate), (gate.inside, ShelfPass.halfGate)]
    }

    /// Tags on the shelf beside the gate that the pallet's metal makes audible: far off, through a wall, and
    /// not on their way.
    private func lookAtBystanders(
        of number: Int, _ emitter: ShelfEmitter, into reads: inout [ShelfRead]
    ) {
        let pass = script.passes[number]
        let gate = script.plan.gates[pass.gate]
        let window = pass.window(reach: figures.radio.reachMetres).clamped(to: emitter.time)
        guard !window.isEmpty else { return }
        for tag in pass.bystanders where state.zone[Int(tag)] == Int32(gate.nextTo) {
            var chance = script.random.stream(.shelfPass, entity: -1 - Int(tag), epoch: -Int(pass.at))
            let distance = 4 + 1.5 * chance.unit()
            let range = figures.radio.neighbourLoss
            let loss = range.lowerBound + chance.unit() * (range.upperBound - range.lowerBound)
            look(at: tag, in: window, emitter, into: &reads) { _ in
                [(gate.inside, distance, loss), (gate.outside, distance + 2 * ShelfPass.halfGate, loss)]
            }
        }
    }

    /// - Parameter places: antennas, distances in metres and losses in dB at a time.
    private func look(
        at tag: Int32, in time: Range<WorldTime>, _ emitter: ShelfEmitter, into reads: inout [ShelfRead],
        places: (WorldTime) -> [(antenna: Int, metres: Double, loss: Double)]
    ) {
        let key = script.random.key(.shelfFineLook, entity: Int(tag))
        let step = figures.passes.look
        for number in time.lowerBound / step...(time.upperBound - 1) / step {
            let at = number * step + step / 2
            guard time.contains(at) else { continue }
            for (slot, place) in places(at).enumerated() {
                let chance =
                    state.readiness(of: Int(tag)) * figures.passes.major
                    * figures.radio.field(at: place.metres)
                // Beyond those of the seconds.
                let look = SplitMix64.number(1 << 40 + UInt64(number) * 2 + UInt64(slot), of: key)
                guard look < ShelfTagState.limit(chance) else { continue }
                let signal = figures.radio.signal(at: place.metres) - place.loss
                let read = ShelfRead(
                    tag: tag, antenna: Int32(place.antenna), at: at,
                    centiDBm: ShelfTagState.centiDBm(signal), seenCount: 1)
                emitter.add(
                    read, detail: SplitMix64.scramble(look ^ SplitMix64.increment), into: &reads)
            }
        }
    }
}

extension ShelfPass {
    /// Metres from an antenna to a tag that is so far along the way.
    static func distance(_ along: Double) -> Double { (along * along + beside * beside).squareRoot() }
}
