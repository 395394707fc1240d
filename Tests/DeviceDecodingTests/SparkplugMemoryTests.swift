import AssetModel
import DeviceDecoding
import Testing

private typealias Kind = SparkplugType

/// What an edge node's births and deaths mean for later messages.
struct SparkplugMemoryTests {
    // MARK: aliases

    @Test func `an alias has the name that the birth gave it, for its device alone`() {
        var plant = SparkplugPlant.born()
        #expect(plant.data("R1", seq: 3).tagReads.map(\.antennaPort) == [1])
        #expect(plant.data("R2", seq: 4).tagReads.map(\.antennaPort) == [1])
        // The same numbers again for another device: each has its own.
        _ = plant.send(
            "DBIRTH/E/R2", seq: 5,
            [
                TestMetric("Antenna 9/EPC", alias: 2, Kind.string),
                TestMetric("Antenna 9/RSSI", alias: 1, Kind.int32),
            ])
        #expect(plant.data("R1", seq: 6).tagReads.map(\.antennaPort) == [1])
        let swapped = plant.send("DDATA/E/R2", seq: 7, [TestMetric(alias: 2, nil, .text(SparkplugPlant.epc))])
        #expect(swapped.tagReads.map(\.antennaPort) == [9])
    }

    @Test func `a late joiner refuses what has no name and takes what has one`() {
        var plant = SparkplugPlant()
        let message = plant.send(
            "DDATA/E/R1", seq: 77,
            [
                TestMetric(alias: 1, nil, .text(SparkplugPlant.otherEPC)),
                TestMetric("Antenna 2/EPC", nil, .text(SparkplugPlant.epc)),
                TestMetric(alias: 2, nil, .signed(-40)),
            ])
        #expect(message.tagReads.map(\.tag.hex) == [SparkplugPlant.epc])
        #expect(message.tagReads.map(\.peakSignal) == [nil])
        #expect(message.ignored == nil && message.fault == nil)
        #expect(
            message.rejections == [
                Rejection(.unknownAlias, at: "metrics[0].alias"),
                Rejection(.unknownAlias, at: "metrics[2].alias"),
            ])
        #expect(plant.data(seq: 78).story == "rejected unknown_alias @ metrics[0].alias")
    }

    @Test func `an alias known for something else is no record, and says nothing`() {
        var plant = SparkplugPlant.born()
        let speed = plant.send("DDATA/E/R1", seq: 3, [TestMetric(alias: 3, nil, .signed(1_450))])
        #expect(speed.story == "ignored sparkplug_no_reads")
    }

    @Test func `a value of another kind than the birth said shows that the alias means something else`() {
        var plant = SparkplugPlant.born()
        let text = plant.send("DDATA/E/R1", seq: 3, [TestMetric(alias: 2, nil, .text("-40"))])
        #expect(text.story == "rejected unknown_alias @ metrics[0].alias")
        let number = plant.send("DDATA/E/R1", seq: 4, [TestMetric(alias: 1, nil, .long(3008))])
        #expect(number.story == "rejected unknown_alias @ metrics[0].alias")
        // A wider number is still a number.
        let pair = [
            TestMetric(alias: 1, nil, .text(SparkplugPlant.epc)), TestMetric(alias: 2, nil, .float(-40)),
        ]
        #expect(plant.send("DDATA/E/R1", seq: 5, pair).tagReads.map(\.peakSignal?.centiDBm) == [-4_000])
    }

    @Test func `an alias that stands for two names stands for neither`() {
        var plant = SparkplugPlant()
        let birth = plant.send(
            "DBIRTH/E/R1", seq: 1,
            [
                TestMetric("A/EPC", alias: 5, Kind.string), TestMetric("B/EPC", alias: 5, Kind.string),
                TestMetric("C/EPC", alias: 5, Kind.string), TestMetric("D/EPC", alias: 6, Kind.string),
                TestMetric(nil, alias: 7, Kind.string),
            ])
        #expect(
            birth.story
                == "event connected, rejected unknown_alias @ metrics[1].alias, "
                + "rejected unknown_alias @ metrics[2].alias, rejected unknown_shape @ metrics[4].name")
        let data = plant.send(
            "DDATA/E/R1", seq: 2,
            [
                TestMetric(alias: 5, nil, .text(SparkplugPlant.epc)),
                TestMetric(alias: 6, nil, .text(SparkplugPlant.epc)),
            ])
        #expect(data.story == "1 reads, rejected unknown_alias @ metrics[0].alias")
    }

    @Test func `a birth replaces the names of its device, a node birth those of all`() {
        var plant = SparkplugPlant.born()
        _ = plant.send("DBIRTH/E/R1", seq: 3, [TestMetric("Antenna 4/EPC", alias: 8, Kind.string)])
        #expect(plant.data("R1", seq: 4).rejections.count == 1)
        #expect(plant.data("R2", seq: 5).tagReads.count == 1)
        _ = plant.nodeBirth(bdSeq: 2)
        #expect(plant.data("R2", seq: 1).rejections.count == 1)
    }

    @Test func `values in a birth are no reads`() {
        var plant = SparkplugPlant()
        let tag = TestMetric("EPC", alias: 4, Kind.string, .text(SparkplugPlant.epc))
        #expect(plant.nodeBirth([tag]).story == "gateway connected")
        #expect(plant.send("DBIRTH/E/R1", seq: 1, [tag]).story == "event connected")
        let data = plant.send("NDATA/E", seq: 2, [TestMetric(alias: 4, nil, .text(SparkplugPlant.epc))])
        #expect(data.tagReads.count == 1 && data.deviceIdentity == "E")
    }

    // MARK: deaths

    @Test func `the death of an edge node is told of everything behind it, and takes all names away`() {
        var plant = SparkplugPlant.born()
        let death = plant.nodeDeath(bdSeq: 1)
        #expect(death.gatewayEvents == [.disconnected] && death.gatewayTopic == "spBv1.0/G/NDEATH/E")
        #expect(death.deviceEvents.isEmpty && death.deviceIdentity == "E" && death.fault == nil)
        // A will is as old as the connection: its time is no sample of a clock.
        #expect(death.sentAt == nil)
        for device in ["R1", "R2"] {
            #expect(plant.data(device, seq: 3).story == "rejected unknown_alias @ metrics[0].alias")
        }
        let named = [TestMetric("EPC", nil, .text(SparkplugPlant.epc))]
        #expect(plant.send("DDATA/E/R1", seq: 4, named).story == "1 reads")
    }

    @Test func `the death of an earlier session is stale`() {
        var plant = SparkplugPlant()
        _ = plant.nodeBirth(bdSeq: 255)
        _ = plant.deviceBirth(seq: 1)
        for stale in [UInt64(254), 0, 1, .max] {
            #expect(plant.nodeDeath(bdSeq: stale).story == "ignored sparkplug_stale_death", "\(stale)")
        }
        #expect(plant.data(seq: 2).story == "1 reads")
        #expect(plant.nodeDeath(bdSeq: 255).story == "gateway disconnected")
        // No birth in force any more: nothing contradicts a death.
        #expect(plant.nodeDeath(bdSeq: 0).story == "gateway disconnected")
        #expect(plant.nodeBirth(bdSeq: 0).story == "gateway connected")
        #expect(plant.nodeDeath(bdSeq: 255).story == "ignored sparkplug_stale_death")
    }

    @Test func `a death without a number, or of a node without one, is taken at its word`() {
        var plant = SparkplugPlant.born()
        #expect(plant.nodeDeath(bdSeq: nil).story == "gateway disconnected")
        _ = plant.nodeBirth(bdSeq: nil)
        #expect(plant.nodeDeath(bdSeq: 9).story == "gateway disconnected")
        var stranger = SparkplugPlant()
        #expect(stranger.nodeDeath(bdSeq: 9).story == "gateway disconnected")
    }

    @Test func `a device's death that comes late is stale`() {
        var plant = SparkplugPlant.born()
        plant.clock = UInt64(noon.milliseconds) + 1_000
        _ = plant.deviceBirth("R1", seq: 4)
        plant.clock = UInt64(noon.milliseconds) + 500
        #expect(plant.send("DDEATH/E/R1", seq: 3).story == "ignored sparkplug_stale_death")
        #expect(plant.data(seq: 5).story == "1 reads")
    }

    @Test func `a device's birth that comes late names nothing anew`() {
        var plant = SparkplugPlant.born()
        plant.clock = UInt64(noon.milliseconds) + 1_000
        _ = plant.deviceBirth("R1", seq: 4)
        plant.clock = UInt64(noon.milliseconds) + 500
        let old = plant.send("DBIRTH/E/R1", seq: 3, [TestMetric("Antenna 7/EPC", alias: 1, Kind.string)])
        #expect(old.story == "event connected")
        #expect(plant.data(seq: 5).tagReads.map(\.antennaPort) == [1])
    }

    @Test func `a node birth that is delivered twice takes nothing away, before and after the death`() {
        var plant = SparkplugPlant.born()
        #expect(plant.nodeBirth().story == "ignored sparkplug_repeated_birth")
        #expect(plant.data(seq: 3).story == "1 reads")
        _ = plant.nodeDeath(bdSeq: 1)
        #expect(plant.nodeBirth().story == "ignored sparkplug_repeated_birth")
        // Without a time two births may well be alike.
        plant.clock = nil
        #expect(plant.nodeBirth().story == "gateway connected")
        #expect(plant.nodeBirth().story == "gateway connected")
    }

    @Test func `retained messages are old news, but for the death of the birth in force`() {
        var plant = SparkplugPlant.born()
        let tag = [TestMetric("EPC", nil, .text(SparkplugPlant.epc))]
        for path in ["DDATA/E/R1", "NDATA/E", "DBIRTH/E/R1", "NBIRTH/E", "DDEATH/E/R1"] {
            let message = plant.send(path, seq: 100, tag, retained: true)
            #expect(message.story == "ignored sparkplug_retained", "\(path)")
        }
        #expect(plant.data(seq: 3).story == "1 reads")
        #expect(plant.nodeDeath(bdSeq: nil, retained: true).story == "ignored sparkplug_stale_death")
        #expect(plant.nodeDeath(bdSeq: 0, retained: true).story == "ignored sparkplug_stale_death")
        #expect(plant.nodeDeath(bdSeq: 1, retained: true).story == "gateway disconnected")
        var stranger = SparkplugPlant()
        #expect(stranger.nodeDeath(bdSeq: 1, retained: true).story == "ignored sparkplug_stale_death")
    }

    // MARK: restart

    @Test func `a restart keeps names and sessions, and starts the counter`() throws {
        var plant = SparkplugPlant.born()
        _ = plant.data(seq: 3)
        try plant.restart()
        // Whatever went by meanwhile, the connection says it.
        #expect(plant.data("R2", seq: 90).story == "1 reads")
        #expect(plant.data("R1", seq: 92).story == "gateway sequence_gap, 1 reads")
        let speed = plant.send("DDATA/E/R1", seq: 93, [TestMetric(alias: 3, nil, .signed(1_450))])
        #expect(speed.story == "ignored sparkplug_no_reads")
        #expect(plant.nodeDeath(bdSeq: 0).story == "ignored sparkplug_stale_death")
        #expect(plant.nodeBirth().story == "ignored sparkplug_repeated_birth")
        #expect(plant.nodeDeath(bdSeq: 1).story == "gateway disconnected")
        try plant.restart()
        #expect(plant.data(seq: 3).story == "rejected unknown_alias @ metrics[0].alias")
    }

    @Test func `births and deaths change what is kept, data do not`() {
        var plant = SparkplugPlant()
        _ = plant.nodeBirth()
        #expect(plant.hasNews() == true)
        _ = plant.deviceBirth(seq: 1)
        #expect(plant.hasNews() == true)
        for number in 2..<300 { _ = plant.data(seq: UInt64(number * 3 % 256)) }
        #expect(plant.hasNews() == false)
        _ = plant.send("DDEATH/E/R1", seq: 130)
        #expect(plant.hasNews() == true)
        _ = plant.nodeDeath(bdSeq: 0)
        #expect(plant.hasNews() == false)
        _ = plant.nodeDeath(bdSeq: 1)
        #expect(plant.hasNews() == true)
    }

    @Test func `what is kept comes back the same, and damage is noticed`() throws {
        var plant = SparkplugPlant.born()
        _ = plant.send("DBIRTH/F/R1", seq: 1, [TestMetric("Table", alias: .max, Kind.dataSet)])
        let state = plant.decoder.encodeState()
        try plant.restart()
        #expect(plant.decoder.encodeState() == state)
        var family = Sparkplug()
        #expect(family.encodeState().isEmpty)
        family.decode(
            RawMessage(
                topic: "spBv1.0/G/DBIRTH/E/R", payload: TestMetric.payload([TestMetric("EPC", alias: 1)])),
            receivedAt: noon, into: &plant.buffer)
        let alone = family.encodeState()
        let damaged = (1..<alone.count).map { Array(alone.prefix($0)) } + [[9] + alone.dropFirst()]
        for state in damaged {
            #expect(throws: ByteReader.Damaged.self) {
                var family = Sparkplug()
                try family.restoreState(state)
            }
        }
        try family.restoreState([])
        #expect(family.encodeState().isEmpty)
    }
}
