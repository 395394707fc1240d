import AssetModel

/// What else is on a broker: beacons, answers to commands, rubbish, retained messages of yesterday; and the
/// device that nobody knows, which is the one thing here that must be found.
extension WarehouseWorld {
    mutating func sendDemoRubbish() {
        sendBeacons()
        sendCommandReplies()
        sendRubbish()
        sendRetained()
        sendUnknownDevice()
    }

    private mutating func send(
        _ payload: [UInt8], on topic: String, at time: WorldTime, isBroken: Bool = false
    ) {
        var departure = Departure(
            at: time, topic: topic, payload: payload, source: .other(DepartureEntity.harmless),
            number: harmless.count)
        departure.isBroken = isBroken
        harmless.append(departure)
    }

    private func times(every seconds: Int, from first: Int, entity: Int) -> [WorldTime] {
        stride(from: first * 1_000, to: Int(end), by: seconds * 1_000).map { time in
            var chance = random.stream(.harmless, entity: entity, epoch: time)
            return WorldTime(time + chance.whole(0...900))
        }
    }

    /// Bluetooth beacons come on the topic of the tags.
    private mutating func sendBeacons() {
        let topic = readers[reader("r-e")].eventTopic
        for (number, time) in times(every: 7, from: 5, entity: 1).enumerated() {
            let address = "CF:C7:E6:45:DE:F\(number % 8)"
            send(
                ZebraEncoder.beacon(address: address, rssi: -66, eventNumber: number, at: instant(time)),
                on: topic, at: time)
        }
    }

    private mutating func sendCommandReplies() {
        let topic = readers[reader("r-g")].statusTopic
        for (number, time) in times(every: 60, from: 20, entity: 2).enumerated() {
            send(ZebraEncoder.commandReply("get_version", id: "c-\(number)"), on: topic, at: time)
        }
    }

    /// Refused, counted, and nothing else.
    private mutating func sendRubbish() {
        let pieces: [(topic: String, payload: [UInt8])] = [
            (readers[reader("r-a")].eventTopic, Array("not json".utf8)),
            (readers[reader("r-a")].eventTopic, Array(#"{"timestamp":"2026-03-02T01:0"#.utf8)),
            (readers[reader("r-d")].eventTopic, Array(#"{"data":{"idHex":"zz","eventNum":1}}"#.utf8)),
            (readers[reader("r-h")].eventTopic, Array(#"[{"temperature":21.5}"#.utf8)),
            (readers[reader("r-e")].eventTopic, [0xFF, 0xFE, 0x00, 0x7B]),
            // A frame whose check code is wrong.
            ("vehicles/13900001001/up", [0x7E, 0x02, 0x00, 0x00, 0x01, 0x13, 0x90, 0x00, 0x00, 0x55, 0x7E]),
        ]
        for (number, time) in times(every: 20, from: 12, entity: 3).enumerated() {
            let piece = pieces[number % pieces.count]
            send(piece.payload, on: piece.topic, at: time, isBroken: true)
        }
    }

    /// A reader that retains its reads hands an old one to everyone who subscribes: of a tag that is gone,
    /// bound to an asset that has no card any more. To believe it would be a false SURPLUS_NO_CARD.
    private mutating func sendRetained() {
        let gone = Self.ownTag(reference: 900_021)
        books.bindings.append(TagBinding(epcHex: gone.hex, assetNo: "GWC2026000992"))
        let read = SimulatedRead(
            tag: gone, heardAt: instant(-7_200_000), antennaPort: 1,
            peakSignal: SignalStrength(centiDBm: -5_500))
        var departure = Departure(
            at: 0, topic: readers[reader("r-b")].eventTopic, payload: ImpinjEncoder.tagInventoryInHex(read),
            source: .other(DepartureEntity.harmless), number: -1)
        departure.isPrompt = true
        departure.isRetained = true
        harmless.append(departure)
    }

    /// On a topic that the configuration covers, under a host name that it does not list; it shows a tag of
    /// our numbers, which must not be believed either.
    private mutating func sendUnknownDevice() {
        let time = moment(DemoTimes.unknownDevice, entity: 30)
        let host = "impinj-14-FF-0\(seed % 10)"
        let tag = Self.ownTag(reference: 900_031)
        for number in 0..<Int((end - time) / Self.intruderEvery) {
            let at = time + WorldTime(number) * Self.intruderEvery
            var read = SimulatedRead(
                tag: tag, heardAt: instant(at), antennaPort: 1, peakSignal: SignalStrength(centiDBm: -6_050))
            read.hostName = host
            send(ImpinjEncoder.tagInventory(read), on: "branch/r-z/events", at: at)
        }
        plant(
            Plot(
                code: .deviceUnknown, subject: [SubjectName(.reader, host)], at: time,
                sureAfter: DemoTimes.epoch, chinese: "未登记设备冒用主题上报",
                english: "a device that is not listed publishes"))
    }

    /// Seldom enough that a person can still read the daemon's log, milliseconds.
    private static let intruderEvery: WorldTime = 10_000
}
