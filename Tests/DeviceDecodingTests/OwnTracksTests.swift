import AssetModel
import DeviceDecoding
import Testing

struct OwnTracksTests {
    private func message(_ more: String, on topic: String = "owntracks/alice/tracker-7") -> DecodedMessage {
        let place = #"{"_type":"location","lat":39.9,"lon":116.39,"tst":1795262400"#
        return TerminalFixture.all[1].decode(place + more + "}", on: topic)
    }

    @Test func `speed is in km per hour, not in knots, and the odometer in km`() {
        let fix = message(#","vel":54,"odometer":1234.5"#).fixes.first
        #expect(fix?.speedKilometresPerHour == 54 && fix?.odometerMetres == 1_234_500)
    }

    @Test(arguments: ["vel", "cog", "alt"], ["", ",\"%\":null", ",\"%\":\"\""])
    func `what is not said is not nought`(field: String, member: String) throws {
        let fix = try #require(message(member.replacing("%", with: field)).fixes.first)
        #expect(fix.speedKilometresPerHour == nil && fix.directionDegrees == nil)
        #expect(fix.altitudeMetres == nil && fix.isValid)
    }

    @Test func `a transition is where it was noticed`() throws {
        let text =
            #"{"_type":"transition","lat":39.9,"lon":116.39,"tst":1795262400,"wtst":1,"event":"enter"}"#
        let read = TerminalFixture.all[1].decode(text, on: "owntracks/a/b/event")
        let fix = try #require(read.fixes.first)
        #expect(
            read.summary == "1 fixes" && fix.latitudeDegrees == 39.9 && fix.fixedAt == noon && fix.isValid)
    }

    @Test(arguments: [
        ("owntracks/alice/tracker-7", "tracker-7"), ("site/owntracks/alice/tracker-7/event", "tracker-7"),
        ("owntracks/qtripp/0860000000000001", "860000000000001"), ("owntracks/alice", nil),
        ("tracks/alice/tracker-7", nil), ("owntracks/alice/", nil),
    ])
    func `the topic names the terminal by its device`(topic: String, phone: String?) {
        let read = message("", on: topic)
        if let phone {
            #expect(read.terminalPhone == phone && read.fixes.first?.phone == phone)
        } else {
            #expect(read.summary == "refused unknown_device @ topic")
        }
    }

    @Test func `an IMEI in the message wins`() {
        #expect(message(#","imei":"860000000000002""#).fixes.first?.phone == "860000000000002")
    }

    @Test func `a will says nothing about when the line was lost`() {
        let will = TerminalFixture.all[1].decode(#"{"_type":"lwt","tst":1}"#, on: "owntracks/a/b")
        #expect(will.deviceEvents == [.disconnected] && will.sentAt == nil)
    }

    @Test(arguments: [("i", true), ("I", false), ("t", true)])
    func `the trigger decides about the ignition`(trigger: String, isOn: Bool) {
        let ignition = trigger == "i" ? "false" : "true"
        let fix = message(",\"t\":\"\(trigger)\",\"ign\":\(ignition)").fixes.first
        #expect(fix?.isIgnitionOn == isOn)
    }

    @Test func `a location without a place is refused`() {
        let text = #"{"_type":"location","tst":1795262400}"#
        #expect(TerminalFixture.all[1].decode(text, on: "owntracks/a/b").refusal?.reason == .unknownShape)
    }

    @Test func `a face and a name on a card are not taken`() {
        let text = #"{"_type":"card","name":"Somebody","face":"AAAA"}"#
        let read = TerminalFixture.all[1].decode(text, on: "owntracks/a/b/info")
        #expect(read.summary == "ignored owntracks_card")
    }
}
