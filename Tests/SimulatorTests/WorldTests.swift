import AssetModel
import Testing
import WarehouseSimulator

/// A Monday morning.
let start = UTCInstant(milliseconds: 1_772_413_200_000)

@Suite struct `the demo world` {
    static let seeds: [UInt64] = [0, 1, 2, 42, 4_294_967_296]

    @Test(arguments: seeds) func `the same seed gives the same bytes`(seed: UInt64) {
        let one = WarehouseWorld(demo: seed, start: start).files()
        let two = WarehouseWorld(demo: seed, start: start).files()
        #expect(
            one.map(\.name) == [
                "config.toml", "register.csv", "tags.csv", "vehicles.csv", "input.ndjson", "truth.ndjson",
            ])
        #expect(one.map(\.text) == two.map(\.text))
    }

    @Test func `another seed gives another world`() {
        #expect(
            WarehouseWorld(demo: 1, start: start).truthText != WarehouseWorld(demo: 2, start: start).truthText
        )
    }

    @Test func `a second can be asked for alone`() {
        let world = WarehouseWorld(demo: 9, start: start)
        let all = world.messages()
        for second in [0, 1, 31, 77, 149] {
            let from = start + ElapsedTime(seconds: Int64(second))
            let to = from + ElapsedTime(seconds: 1)
            #expect(world.messages(deliveredIn: second) == all.filter { from <= $0.at && $0.at < to })
        }
    }

    @Test func `messages come in order of delivery, none before the start`() {
        let all = WarehouseWorld(demo: 3, start: start).messages()
        #expect(all.first?.at == start)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.at <= $1.at })
    }

    @Test func `each kind of discrepancy is planted once, in the first minute, with time to be concluded`() {
        for seed in 0..<200 {
            let world = WarehouseWorld(demo: UInt64(seed), start: start)
            #expect(Set(world.events.map(\.code)) == Set(DiscrepancyCode.allCases))
            #expect(world.events.count == DiscrepancyCode.allCases.count)
            #expect(Set(world.events.map { $0.subject.first?.value }).count == world.events.count)
            for event in world.events {
                #expect(start <= event.at && event.at <= start + ElapsedTime(seconds: 60))
                #expect(event.at <= event.detectableFrom)
                // A minute at the end, for slower conclusions and for false alarms to show.
                #expect(event.detectableFrom <= start + DemoFigures.duration + ElapsedTime(seconds: -60))
            }
        }
    }

    @Test func `the books hold sixty cards, one of them disposed of, and a tag more than cards`() {
        let world = WarehouseWorld(demo: 4, start: start)
        let cards = Set(world.books.cards.map(\.assetNo))
        #expect(cards.count == 60)
        #expect(world.books.cards.filter { $0.state == .disposed }.count == 1)
        let orphans = world.books.bindings.filter { !cards.contains($0.assetNo) }
        #expect(orphans.map(\.epcHex) == [subject(of: .surplusNoCard, in: world, .epcHex)])
        #expect(world.books.vehicles.count == 10)
        #expect(
            !world.books.bindings.map(\.epcHex).contains(subject(of: .surplusUnknownTag, in: world, .epcHex)))
        let phones = world.books.vehicles.map(\.terminalPhone)
        #expect(!phones.contains(subject(of: .terminalUnknown, in: world, .terminalPhone)))
    }

    @Test func `the register file begins with its headings and one asset`() {
        let lines = WarehouseWorld(demo: 1, start: start).registerText.split(separator: "\n")
        #expect(lines[0].hasPrefix("资产编号,资产名称,资产分类代码,规格型号,数量,原值,取得日期,业务状态,"))
        #expect(lines[1].hasPrefix("GWC2026000001,"))
        #expect(lines[1].hasSuffix(",公物仓A货架,WH1-A"))
        #expect(lines.count == 61)
    }
}

func subject(of code: DiscrepancyCode, in world: WarehouseWorld, _ key: SubjectName.Key) -> String {
    world.events.first { $0.code == code }?.subject.first { $0.key == key }?.value ?? "none"
}
