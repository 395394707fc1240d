import ArgumentParser
import AssetModel
import OperatorAPI

struct WhereCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "where", abstract: "资产、标签或车辆在哪里。 Where an asset, a tag or a vehicle is.")

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "资产编号、EPC 或车牌号。 Asset number, EPC in hex, or plate number.")
    var subject: String

    @Flag(help: "车牌号不遮盖。 Show the plate number in full.")
    var full = false

    @Flag(help: "输出 JSON。 Print JSON.")
    var json = false

    func run() async throws {
        try await connection.finish { () async throws(TallyFailure) in
            var request = ControlRequest(path: OperatorRoute.whereabouts)
            request.query = [(OperatorRoute.Query.subject, subject)]
            if full { request.query.append((OperatorRoute.Query.full, "true")) }
            var reply = try await connection.client.ask(request, for: WhereReply.self)
            if !full, let plate = reply.vehicle?.plateNo { reply.vehicle?.plateNo = PlateMask.mask(plate) }
            if json {
                try Output.show(json: reply)
            } else {
                Output.show(WhereText(reply: reply, language: connection.language).lines)
            }
            return .ok
        }
    }
}

struct WhereText {
    let reply: WhereReply
    let language: Language

    var lines: [String] {
        var list = FieldList()
        if let asset = reply.asset { add(asset, to: &list) }
        list.add(language.label("标签", "tag"), reply.epcHex)
        if let vehicle = reply.vehicle { add(vehicle, to: &list) }
        if reply.vehicle == nil || reply.epcHex != nil { addPresence(to: &list) }
        return list.lines
    }

    private func add(_ asset: AssetReply, to list: inout FieldList) {
        list.add(language.label("资产", "asset"), asset.assetNo)
        list.add(
            language.label("名称", "name"),
            [asset.assetName, asset.specModel].filter { !$0.isEmpty }.joined(separator: " / "))
        let state = asset.state.flatMap { AssetState(rawValue: $0) }
        list.add(language.label("账面状态", "book state"), state.map { language.label($0.chinese, $0.rawValue) })
        list.add(language.label("使用部门", "department"), asset.useDept)
        let place = [asset.site, asset.zone, asset.location].filter { !$0.isEmpty }
        list.add(language.label("账面地点", "book place"), place.joined(separator: " / "))
    }

    private func addPresence(to list: inout FieldList) {
        let zone = reply.zone.map { zone in reply.zoneName.map { "\($0) (\(zone))" } ?? zone }
        list.add(language.label("现在", "now"), language.label(reply.state.chinese, reply.state.rawValue))
        list.add(language.label("区域", "zone"), zone)
        list.add(language.label("可信度", "probability"), reply.probability.map { "\($0)" })
        list.add(language.label("自", "since"), LocalTime.shown(reply.since))
        list.add(language.label("最近听到", "last heard"), LocalTime.shown(reply.lastHeardAt))
        list.add(language.label("读写器", "reader"), reply.reader)
        let reason = language == .zh ? reply.reasonChinese : reply.reasonEnglish
        list.add(language.label("依据", "because"), reason ?? reply.reasonEnglish)
    }

    private func add(_ vehicle: VehicleReply, to list: inout FieldList) {
        list.add(language.label("车辆", "vehicle"), vehicle.plateNo)
        list.add(language.label("使用单位", "unit"), vehicle.useUnit)
        let at = LocalTime.shown(vehicle.fixedAt)
        list.add(language.label("最近定位", "last fix"), at ?? language.sentence("没有", "none"))
        if let latitude = vehicle.latitudeDegrees, let longitude = vehicle.longitudeDegrees {
            list.add(language.label("纬度, 经度", "lat, lon"), "\(latitude), \(longitude) (WGS-84)")
        }
        list.add(language.label("速度", "speed"), vehicle.speedKilometresPerHour.map { "\($0) km/h" })
    }
}

/// Money for people.
enum Yuan {
    /// 549900 → `5499.00 元`
    static func shown(_ fen: Int64) -> String {
        let (whole, rest) = fen.magnitude.quotientAndRemainder(dividingBy: 100)
        return (fen < 0 ? "-" : "") + "\(whole)." + (rest < 10 ? "0\(rest)" : "\(rest)") + " 元"
    }
}
