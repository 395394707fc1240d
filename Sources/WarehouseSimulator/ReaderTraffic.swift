import AssetModel

/// What readers say about themselves: birth and will, the state of the inventory and of the antennas,
/// buffers that ran over, heartbeats.
extension WarehouseWorld {
    /// After connecting a reader starts its inventory this much later.
    private static let inventoryStartDelay: WorldTime = 100
    /// A reader notices a change of itself and says so this much later.
    private static let noticeDelay: WorldTime = 40

    func statusDepartures(of index: Int, in time: Range<WorldTime>, voice: inout ReaderVoice) -> [Departure] {
        let found: [Departure]
        switch readers[index].dialect {
        case .impinj: found = impinjStatus(of: index).filter { time.contains($0.at) }
        case .zebra: found = heartbeats(of: index, in: time, voice: &voice)
        case .plain, .template: return []
        }
        // A reader without power says nothing; its will is the broker's.
        return found.filter { readers[index].isUp(at: $0.at) || $0.payload == ImpinjEncoder.connectionLost }
    }

    // MARK: Impinj

    private func impinjStatus(of index: Int) -> [Departure] {
        let reader = readers[index]
        guard reader.isListed else { return [] }
        let outages = reader.faults.filter(\.isPowerLoss).map(\.time)
        var found: [Departure] = []
        for birth in [0] + outages.map(\.upperBound) where birth < WorldTime.max {
            found.append(text(ImpinjEncoder.connected, of: index, at: birth))
            found.append(inventory("running", of: index, at: birth + Self.inventoryStartDelay))
        }
        for outage in outages {
            found.append(text(ImpinjEncoder.connectionLost, of: index, at: outage.lowerBound))
        }
        return found + reader.faults.flatMap { impinjEvents($0, of: index) }
    }

    private func impinjEvents(_ fault: ReaderFault, of index: Int) -> [Departure] {
        let (from, to) = (fault.time.lowerBound, fault.time.upperBound)
        let ends = to < WorldTime.max
        switch fault.kind {
        case .antennaUnplugged(let port):
            let gone = antenna(port, isConnected: false, of: index, at: from + Self.noticeDelay)
            let back = antenna(port, isConnected: true, of: index, at: (ends ? to : 0) + Self.noticeDelay)
            return ends ? [gone, back] : [gone]
        case .inventoryStopped:
            let idle = inventory("idle", of: index, at: from + Self.noticeDelay)
            return ends ? [idle, inventory("running", of: index, at: to + Self.noticeDelay)] : [idle]
        case .readsLost(let count):
            let clock = readers[index].clock
            let payload = ImpinjEncoder.overflow(
                from: instant(clock.reading(at: from)), to: instant(clock.reading(at: to)), purged: count,
                host: readers[index].hostName)
            return [event(payload, of: index, at: to)]
        case .powerLoss, .cableFault, .linkHeld: return []
        }
    }

    private func text(_ payload: [UInt8], of index: Int, at time: WorldTime) -> Departure {
        Departure(
            at: time, topic: readers[index].statusTopic, payload: payload, source: .reader(index), number: 0,
            isPrompt: true)
    }

    private func event(_ payload: [UInt8], of index: Int, at time: WorldTime) -> Departure {
        Departure(
            at: time, topic: readers[index].eventTopic, payload: payload, source: .reader(index), number: 0,
            isPrompt: true)
    }

    private func inventory(_ status: String, of index: Int, at time: WorldTime) -> Departure {
        let at = instant(readers[index].clock.reading(at: time))
        let payload = ImpinjEncoder.inventoryStatus(status, at: at, host: readers[index].hostName)
        return event(payload, of: index, at: time)
    }

    private func antenna(_ port: Int, isConnected: Bool, of index: Int, at time: WorldTime) -> Departure {
        let at = instant(readers[index].clock.reading(at: time))
        let payload = ImpinjEncoder.antenna(
            port: port, isConnected: isConnected, at: at, host: readers[index].hostName)
        return event(payload, of: index, at: time)
    }

    // MARK: Zebra

    private func heartbeats(of index: Int, in time: Range<WorldTime>, voice: inout ReaderVoice) -> [Departure]
    {
        let every = figures.heartbeatEvery.milliseconds
        var chance = random.stream(.readerFault, entity: index)
        let phase = WorldTime(chance.whole(0...Int(every) / 2))
        var number = max(0, (time.lowerBound - phase + every - 1) / every)
        var found: [Departure] = []
        while number * every + phase < time.upperBound {
            let at = number * every + phase
            if readers[index].isUp(at: at) {
                voice.managementEvents += 1
                found.append(heartbeat(of: index, at: at, voice: voice))
            }
            number += 1
        }
        return found
    }

    private func heartbeat(of index: Int, at time: WorldTime, voice: ReaderVoice) -> Departure {
        let reader = readers[index]
        let ports = antennas.filter { $0.reader == index }.map(\.port)
        var health = ZebraEncoder.Health(
            antennas: ports.map { ($0, reader.saysConnected(port: $0, at: time)) })
        health.isActive = reader.isTakingInventory(at: time)
        health.messagesSent = voice.messagesSent
        health.messagesDropped = reader.droppedMessages(at: time)
        let born = reader.faults.filter { $0.isPowerLoss && $0.time.upperBound <= time }.map(
            \.time.upperBound)
        health.uptime = ElapsedTime(milliseconds: time - (born.max() ?? 0))
        health.hostName = reader.hostName
        let payload = ZebraEncoder.heartbeat(
            health, eventNumber: voice.managementEvents, at: instant(reader.clock.reading(at: time)))
        return Departure(
            at: time, topic: reader.statusTopic, payload: payload, source: .reader(index), number: Int(time))
    }
}
