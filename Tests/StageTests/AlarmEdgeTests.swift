import AssetModel
import Testing
import VehicleTracking

private func report(
    _ second: Int64?, _ bits: UInt32, phone: String = "13812345678", backfill: Bool = false
) -> VehicleFix {
    var fix = VehicleFix(phone: phone, phoneRaw: phone)
    fix.fixedAt = second.map { UTCInstant(milliseconds: $0 * 1_000) }
    fix.alarmBits = bits
    fix.isBackfill = backfill
    return fix
}

struct AlarmEdgeTests {
    @Test func `trap: a held alarm repeats in every report, and its edge counts once until it went`() {
        var edges = AlarmEdges(terminalsMax: 10)
        let bits: [UInt32] = [0, 1 << 8, 1 << 8, 1 << 8 | 1 << 5, 0, 1 << 8]
        let found = bits.enumerated().map { edges.observe(report(Int64($0.offset), $0.element)) }
        #expect(found == [0, 1 << 8, 0, 1 << 5, 0, 1 << 8])
    }

    @Test func `trap: an alarm that is cleared when answered repeats for good, and is news once`() {
        var edges = AlarmEdges(terminalsMax: 10)
        let found = (0..<100).map { edges.observe(report($0, 1 << 0 | 1 << 20)) }
        #expect(found.first == 1 << 0 | 1 << 20 && found.dropFirst().allSatisfy { $0 == 0 })
    }

    @Test func `trap: a report delivered twice, late or without a time brings no edge and ends none`() {
        var edges = AlarmEdges(terminalsMax: 10)
        #expect(edges.observe(report(10, 1 << 8)) == 1 << 8)
        for late in [report(10, 1 << 8), report(9, 0), report(8, 1 << 3), report(nil, 1 << 4)] {
            #expect(edges.observe(late) == 0)
        }
        #expect(edges.observe(report(11, 1 << 8)) == 0, "the late 0 was not the report before it")
    }

    @Test func `a back-fill brings no edge, and two terminals have edges of their own`() {
        var edges = AlarmEdges(terminalsMax: 2)
        #expect(edges.observe(report(20, 1 << 8, backfill: true)) == 0)
        #expect(edges.observe(report(1, 1 << 8)) == 1 << 8)
        #expect(edges.observe(report(1, 1 << 8, phone: "2")) == 1 << 8)
        #expect(edges.observe(report(1, 1 << 8, phone: "3")) == 0 && edges.count == 2)
    }
}
