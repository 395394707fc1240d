import AssetModel
import Foundation
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

    @Test func `an Impinj read with host name, hex identities and the time of the read itself`() throws {
        let tag = try #require(EPC(hex: "7EDA9038051002710002C0AE"))
        var read = SimulatedRead(
            tag: tag, heardAt: start, antennaPort: 1, peakSignal: SignalStrength(centiDBm: -5_250))
        read.tid = EPC(hex: "E2801160200074CF6D0E0AEA")
        read.hostName = "impinj-14-B0-01"
        read.fractionDigits = 6
        #expect(
            text(ImpinjEncoder.tagInventoryInHex(read))
                == #"{"timestamp":"2026-03-02T01:00:00.012000Z","hostname":"impinj-14-B0-01","#
                + #""eventType":"tagInventory","tagInventoryEvent":{"epcHex":"7EDA9038051002710002C0AE","#
                + #""tidHex":"E2801160200074CF6D0E0AEA","antennaPort":1,"peakRssiCdbm":-5250,"#
                + #""frequency":920625,"transmitPowerCdbm":3000,"#
                + #""lastSeenTime":"2026-03-02T01:00:00.000000Z"}}"#)
    }

    @Test func `Impinj events about antennas, the inventory and a buffer that ran over`() {
        let head = #"{"timestamp":"2026-03-02T01:00:00.000Z","eventType":"#
        #expect(
            text(ImpinjEncoder.antenna(port: 2, isConnected: false, at: start))
                == head + #""antennaDisconnected","antennaDisconnectedEvent":{"antennaPort":2}}"#)
        #expect(
            text(ImpinjEncoder.inventoryStatus("idle", at: start))
                == head + #""inventoryStatus","inventoryStatusEvent":{"status":"idle"}}"#)
        let earlier = start + ElapsedTime(seconds: -2)
        #expect(
            text(ImpinjEncoder.overflow(from: earlier, to: start, purged: 37))
                == head + #""overflow","overflowEvent":{"firstEventTimestamp":"2026-03-02T00:59:58.000Z","#
                + #""lastEventTimestamp":"2026-03-02T01:00:00.000Z","eventsPurged":37,"eventsRemaining":0}}"#)
    }

    @Test func `Zebra reads of both modes, with an unreadable TID, and in an array`() throws {
        let tag = try #require(EPC(hex: "E2806894000040017790E471"))
        var read = SimulatedRead(
            tag: tag, heardAt: start, antennaPort: 3, peakSignal: SignalStrength(centiDBm: -3_650))
        read.reads = 2
        let tail = #","timestamp":"2026-03-02T01:00:00.000+0000","type":"#
        // Field names, their order and the offset without colon: a published capture of an FXR60.
        let simple = ZebraEncoder.tagData(read, mode: .simple, eventNumber: 4_808)
        #expect(
            simple == #"{"data":{"eventNum":4808,"format":"epc","idHex":"e2806894000040017790e471"}"# + tail
                + #""SIMPLE"}"#)
        read.hostName = "FX9600-E0-02"
        let inventory = ZebraEncoder.tagData(read, mode: .inventory, eventNumber: 1, wantsTID: true)
        #expect(
            inventory
                == #"{"data":{"TID":"Error: tag returned error code 0x03 = Memory overrun","antenna":3,"#
                + #""eventNum":1,"format":"epc","hostName":"FX9600-E0-02","#
                + #""idHex":"e2806894000040017790e471","peakRssi":-37,"reads":2}"# + tail + #""INVENTORY"}"#)
        #expect(text(ZebraEncoder.batch(["{}", "{}"])) == "[{},{}]")
    }

    @Test func `a Zebra heartbeat is wrapped and says which antennas are connected and what was dropped`()
        throws
    {
        var health = ZebraEncoder.Health(antennas: [(1, true), (2, false)])
        health.messagesDropped = 37
        health.messagesSent = 1_000
        health.uptime = ElapsedTime(seconds: 3_725)
        let beat = text(ZebraEncoder.heartbeat(health, eventNumber: 9, at: start))
        #expect(
            beat.hasPrefix(
                #"{"component":"RG","data":{"radio_control":{"antennas":{"1":"connected","#
                    + #""2":"disconnected"},"#
            )
        )
        #expect(beat.contains(#""numDataMessagesDropped":37,"numDataMessagesRetained":0"#))
        #expect(beat.contains(#""radioActivity":"active""#) && beat.contains(#""uptime":"01:02:05""#))
        #expect(
            beat.hasSuffix(#","eventNum":9,"timestamp":"2026-03-02T01:00:00.000+0000","type":"heartbeat"}"#))
        #expect(try JSONSerialization.jsonObject(with: Data(beat.utf8)) is [String: Any])
    }

    @Test func `plain reads, a template in which numbers are texts, and a sweep`() throws {
        let tag = try #require(EPC(hex: "3034257BF400B800000000C8"))
        let read = SimulatedRead(
            tag: tag, heardAt: start, antennaPort: 1, peakSignal: SignalStrength(centiDBm: -6_250))
        #expect(
            text(PlainEncoder.read(read))
                == #"{"epc":"3034257BF400B800000000C8","antenna":1,"rssi":-62.5,"#
                + #""time":"2026-03-02T01:00:00.000Z"}"#
        )
        #expect(
            text(PlainEncoder.template([read], device: "r-h"))
                == #"{"devid":"r-h","reads":[{"epc":"3034257bf400b800000000c8","sku":"","port":"1","#
                + #""rssi":"-62.5","ts":"1772413200000"}]}"#)
        let head = SweepEncoder.Head(id: "S-1", operatorCode: "C07", zone: "shelf-a", at: start)
        #expect(
            text(SweepEncoder.sweep(head, reads: [read], seen: ["GWC2026000001"]))
                == #"{"version":1,"sweep":"S-1","operator":"C07","at":"2026-03-02T01:00:00.000Z","#
                + #""zone":"shelf-a","reads":[{"epc_hex":"3034257BF400B800000000C8","peak_rssi_dbm":-62,"#
                + #""heard_at":"2026-03-02T01:00:00.000Z","reads":1}],"#
                + #""marks":[{"assetNo":"GWC2026000001","mark":"SEEN","note":""}]}"#)
    }

    @Test func `a position through the EMQX gateway, with and without a fix`() {
        var position = SimulatedPosition(phone: "13900001014", edition: .year2013, at: start)
        position.serial = 7
        position.latitudeMicrodegrees = 30_450_000
        position.longitudeMicrodegrees = 114_870_000
        position.engineOn = true
        position.odometerTenths = 123_456
        // Shape and key order: published samples of the gateway. 786435 = bits 0, 1, 18, 19.
        #expect(
            text(EMQXEncoder.location(position))
                == #"{"body":{"alarm":0,"altitude":0,"direction":0,"extra":{"gnss_sat_num":11,"#
                + #""mileage":123456,"rssi":24},"latitude":30450000,"longitude":114870000,"speed":0,"#
                + #""status":786435,"time":"260302090000"},"#
                + #""header":{"encrypt":0,"len":40,"msg_id":512,"msg_sn":7,"phone":"013900001014"}}"#)
        position.hasFix = false
        #expect(text(EMQXEncoder.location(position)).contains(#""status":1,"#))
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

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
        #expect(try lines.compactMap { try PublishedText.plantedEvent($0) } == world.events)
        #expect(lines.count == world.events.count + world.happenings.count)
    }

    @Test func `what looks like JSON and is none stands in base64`() throws {
        let broken = try #require(
            WarehouseWorld(demo: 1, start: start).messages().first { $0.payload.first == 0x5B && !$0.isJSON })
        #expect(ReplayText.line(broken).contains(#""payload_base64":"W3sidGVtcGVyYXR1cmUiOjIxLjV9""#))
    }

    @Test(
        arguments: [
            "", "[]", "{}", #"{"code":"NEW_WORD","subject":{},"at":"2026-03-02T01:00:00Z"}"#,
            #"{"code":"READER_OFFLINE","subject":{},"at":"yesterday","detectable_from":"2026-03-02"}"#,
            #"{"code":"NO_FIX","subject":{},"at":"2026-03-02T01:00:00Z","#
                + #""detectable_from":"2026-03-02T01:00:00Z","until":"soon"}"#,
        ])
    func `a line that is no truth is refused`(line: String) {
        #expect(throws: PublishedText.Unreadable.self) { try PublishedText.plantedEvent(line) }
    }
}
