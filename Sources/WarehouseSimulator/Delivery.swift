import AssetModel

/// The network between the devices and the broker: delay, reordering, repetition, loss, and readers that
/// keep their messages while their link is down.
extension WarehouseWorld {
    /// The 99th percentile of the normal distribution lies so many deviations above its mean.
    private static let deviationsOfP99 = 2.326
    /// A reader that has its link back sends what it kept this many times as fast as it came.
    private static let flushSpeed: WorldTime = 10

    /// - Returns: the message as often as it arrives, in no particular order.
    func delivered(_ departure: Departure, account: inout DeliveryAccount) -> [SimulatedMessage] {
        account.departed += 1
        let entity =
            switch departure.source {
            case .reader(let index): index
            case .other(let entity): entity
            }
        var chance = random.stream(.delivery, entity: entity, epoch: departure.number)
        let isLost = chance.unit() < figures.lostShare && !departure.isPrompt
        let arrival = departure.at + (departure.isPrompt ? 0 : delay(&chance))
        let isRepeated = chance.unit() < figures.repeatedShare && !departure.isPrompt
        let later = WorldTime(chance.whole(figures.repeatDelayMilliseconds))
        let times = isRepeated ? [arrival, arrival + later] : [arrival]
        let heard = isLost ? [] : times.compactMap { moment(of: departure, arriving: $0, account: &account) }
        account.delivered += heard.count
        account.repeated += max(0, heard.count - 1)
        if heard.isEmpty { account.lost += 1 }
        return heard.map { message(departure, at: $0) }
    }

    private func delay(_ chance: inout SplitMix64) -> WorldTime {
        let spread =
            naturalLogarithm(figures.delayP99Milliseconds / figures.delayMedianMilliseconds)
            / Self.deviationsOfP99
        var milliseconds = figures.delayMedianMilliseconds * exponential(chance.bell() * spread)
        if chance.unit() < figures.reorderedShare {
            milliseconds += chance.unit() * figures.reorderedMilliseconds
        }
        return WorldTime(min(milliseconds, figures.delayMaxMilliseconds))
    }

    /// When it comes at last; `nil` where its reader lost power with the message still in it: the broker
    /// publishes the will after all that it got from the reader.
    private func moment(
        of departure: Departure, arriving at: WorldTime, account: inout DeliveryAccount
    ) -> WorldTime? {
        guard case .reader(let index) = departure.source else { return at }
        let reader = readers[index]
        var at = at
        if let hold = reader.hold(at: departure.at), at < hold.upperBound {
            at = hold.upperBound + (departure.at - hold.lowerBound) / Self.flushSpeed
            account.heldBack += 1
        }
        return departure.isPrompt || reader.isUp(at: at) ? at : nil
    }

    private func message(_ departure: Departure, at time: WorldTime) -> SimulatedMessage {
        var message = SimulatedMessage(
            at: instant(time), topic: departure.topic, payload: departure.payload,
            isRetained: departure.isRetained)
        if departure.isBroken { message.isJSON = false }
        return message
    }
}
