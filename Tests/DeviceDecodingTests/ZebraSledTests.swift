import AssetModel
import DeviceDecoding
import Testing

struct ZebraSledTests {
    private func lines() throws -> [ReaderExpectation] {
        try Fixture.lines("zebra-sled.ndjson").map { try ReaderExpectation($0) }
    }

    private func recognition(_ text: String, topic: String = "t") -> Recognition {
        ZebraSled.recognition(of: RawMessage(topic: topic, payload: Array(text.utf8)))
    }

    @Test func `every sled message decodes to what its line says, and to nothing else`() throws {
        var bench = DecoderBench(.zebraSled)
        for expectation in try lines() {
            bench.decoder.decode(
                expectation.message, from: bench.source, receivedAt: noon, into: &bench.buffer)
            expectation.check(bench.buffer)
            expectation.check(ZebraSled.recognition(of: expectation.message))
        }
    }

    @Test func `auto takes tags, connection and heartbeat of a sled for a sled's`() throws {
        for payload in [
            "{\"type\":\"p\",\"timestamp\":\"2026-11-21T12:00:00Z\",\"data\":{\"tagData\":[{}]}}",
            "{\"data\":{\"barcodeData\":[],\"tagData\":[]},\"type\":\"INVENTORY\"}",
            "{\"connectionState\":\"DISCONNECTED\",\"deviceModel\":\"RFD40\",\"deviceSerialNo\":\"1\"}",
            "{\"eventName\":\"heartbeat\",\"deviceSerialNo\":\"1\"}",
        ] {
            var bench = DecoderBench(.auto)
            let message = bench.decode(Array(payload.utf8))
            #expect(message.fault == nil && message.refusal == nil, "\(payload)")
            #expect(bench.decoder.format(of: .reader(0)) == .zebraSled, "\(payload)")
        }
    }

    @Test(arguments: [
        ("acme/MGMT/clients/event/1", "certain"), ("acme/CTRL/clients/rfid/1", "certain"),
        ("acme/DATA/clients/data1event/1", "certain"), ("readers/M01-H1/MGMT/clients/event", "certain"),
        ("DATA/DATA/clients/rfid", "certain"), ("acme/data/clients/rfid/1", "possible"),
        ("acme/MGMT/client/event/1", "possible"), ("MGMT/clients/event/1", "possible"),
        ("acme/MGMT/clients", "possible"), ("", "possible"),
    ])
    func `words that others use too are certain on the vendor's topics only`(
        topic: String, expected: String
    ) {
        for text in [
            "{\"connectionState\":\"CONNECTED\"}", "{\"eventName\":\"heartbeat\"}",
            "{\"type\":1,\"id\":2,\"state\":3,\"priority\":4}",
        ] {
            #expect("\(recognition(text, topic: topic))" == expected, "\(text)")
        }
        #expect("\(recognition("{\"type\":1,\"id\":2,\"state\":3}", topic: topic))" == "none")
    }

    @Test(arguments: [
        ("acme/DATA/clients/rfid/S1", "S1"), ("readers/M01-H1/CTRL/clients/rfid/S1", "S1"),
        ("acme/DATA/clients/data1event/S1", "S1"),
        ("acme/DATA/clients/data1event", ""), ("acme/MGMT/clients/event/S1", ""), ("S1", ""), ("", ""),
        ("acme/DATA/clients/rfid/" + String(repeating: "S", count: 256), ""),
    ])
    func `the serial number in the body goes before the one in the topic`(topic: String, serial: String) {
        var bench = DecoderBench(.zebraSled)
        for (body, expected) in [
            ("{\"connectionState\":\"CONNECTED\"}", serial),
            ("{\"connectionState\":\"CONNECTED\",\"deviceSerialNo\":\"S2\"}", "S2"),
            ("{\"connectionState\":\"CONNECTED\",\"deviceSerialNo\":7}", serial),
        ] {
            let message = RawMessage(topic: topic, payload: Array(body.utf8))
            bench.decoder.decode(message, from: bench.source, receivedAt: noon, into: &bench.buffer)
            #expect(bench.buffer.deviceIdentity == expected, "\(body)")
        }
    }

    @Test func `a sled is no fixed reader, and a fixed reader no sled`() throws {
        for expectation in try lines() {
            if case .certain = Zebra.recognition(of: expectation.message) {
                // The one row that is there because it is none of a sled.
                #expect(expectation.payload.contains("\"data\":{\"eventNum\":7,\"format\":\"epc\""))
            }
            #expect("\(Impinj.recognition(of: expectation.message))" != "certain", "\(expectation.payload)")
        }
        let fixed = try Fixture.lines("zebra-iot-connector.ndjson") + Fixture.lines("impinj-r700.ndjson")
        for line in fixed {
            let message = try ReaderExpectation(line).message
            #expect("\(ZebraSled.recognition(of: message))" == "none", "\(line)")
        }
    }

    @Test func `what a sled sends says nothing about tags that it does not report`() {
        let message = decoded("{\"data\":{\"tagData\":[{\"idHex\":\"3008\"}]}}", as: .zebraSled)
        #expect(message.reportMode == .once)
        #expect(decoded("{\"connectionState\":\"CONNECTED\"}", as: .zebraSled).reportMode == nil)
    }

    @Test func `a sled's broken records stop being counted one by one`() {
        let records = Array(repeating: "{\"eventNum\":1}", count: 300).joined(separator: ",")
        let message = decoded("{\"data\":{\"tagData\":[\(records)]}}", as: .zebraSled)
        #expect(message.rejections.count == 65)
        #expect(message.rejections.last?.at == "the rest, after data.tagData[63].idHex")
        #expect(message.fault == nil)
    }

    @Test func `sled messages cut off at every byte`() throws {
        var bench = DecoderBench(.zebraSled)
        for expectation in try lines() {
            let payload = Array(expectation.payload.utf8)
            for size in 1..<max(1, payload.count) {
                let message = bench.decode(Array(payload.prefix(size)))
                #expect(message.fault == nil && message.refusal?.reason == .malformedJSON, "\(size)")
            }
        }
    }
}
