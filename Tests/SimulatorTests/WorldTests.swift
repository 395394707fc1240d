import AssetModel
import Testing
import WarehouseSimulator

/// A Monday morning.
let start = UTCInstant(milliseconds: 1_772_413_200_000)

@Suite struct `the demo world` {
    static let seeds: [UInt64] = [0, 1, 42, 4_294_967_296]
    /// What the daemon can find today.
    static let planted: Set<DiscrepancyCode> = [
        .surplusUnknownTag, .surplusNoCard, .locationMismatch, .missingSuspect, .disposedStillPresent,
        .readerOffline, .terminalUnknown, .terminalSilent, .tagDuplicate, .tagRebound, .coverageGap,
        .clockSkew, .noFix, .deviceUnknown,
    ]

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

    @Test func `messages come in order of delivery, none before the start or after the end`() throws {
        let all = WarehouseWorld(demo: 3, start: start).messages()
        #expect(all.first?.at == start)
        #expect(try #require(all.last).at < start + WorldFigures.demo.duration)
        #expect(zip(all, all.dropFirst()).allSatisfy { $0.at <= $1.at })
    }

    @Test func `every kind of discrepancy is planted, with time to be concluded and cleared`() {
        for seed in 0..<100 {
            let world = WarehouseWorld(demo: UInt64(seed), start: start)
            let end = start + world.figures.duration
            #expect(Set(world.events.map(\.code)) == Self.planted)
            #expect(world.events.count == 23)
            for event in world.events {
                #expect(start <= event.at && event.at <= event.detectableFrom)
                #expect(event.openBy.map { event.detectableFrom < $0 && $0 <= end } ?? false, "\(event)")
                #expect(event.until.map { event.at < $0 && $0 <= end } ?? true)
                #expect(event.clearBy.map { $0 <= end } ?? true, "\(event)")
            }
        }
    }

    @Test func `no thing is the subject of two events, but for readers, which fail in different ways`() {
        for seed in 0..<100 {
            let names = WarehouseWorld(demo: UInt64(seed), start: start).events
                .compactMap { event in event.subject.first.map { "\($0.value) \(event.code.rawValue)" } }
            #expect(Set(names).count == names.count)
            let assets = names.filter { !$0.hasPrefix("r-") }.map { $0.split(separator: " ")[0] }
            #expect(Set(assets).count == assets.count)
        }
    }

    @Test func `the books hold 180 cards, one of them disposed of, and two tags more than cards`() {
        let world = WarehouseWorld(demo: 4, start: start)
        let cards = Set(world.books.cards.map(\.assetNo))
        #expect(cards.count == 180)
        #expect(world.books.cards.filter { $0.state == .disposed }.count == 1)
        // One that turns up, one that only a retained message of yesterday speaks of.
        let orphans = world.books.bindings.filter { !cards.contains($0.assetNo) }.map(\.epcHex)
        #expect(orphans.count == 2 && orphans.contains(subject(of: .surplusNoCard, in: world, .epcHex)))
        #expect(world.books.vehicles.count == 20 && world.books.vehicles.filter(\.sealed).count == 1)
        #expect(
            !world.books.bindings.map(\.epcHex).contains(subject(of: .surplusUnknownTag, in: world, .epcHex)))
        let phones = world.books.vehicles.map(\.terminalPhone)
        #expect(!phones.contains(subject(of: .terminalUnknown, in: world, .terminalPhone)))
    }

    @Test func `the books do not know the factory identity of a cloned tag, and do of the others`() {
        let world = WarehouseWorld(demo: 4, start: start)
        let without = world.books.bindings.filter { $0.tidHex == nil && !$0.assetNo.hasPrefix("GWC20260009") }
        #expect(without.map(\.epcHex) == [subject(of: .tagDuplicate, in: world, .epcHex)])
    }

    @Test func `the register file begins with its headings and one asset`() {
        let lines = WarehouseWorld(demo: 1, start: start).registerText.split(separator: "\n")
        #expect(lines[0].hasPrefix("资产编号,资产名称,资产分类代码,规格型号,数量,原值,取得日期,业务状态,"))
        #expect(lines[1].hasPrefix("GWC2026000001,"))
        #expect(lines[1].hasSuffix(",示例市公物仓A货架,WH1-01"))
        #expect(lines.count == 181)
    }

    @Test func `the configuration knows every reader but the intruder, and no filter that swallows all`() {
        let world = WarehouseWorld(demo: 1, start: start)
        let text = world.configurationText(for: nil)
        #expect(!text.contains("#\"") && !text.contains(subject(of: .deviceUnknown, in: world, .reader)))
        let readers = ["r-a", "r-b", "r-c", "r-d", "r-e", "r-g", "r-h", "r-k", "r-m", "r-s"]
        #expect(readers.allSatisfy { text.contains("id = \"\($0)\"") })
        #expect(text.contains("identities = [\"impinj-14-C0-11\"]"))
    }
}

func subject(of code: DiscrepancyCode, in world: WarehouseWorld, _ key: SubjectName.Key) -> String {
    world.events.first { $0.code == code }?.subject.first { $0.key == key }?.value ?? "none"
}
