import ArgumentParser
import AssetModel
import WarehouseSimulator

/// `tally-bench accuracy`: what the real path concludes of a world whose truth is known.
struct AccuracyBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accuracy",
        abstract: "结论的准确度 How right the conclusions are, against a simulated world whose truth is known.",
        discussion: """
            smurf-a、smurf-b: 走动的标签，逐时段的误差 tags that walk, errors by epoch (docs/walk-by.md)。
            shelf-2、wh-s、wh-l: 货架与仓库，经过真实的处理路径 shelves and warehouses, through the real path \
            (docs/workloads.md, docs/accuracy.md)。wh-pairs: 每区两个天线，坏一个要两天才修 two antennas a zone, of which \
            one fails for days。
            four-zones: 一台读写器的四个天线各管一区，都读得到每个标签 four antennas of one reader, a zone each, all of \
            which read every tag。
            fleet: 车辆终端，从 JT/T 808 报文起 vehicle terminals, from their JT/T 808 frames on。

            警报按事件核对：同一标签、同一类别、事件发生后 24 小时内，一一对应。前一天用于学习，不计；结束前 6 小时内才可察觉的\
            事件不计入 recall，recall_raw 计全部。An alarm tells an event of the same tag and class within 24 h, one \
            for one. The first day is for learning; recall leaves out events that were detectable only in \
            the last 6 h, recall_raw does not. Shorter runs: a quarter each.

            退出码 Exit codes: 0 · 64 用法错误 usage
            """)

    enum Scenario: String, ExpressibleByArgument, CaseIterable, Sendable {
        case smurfA = "smurf-a"
        case smurfB = "smurf-b"
        case shelf2 = "shelf-2"
        case warehouseS = "wh-s"
        case warehousePairs = "wh-pairs"
        case warehouseL = "wh-l"
        case fleet
        case fourZones = "four-zones"

        /// Worlds of a fixed length and form.
        var isSmurf: Bool { self == .smurfA || self == .smurfB || self == .fourZones }

        var isWarehouse: Bool { self == .warehouseS || self == .warehousePairs || self == .warehouseL }
    }

    @Option(help: "smurf-a | smurf-b | shelf-2 | wh-s | wh-pairs | wh-l | fleet | four-zones")
    var scenario: Scenario

    @Option(help: "种子 The seed of the world, 0 or more.")
    var seed: Int

    @Option(help: "产品所设的移走与遮挡频度乘以此数 What the product assumes of removals and shadows, times this.")
    var hazardFactor = 1.0

    @Flag(help: "与已知全部参数的滤波器比较 Compare with a filter that knows the world.")
    var oracle = false

    @Flag(help: "同时运行基线 Run the baselines too: time-out 10/60/120/240 min, SMURF, EdgeX, static windows.")
    var baselines = false

    @Flag(
        name: .customLong("without-tids"),
        help: "读取不带 TID（wh-*、shelf-2）Reads carry no TID: clones are known by their places alone.")
    var withoutTIDs = false

    @Option(help: "天数，可为小数 Days, fractions too; left out: the scenario's own.")
    var days: Double?

    @Option(help: "标签数 Tags, spread over the same zones; left out: the scenario's own.")
    var tags: Int?
    @Option(help: "每门每天的叉车趟数；不写：场景自己的 Pallets through each gate a day; left out: the scenario's own.")
    var passesADay: Double?

    @Flag(help: "每行一个 JSON 对象 One JSON object per figure.")
    var json = false

    func validate() throws {
        guard scenario != .fourZones || hazardFactor == 1 else {
            throw ValidationError("four-zones: 没有频度假设 assumes no rates.")
        }
        guard scenario != .fleet || !baselines && hazardFactor == 1 else {
            throw ValidationError("fleet: 没有基线与频度假设 has no baselines and assumes no rates.")
        }
        guard seed >= 0 else { throw ValidationError("--seed 须为 0 或更大 is 0 or more.") }
        guard hazardFactor >= 0.01, hazardFactor <= 100 else {
            throw ValidationError("--hazard-factor 须为 0.01–100 is 0.01 to 100.")
        }
        if let days {
            guard !scenario.isSmurf else {
                throw ValidationError("--days: \(scenario.rawValue) 的长度固定 has a fixed length.")
            }
            guard days > 0, days <= 365 else {
                throw ValidationError("--days 须大于 0，至多 365 is above 0, at most 365.")
            }
        }
        if let tags {
            guard scenario.isWarehouse else {
                throw ValidationError("--tags 只用于 is for wh-s, wh-pairs, wh-l.")
            }
            guard tags >= 1_000, tags <= 1_000_000 else {
                throw ValidationError("--tags 须为 1000–1000000 is 1,000 to 1,000,000.")
            }
        }
        if let passesADay {
            guard !scenario.isSmurf, passesADay >= 0, passesADay <= 500 else {
                throw ValidationError("--passes-a-day 须为 0–500 is 0 to 500, and not for smurf-a, smurf-b.")
            }
        }
        guard !withoutTIDs || !scenario.isSmurf else {
            throw ValidationError("--without-tids 只用于 is for shelf-2, wh-s, wh-pairs, wh-l.")
        }
        guard !oracle || scenario.isWarehouse else {
            throw ValidationError("--oracle 只用于 is for wh-s, wh-pairs, wh-l.")
        }
    }

    func run() throws {
        try FigureText.say(try figures(), json: json)
    }

    func figures() throws -> [Figure] {
        if scenario == .fourZones { return QuarterRun.figures(seed: seed) }
        if scenario.isSmurf {
            return SmurfRace.figures(
                scenario: scenario.rawValue, seed: seed, hazardFactor: hazardFactor, baselines: baselines)
        }
        if scenario == .fleet {
            var figures = FleetFigures()
            if let days {
                figures.duration = ElapsedTime(milliseconds: Int64((days * 86_400_000).rounded()))
            }
            return FleetRun(figures, seed: seed).figures
        }
        guard var figures = ShelfFigures.named(scenario.rawValue) else {
            throw ValidationError("--scenario: \(scenario.rawValue)")
        }
        if let days {
            let epoch = figures.epoch.milliseconds
            // Whole epochs, at least four, so that there is something to learn from and something to score.
            let epochs = max(4, (days * 86_400_000 / Double(epoch)).rounded())
            figures.duration = ElapsedTime(milliseconds: Int64(epochs) * epoch)
        }
        if let tags { figures.tags = tags }
        if let passesADay { figures.passes.aDay = passesADay }
        let workload = ShelfWorkload(figures, seed: UInt64(seed))
        let (factor, scenario, readsTIDs) = (hazardFactor, scenario, !withoutTIDs)
        var groups: [@Sendable () -> [any AccuracySubject]] = [
            { [PathSubject(workload, hazardFactor: factor, readsTIDs: readsTIDs)] }
        ]
        if scenario == .shelf2 { groups.append { [WalkByShelves(workload, hazardFactor: factor)] } }
        if baselines { groups.append { AccuracyBaselines.all(for: workload, in: scenario) } }
        let run = AccuracyRun.together(workload, groups)
        return AccuracyFigures.all(run, suffix: suffix, comparesOracle: oracle)
    }

    /// `/hazard-x3`, `/without-tids`; nothing where nothing is changed.
    private var suffix: String {
        let identities = withoutTIDs ? "/without-tids" : ""
        guard hazardFactor != 1 else { return identities }
        let rounded = (hazardFactor * 1_000).rounded() / 1_000
        let text = rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
        return "/hazard-x\(text)\(identities)"
    }
}
