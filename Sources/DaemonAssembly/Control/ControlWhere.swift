import AssetModel
import Hummingbird
import InventoryStorage
import OperatorAPI

/// `tally where`: an asset number, an EPC, or a plate.
extension ControlAnswers {
    func whereabouts(_ query: Parameters) throws -> WhereReply {
        guard let subject = query[Substring(OperatorRoute.Query.subject)].map({ String($0) }),
            !subject.isEmpty
        else {
            throw RefusedRequest(
                .badRequest, chinese: "请给出资产编号、EPC 或车牌号",
                english: "give an asset number, an EPC or a plate number")
        }
        if let card = try reader.card(subject) { return try asset(card) }
        if let vehicle = try reader.vehicle(plateNo: subject) {
            return try self.vehicle(vehicle, full: query[Substring(OperatorRoute.Query.full)] == "true")
        }
        if let tag = EPC(hex: subject), let reply = try self.tag(tag) { return reply }
        throw RefusedRequest(
            .notFound, chinese: "台账与识读记录中都没有：\(subject)",
            english: "neither in the books nor ever read: \(subject)")
    }

    private func asset(_ card: AssetCard) throws -> WhereReply {
        var reply = WhereReply(kind: .asset)
        reply.asset = AssetReply(card)
        let bindings = try reader.bindings(assetNo: card.assetNo)
        let live = bindings.last { $0.holds(at: desk.now()) } ?? bindings.last
        reply.epcHex = live?.epcHex
        if let hex = live?.epcHex, let tag = EPC(hex: hex) { try place(tag, in: &reply) }
        return reply
    }

    private func tag(_ tag: EPC) throws -> WhereReply? {
        var reply = WhereReply(kind: .tag)
        reply.epcHex = tag.hex
        let binding = try reader.binding(epcHex: tag.hex)
        if let assetNo = binding?.assetNo { reply.asset = try reader.card(assetNo).map { AssetReply($0) } }
        try place(tag, in: &reply)
        return binding == nil && reply.state == .unknown ? nil : reply
    }

    private func place(_ tag: EPC, in reply: inout WhereReply) throws {
        guard let record = try reader.presence(of: tag) else { return }
        reply.zone = record.zone
        reply.zoneName = desk.board.snapshot.layout.zones.first { $0.id == record.zone }?.name
        reply.state = record.state == .silent ? .silent : .present
        reply.probability = record.probability
        reply.since = "\(record.since)"
        // The store keeps conclusions. When a tag that is still there was heard last stands in memory only,
        // and an older instant under this name would mislead.
        reply.lastHeardAt = record.state == .silent ? "\(record.lastHeardAt)" : nil
        reply.reader = record.source
        reply.reasonChinese = record.reasonChinese
        reply.reasonEnglish = record.reasonEnglish
    }

    private func vehicle(_ card: VehicleCard, full: Bool) throws -> WhereReply {
        var reply = WhereReply(kind: .vehicle)
        var vehicle = VehicleReply(plateNo: full ? card.plateNo : PlateMask.mask(card.plateNo))
        vehicle.useUnit = card.useUnit
        if !card.terminalPhone.isEmpty, let fix = try reader.latestFix(of: card.terminalPhone) {
            vehicle.fixedAt = fix.fix.fixedAt.map { "\($0)" }
            vehicle.latitudeDegrees = fix.fix.latitudeDegrees
            vehicle.longitudeDegrees = fix.fix.longitudeDegrees
            // Knots turned into km/h have no end of decimals: six say more than any receiver knows.
            let speed = fix.fix.speedKilometresPerHour
            vehicle.speedKilometresPerHour = speed.map { ($0 * 1_000_000).rounded() / 1_000_000 }
            reply.state = .present
        }
        reply.vehicle = vehicle
        return reply
    }
}
