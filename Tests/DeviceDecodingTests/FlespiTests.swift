import AssetModel
import DeviceDecoding
import Testing

struct FlespiTests {
    private func message(_ more: String, on topic: String = "flespi/message/gw/devices/1") -> DecodedMessage {
        let place = #"{"ident":"0860000000000003","timestamp":1795262400.25,"position.latitude":39.9,"#
        return TerminalFixture.all[2].decode(place + #""position.longitude":116.39"# + more + "}", on: topic)
    }

    @Test func `times are seconds with a fraction`() {
        #expect(message("").fixes.first?.fixedAt == noon + ElapsedTime(milliseconds: 250))
    }

    @Test func `speed is in km per hour and mileage in km`() {
        let fix = message(#","position.speed":54,"vehicle.mileage":1.5"#).fixes.first
        #expect(fix?.speedKilometresPerHour == 54 && fix?.odometerMetres == 1_500)
    }

    @Test func `a place in an object of its own is taken, and a refusal names it`() {
        let text = #"{"ident":"1","timestamp":1795262400,"position":{"latitude":"x","longitude":2}}"#
        let read = TerminalFixture.all[2].decode(text, on: "flespi/message/gw/devices/1")
        #expect(read.summary == "1 fixes, rejected malformed_number @ position.latitude")
        #expect(read.fixes.first?.isValid == false && read.fixes.first?.longitudeDegrees == nil)
    }

    @Test(
        arguments: ["speed", "direction", "altitude"], ["", ",\"position.%\":null", ",\"position.%\":\"\""])
    func `what is not said is not nought`(field: String, member: String) throws {
        let fix = try #require(message(member.replacing("%", with: field)).fixes.first)
        #expect(fix.speedKilometresPerHour == nil && fix.directionDegrees == nil)
        #expect(fix.altitudeMetres == nil && fix.isValid)
    }

    @Test(arguments: [
        ("true", true), ("1", true), (#""true""#, true), ("null", true), ("false", false), ("0", false),
        (#""no""#, false), ("2", false),
    ])
    func `only what is a yes, or is not said, vouches for the place`(word: String, isValid: Bool) {
        #expect(message(",\"position.valid\":\(word)").fixes.first?.isValid == isValid)
    }

    @Test func `a message without its ident is nobody's`() {
        let read = TerminalFixture.all[2].decode(
            #"{"timestamp":1795262400}"#, on: "flespi/log/gw/devices/1/connected")
        #expect(read.summary == "refused unknown_device @ ident")
    }

    @Test func `an event of another terminal in the same payload is refused`() {
        let cut = #""timestamp":1795262400,"external.powersource.status":false"#
        let read = TerminalFixture.all[2].decode(
            "[{\"ident\":\"1\",\(cut)},{\"ident\":\"2\",\(cut)}]", on: "flespi/message/gw/channels/1/x")
        #expect(
            read.summary == "event powerCut, rejected unknown_device @ [1]: event of terminal 2")
        #expect(read.terminalPhone == "1")
    }

    @Test func `one bad message in an array leaves its neighbours`() {
        let good = #"{"ident":"1","timestamp":1795262400,"position.latitude":1,"position.longitude":2}"#
        let read = TerminalFixture.all[2].decode("[7,\(good),{}]", on: "t")
        #expect(
            read.summary == "1 fixes, rejected unknown_shape @ [0], rejected unknown_device @ [2].ident")
    }

    @Test func `a voltage alone is no power cut`() {
        #expect(message(#","external.powersource.voltage":0"#).deviceEvents.isEmpty)
    }
}
