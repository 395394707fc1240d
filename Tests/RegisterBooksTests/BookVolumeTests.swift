import AssetModel
import RegisterBooks
import Testing

@Suite struct BookVolumeTests {
    /// A register of `count` cards; every line differs.
    private func register(_ count: Int, changedFrom first: Int = .max) -> [UInt8] {
        var text = "\u{FEFF}资产编号,资产名称,原值,取得日期,使用状况,存放地点,仓库,库区\r\n"
        for number in 1...count {
            let zone = number >= first ? 9 : number % 7
            text += "YQJJ2026\(100_000 + number),\"台式计算机, \(number)型\",\"\(number).50\",2026-03-01,在用,"
            text += "一号楼 \(number % 400),M01,Z\(zone)\r\n"
        }
        return Array(text.utf8)
    }

    @Test func `20,000 cards are read, compared and found unchanged`() {
        let file = BookFile.read(register(20_000))
        #expect(file.report.taken == 20_000 && file.report.problemCount == 0)
        #expect(Set(file.change.cards.map(\.assetNo)).count == 20_000)
        #expect(file.change.cards.last?.originalValueFen == 2_000_050)
        let again = BookDiff(of: file, against: file.change)
        #expect(again.unchanged == 20_000 && again.effective.isEmpty)
        let later = BookDiff(of: BookFile.read(register(19_990, changedFrom: 19_981)), against: file.change)
        #expect((later.added.count, later.changed.count, later.absent.count) == (0, 10, 10))
        #expect(later.unchanged == 19_980)
    }

    @Test func `the sums of a report hold for a file cut at any byte`() {
        let bytes = csv("\u{FEFF}资产编号,\"名称\",原值,使用状况␍¶A1,\"桌¶子\",5.5,01-在用␍¶1,2,3,4␍¶,,,␍¶=\"A2\",椅,(3),")
        for size in 0...bytes.count {
            check(BookFile.read(Array(bytes.prefix(size))).report)
        }
    }

    @Test(arguments: 0..<4)
    func `no damage to a file traps, and the sums of its report hold`(part: Int) {
        let originals = [
            "资产编号,名称,数量,原值,取得日期,使用状况¶A1,\"桌¶子\",1,￥5.5,2026年3月1日,01-在用¶A2,x,1,(3),46347,其他¶合计,,,,,",
            "epc,tid,assetNo,validFrom,validTo¶E280 1160,E280,A1,2026-01-01,2026-01-02T00:00:00Z¶E281,,A2,,",
            "plateNo,vin,terminalPhone,sealed,validFrom¶鄂J·12345,LSVAA4182E2123456,0138,是,2026-01-01",
        ].map { csv($0) }
        var random = SplitMix64(state: UInt64(part))
        for round in 0..<2_000 {
            var bytes = originals[round % originals.count]
            for _ in 0...Int(random.next() % 4) {
                let place = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 4 {
                case 0: bytes[place] = UInt8(truncatingIfNeeded: random.next())
                case 1: bytes.insert([0x22, 0x2C, 0x0A, 0x0D, 0x2D, 0x2E][Int(random.next() % 6)], at: place)
                case 2 where bytes.count > 1: bytes.remove(at: place)
                default: bytes.append(contentsOf: bytes[place...].prefix(20))
                }
            }
            check(BookFile.read(bytes).report)
        }
    }

    private func check(_ report: BookReport) {
        #expect(report.rows == report.taken + report.leftOut)
        #expect(report.problems.count == report.problemCount)
        #expect(report.isRefused == report.problems.contains { $0.code.isFatal })
        #expect(report.leftOut == 0 || report.problems.contains { !$0.code.isWarning })
    }
}

/// S. Vigna's splitmix64: a seeded sequence that is the same everywhere.
private struct SplitMix64 {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
