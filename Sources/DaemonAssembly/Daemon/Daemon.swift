import AssetModel
import Foundation
package import GatewayConfiguration
import IntakePipeline
package import InventoryStorage
import Logging
package import MQTTLink
import RegisterInbox
import UnixSignals
import Uplink

/// `tallyd run`: everything in its order of start and stop.
///
///     configuration → log → store → path (checkpoint + journal) → link, publisher → control socket → ready
///     stop: loop ends after its batch → uplink → control socket → link → store
package struct Daemon {
    package enum Failure: Error {
        case configuration(ConfigurationErrors)
        case store(StoreError)
        case link(LinkError)
        case damagedState(String)
    }

    private let configurationPath: String
    private let socketPath: String

    package init(configurationPath: String, socketPath: String) {
        self.configurationPath = configurationPath
        self.socketPath = socketPath
    }

    /// Where the control socket stands unless the command line says otherwise.
    package static var defaultSocketPath: String {
        let directory = ProcessInfo.processInfo.environment["RUNTIME_DIRECTORY"] ?? "/run/tallyd"
        return directory + "/control.sock"
    }

    /// Time for what is in the outbox, and for the farewell to the broker, when stopping. Together under the
    /// five seconds that a stop may take.
    private static let uplinkStop = ElapsedTime(milliseconds: 1_500)
    private static let linkStop = ElapsedTime(milliseconds: 1_000)
    private static let controlStop = DispatchTimeInterval.milliseconds(1_000)

    /// Runs until a signal asks for the end.
    package func run() throws(Failure) {
        let configuration = try load()
        guard let broker = configuration.broker else {
            preconditionFailure("a daemon without broker passed the check")
        }
        let clock = GatewayClock()
        let log = OperatorLog(form: OperatorLog.Form(configuration))
        for note in configuration.notes { log.write(.configNote, ["note": "\(note)"]) }
        let store = try open(configuration, log: log)
        let path = try restorePath(configuration, store: store, now: clock.now())
        let link = try makeLink(broker, configuration, store: store, clock: clock, log: log)
        let queue = OperatorQueue(wake: { link.wake() })
        let board = StatusBoard()
        board.update { $0.layout = configuration.layout }
        let notifier = ServiceNotifier()
        let uplink = Uplink(log: log.logger("uplink"))
        let publisher = try startUplink(broker, configuration, uplink: uplink, reader: store.reader, log: log)
        let loop = IntakeLoop(
            IntakeLoop.Parts(
                store: store, link: link, uplink: uplink, queue: queue, board: board, clock: clock, log: log,
                notifier: notifier),
            path: path, configuration: configuration, configurationPath: configurationPath)
        let desk = ControlDesk(
            gatewayID: configuration.gatewayID, startedAt: clock.now(), now: { clock.now() }, board: board,
            queue: queue, log: log)
        let side = SideServices(
            server: ControlServer(
                socketPath: socketPath, reader: store.reader, desk: desk,
                logger: log.logger("control", level: .warning)),
            inbox: inbox(configuration, reader: store.reader, desk: desk), queue: queue)
        side.start()
        log.write(
            .gatewayStarted,
            [
                "gateway": configuration.gatewayID, "version": TallyVersion.text,
                "db": configuration.store.path,
            ])
        notifier.ready(status: "运行中 running")
        try serve(loop)
        notifier.stopping(status: "停止中 stopping")
        log.write(.gatewayStopping, ["gateway": configuration.gatewayID])
        _ = uplink.stop(within: Daemon.uplinkStop)
        publisher?.close(within: Daemon.linkStop)
        side.stop(within: Daemon.controlStop)
        link.close(within: Daemon.linkStop)
        try close(store)
        log.finish()
    }

    /// The watched directory, where `[register] directory` names one.
    private func inbox(
        _ configuration: TallyConfiguration, reader: StoreReader, desk: ControlDesk
    ) -> InboxService? {
        let settings = InboxSettings(
            configuration.register, offsetMinutes: configuration.logOffsetMinutes)
        return settings.map {
            InboxService(
                $0, imports: ControlImports(reader: reader, desk: desk), desk: desk,
                language: configuration.language)
        }
    }

    private func serve(_ loop: IntakeLoop) throws(Failure) {
        do { try loop.run() } catch { throw .store(error) }
    }

    private func close(_ store: InventoryStore) throws(Failure) {
        do { try store.close() } catch { throw .store(error) }
    }

    // MARK: start

    private func load() throws(Failure) -> TallyConfiguration {
        do {
            return try TallyConfiguration.load(path: configurationPath, needsBroker: true)
        } catch {
            throw .configuration(error)
        }
    }

    private func open(_ configuration: TallyConfiguration, log: OperatorLog) throws(Failure) -> InventoryStore
    {
        do {
            return try InventoryStore(settings: configuration.storeSettings, log: log.logger("store"))
        } catch {
            throw .store(error)
        }
    }

    /// The path as it was acknowledged: checkpoint and journal through the same path.
    private func restorePath(
        _ configuration: TallyConfiguration, store: InventoryStore, now: UTCInstant
    ) throws(Failure) -> IntakePath {
        do {
            var setup = configuration.pathSetup
            setup.hashKey = try hashKey(of: store)
            let recovery = try store.recover()
            let startingAt = recovery.lastSequence == 0 ? now : recovery.advancedTo
            var path = IntakePath(
                setup: setup, register: try store.loadRegister(), startingAt: startingAt, isListening: false)
            let saved = IntakePath.Saved(
                chunks: recovery.checkpoint, journals: recovery.journal.map(\.bytes),
                accounts: recovery.accounts,
                sequence: recovery.lastSequence)
            try path.restore(saved)
            return path
        } catch let error as StoreError {
            throw .store(error)
        } catch {
            throw .damagedState("\(error)")
        }
    }

    /// Random, made once for each store: whoever writes tags cannot know it.
    private func hashKey(of store: InventoryStore) throws(StoreError) -> UInt64 {
        if let text = try store.meta(StoreKey.hashKey), let key = UInt64(text, radix: 16) { return key }
        let key = UInt64.random(in: 1...UInt64.max)
        try store.setMeta(StoreKey.hashKey, to: String(key, radix: 16))
        return key
    }

    private func makeLink(
        _ broker: BrokerConfiguration, _ configuration: TallyConfiguration, store: InventoryStore,
        clock: GatewayClock, log: OperatorLog
    ) throws(Failure) -> BrokerLink {
        let known: LinkMemory.Remembered
        do {
            known = try LinkMemory.recall(from: store)
        } catch {
            throw .store(error)
        }
        do {
            return try BrokerLink(
                settings: broker.intakeSettings(configuration), knownSubscriptions: known.subscriptions,
                knownCounters: known.counters, now: { clock.now() },
                log: log.logger("link", level: .warning))
        } catch {
            throw .link(error)
        }
    }

    private func startUplink(
        _ broker: BrokerConfiguration, _ configuration: TallyConfiguration, uplink: Uplink,
        reader: StoreReader,
        log: OperatorLog
    ) throws(Failure) -> BrokerPublisher? {
        guard configuration.outputs.mqtt else { return nil }
        let publisher: BrokerPublisher
        do {
            publisher = try BrokerPublisher(
                settings: broker.publisherSettings,
                will: GatewayStatusMessage.message(configuration.gatewayID, isOnline: false),
                greeting: GatewayStatusMessage.message(configuration.gatewayID, isOnline: true),
                log: log.logger("uplink"))
        } catch {
            throw .link(error)
        }
        uplink.start(reader: reader, publisher: PublisherSocket(publisher: publisher))
        return publisher
    }
}

/// The gateway's own status topic: retained, with a last will.
enum GatewayStatusMessage {
    static func message(_ gateway: String, isOnline: Bool) -> OutgoingMessage {
        let state = isOnline ? "online" : "offline"
        let word = isOnline ? "在线" : "离线"
        var text = JSONWriter()
        text.object { text in
            text.field("version", 1)
            text.field("gateway", gateway)
            text.field("state", state)
            text.field("zh", word)
        }
        return OutgoingMessage(
            topic: "tally/v1/gateways/\(gateway)/status", payload: text.bytes, isRetained: true)
    }
}

/// The publisher of MQTTLink in the terms of the uplink.
private struct PublisherSocket: Publisher {
    let publisher: BrokerPublisher

    func send(topic: String, payload: [UInt8], retain: Bool, token: Int64) -> Bool {
        publisher.send(OutgoingMessage(topic: topic, payload: payload, isRetained: retain), token: token)
    }

    func takeConfirmed() -> [Int64] { publisher.takeConfirmed() }

    func takeRefused() -> [Refusal] {
        publisher.takeRefused().map { Refusal(token: $0.token, reason: $0.reason) }
    }

    var isConnected: Bool { publisher.isConnected }
}
