import AssetModel
import GatewayConfiguration
import IntakePipeline
import InventoryStorage
import MQTTLink

/// SIGHUP: a new configuration takes over between two batches; a broken one keeps the old and says so.
extension IntakeLoop {
    func reload() throws(StoreError) {
        notifier.reloading()
        defer { notifier.ready(status: "运行中 running") }
        let fresh: TallyConfiguration
        do {
            fresh = try TallyConfiguration.load(path: configurationPath, needsBroker: true)
        } catch {
            for problem in error.problems {
                log.write(
                    .configRefused,
                    ["problem": "\(problem)", "kept": "旧配置继续有效 the old configuration stays in force"])
            }
            return
        }
        let fixed = fresh.keysNeedingRestart(since: configuration)
        try adopt(fresh)
        log.write(
            .configReloaded,
            [
                "readers": "\(fresh.layout.readers.count)", "zones": "\(fresh.layout.zones.count)",
                "restart_needed_for": fixed.isEmpty ? "-" : fixed.joined(separator: ","),
            ])
    }

    /// Carries the state over into a path with the new layout. Nothing is listened to or lost meanwhile: the
    /// broker connection stays as it is, and only changed topic filters are subscribed.
    private func adopt(_ fresh: TallyConfiguration) throws(StoreError) {
        var merged = fresh
        merged.gatewayID = configuration.gatewayID
        merged.broker = configuration.broker
        merged.store = configuration.store
        merged.limits = configuration.limits
        var setup = merged.pathSetup
        setup.hashKey = path.hashKey
        var next = IntakePath(
            setup: setup, register: try store.loadRegister(), startingAt: path.now, isListening: false)
        do {
            try next.restore(path.save(), keepsListening: true)
        } catch {
            preconditionFailure("state that was just saved cannot be read: \(error)")
        }
        path = next
        configuration = merged
        store.adopt(merged.layout)
        link.adopt(subscriptions: merged.subscriptions)
        log.adopt(OperatorLog.Form(merged))
        board.update { $0.layout = merged.layout }
    }
}
