import AssetModel
import DeviceDecoding
import Foundation
import Testing

/// Every frame that public projects test with, against what the tables of the standard say it is.
struct JT808FrameFileTests {
    @Test func `every published frame decodes to what the standard says`() throws {
        let rows = try Fixture.lines("jt808-frames.ndjson")
        #expect(rows.count == 706)
        var fixes = 0
        for row in rows {
            let hex = try #require(row["hex"] as? String)
            let expected = try #require(row["expected"] as? [String: Any])
            let message = decoded(Fixture.bytes(hex: hex), as: .jt808)
            #expect(message.fault == nil, "\(hex)")
            #expect(message.terminalPhone == (expected["phone"] as? String ?? ""), "\(hex)")
            if let refusal = expected["refused"] as? String {
                #expect(message.refusal?.reason.rawValue == refusal, "\(hex)")
                continue
            }
            #expect(message.refusal == nil, "\(hex)")
            #expect(message.ignored.map { "\($0)" } == expected["ignored"] as? String, "\(hex)")
            #expect(message.deviceEvents.map(word) == expected["events"] as? [String] ?? [], "\(hex)")
            let refused = (expected["rejected"] as? [String] ?? []).sorted()
            #expect(message.rejections.map(\.reason.rawValue).sorted() == refused, "\(hex)")
            let positions = expected["fixes"] as? [[Any]] ?? []
            try #require(message.fixes.count == positions.count, "\(hex)")
            for (fix, position) in zip(message.fixes, positions) {
                #expect(fix.phone == message.terminalPhone && hex.contains(fix.phoneRaw), "\(hex)")
                #expect(fix.isBackfill == (expected["backfill"] as? Bool ?? false), "\(hex)")
                expect(fix, toBe: position, hex)
                fixes += 1
            }
        }
        #expect(fixes == 120)
    }

    /// Latitude, longitude, altitude, speed in 0.1 km/h, direction, time, valid, alarm, status, odometer,
    /// items.
    private func expect(_ fix: VehicleFix, toBe position: [Any], _ hex: String) {
        #expect(fix.latitudeDegrees == position[0] as? Double, "\(hex)")
        #expect(fix.longitudeDegrees == position[1] as? Double, "\(hex)")
        #expect(fix.altitudeMetres == position[2] as? Double, "\(hex)")
        #expect(fix.speedKilometresPerHour.map { $0 * 10 } == position[3] as? Double, "\(hex)")
        #expect(fix.directionDegrees == position[4] as? Double, "\(hex)")
        #expect(fix.fixedAt == (position[5] as? String).flatMap { UTCInstant(rfc3339: $0) }, "\(hex)")
        #expect(fix.isValid == position[6] as? Bool, "\(hex)")
        #expect(Int(fix.alarmBits) == position[7] as? Int, "\(hex)")
        #expect(Int(fix.statusBits) == position[8] as? Int, "\(hex)")
        #expect(fix.odometerMetres.map(Int.init) == position[9] as? Int, "\(hex)")
        let items = fix.items.map { String(format: "%02x:", $0.id) + Digest.hex($0.bytes) }
        #expect(items.joined(separator: " ") == position[10] as? String, "\(hex)")
    }

    private func word(_ event: DeviceEvent) -> String {
        func text(_ instant: UTCInstant?) -> String {
            instant.map { $0.rfc3339().replacing(".000Z", with: "Z") } ?? "None"
        }
        switch event {
        case .registered(let terminalID): return "registered \(terminalID)"
        case .authenticated(let imei): return "authenticated \(imei)"
        case .described(let terminalID, let iccid, let systems):
            return "described \(terminalID) \(iccid) \(systems)"
        case .driverCardInserted(let code, let at): return "driver_card_in \(code) \(text(at))"
        case .driverCardRemoved(let at): return "driver_card_out \(text(at))"
        default: return event.kind
        }
    }
}
