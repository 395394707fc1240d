import AssetModel
import Testing
import WarehouseSimulator

@Suite struct `what the simulated devices send` {
    @Test func `an Impinj read as it leaves the factory`() throws {
        // EPC and its base64url form: a published capture of an R700.
        let tag = try #require(EPC(hex: "7EDA9038051002710002C0AE"))
        let read = SimulatedRead(
            tag: tag, heardAt: start, antennaPort: 2, peakSignal: SignalStrength(centiDBm: -5_250))
        let text = String(decoding: ImpinjEncoder.tagInventory(read), as: UTF8.self)
        #expect(
            text
                == #"{"timestamp":"2026-03-02T01:00:00.000Z","eventType":"tagInventory","tagInventoryEvent":"#
                + #"{"epc":"ftqQOAUQAnEAAsCu","antennaPort":2,"peakRssiCdbm":-5250,"frequency":920625,"#
                + #""transmitPowerCdbm":3000}}"#)
    }

    @Test func `the url alphabet of base64 and the padding of short identities`() throws {
        let tag = try #require(EPC(hex: "FBEFFFFF"))
        let read = SimulatedRead(
            tag: tag, heardAt: start, antennaPort: 1, peakSignal: SignalStrength(centiDBm: -6_000))
        let text = String(decoding: ImpinjEncoder.tagInventory(read), as: UTF8.self)
        #expect(text.contains(#""epc":"--___w==""#))
    }

    @Test func `more fraction digits are zeros`() throws {
        let tag = try #require(EPC(hex: "3034"))
        var read = SimulatedRead(
            tag: tag, heardAt: start + ElapsedTime(milliseconds: 7), antennaPort: 1,
            peakSignal: SignalStrength(centiDBm: -6_000))
        read.fractionDigits = 9
        let text = String(decoding: ImpinjEncoder.tagInventory(read), as: UTF8.self)
        #expect(text.contains(#""timestamp":"2026-03-02T01:00:00.007000000Z""#))
    }

    /// The frames were put together by hand from the tables of the standard, with altitude 126 and 125 m and
    /// a serial number of 7d7e so that every escape occurs.
    @Test func `JT/T 808 location reports of both editions`() {
        var old = SimulatedPosition(
            phone: "13900001001", edition: .year2013, at: start + ElapsedTime(seconds: 5))
        old.serial = 7
        old.latitudeMicrodegrees = 30_450_000
        old.longitudeMicrodegrees = 114_870_000
        old.altitudeMetres = 0x7E
        old.odometerTenths = 123_456
        #expect(
            hex(JT808Encoder.location(old))
                == "7e02000028013900001001000700000000000c000201d0a15006d8c6f0007d02000000002603"
                + "0209000501040001e24030011831010b237e")

        // 2025-12-31T15:59:59Z is the last second of the year in GMT+8.
        var new = SimulatedPosition(
            phone: "13900001002", edition: .year2019, at: UTCInstant(milliseconds: 1_767_196_799_000))
        new.serial = 0x7D7E
        new.latitudeMicrodegrees = 30_455_000
        new.longitudeMicrodegrees = 114_880_000
        new.altitudeMetres = 0x7D
        new.speedTenths = 360
        new.directionDegrees = 180
        new.odometerTenths = 654_321
        new.engineOn = true
        #expect(
            hex(JT808Encoder.location(new))
                == "7e0200402801000000000139000010027d017d0200000000000c000301d0b4d806d8ee00007d"
                + "01016800b425123123595901040009fbf130011831010b517e")
    }

    private func hex(_ bytes: [UInt8]) -> String { Digest.hex(bytes) }
}

@Suite struct `replay form` {
    @Test func `JSON stands as it is, everything else in base64`() {
        let head = #"{"t":"2026-03-02T01:00:00.000Z","kind":"message","topic":"t""#
        let message = { (text: String) in SimulatedMessage(at: start, topic: "t", payload: Array(text.utf8))
        }
        #expect(
            ReplayText.line(message(#"{"x":1}"#))
                == #"{"t":"2026-03-02T01:00:00.000Z","kind":"message","topic":"t","payload":{"x":1}}"#)
        #expect(
            ReplayText.line(message("connected"))
                == head + #","payload_base64":"Y29ubmVjdGVk"}"#)
        var retained = message("")
        retained.isRetained = true
        #expect(
            ReplayText.line(retained) == head + #","payload_base64":"","retained":true}"#)
        #expect(ReplayText.tick(at: start) == #"{"t":"2026-03-02T01:00:00.000Z","kind":"tick"}"#)
    }

    @Test func `the truth can be read back`() throws {
        let world = WarehouseWorld(demo: 6, start: start)
        let lines = world.truthText.split(separator: "\n").map(String.init)
        #expect(try lines.map { try PublishedText.plantedEvent($0) } == world.events)
    }

    @Test(
        arguments: [
            "", "[]", "{}", #"{"code":"NEW_WORD","subject":{},"at":"2026-03-02T01:00:00Z"}"#,
            #"{"code":"READER_OFFLINE","subject":{},"at":"yesterday","detectable_from":"2026-03-02"}"#,
        ])
    func `a line that is no truth is refused`(line: String) {
        #expect(throws: PublishedText.Unreadable.self) { try PublishedText.plantedEvent(line) }
    }
}
