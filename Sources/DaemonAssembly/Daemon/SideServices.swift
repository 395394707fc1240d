import Dispatch
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// What runs beside the loop, above it: the control socket, the watched directory and the signals. The loop
/// never waits for it.
struct SideServices: Sendable {
    private let group: ServiceGroup
    private let ended = DispatchSemaphore(value: 0)

    init(server: ControlServer, inbox: InboxService?, queue: OperatorQueue) {
        var services: [any Service] = [SignalWatch(queue: queue), server]
        if let inbox { services.append(inbox) }
        group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map {
                    .init(
                        service: $0, successTerminationBehavior: .ignore, failureTerminationBehavior: .ignore)
                }, logger: Logger(label: "services") { _ in SwiftLogNoOpLogHandler() }))
    }

    func start() {
        let (group, ended) = (group, ended)
        Task.detached {
            do { try await group.run() } catch {
                FileHandle.standardError.write(Data("control socket ended: \(error)\n".utf8))
            }
            ended.signal()
        }
    }

    func stop(within time: DispatchTimeInterval) {
        let group = group
        Task.detached { await group.triggerGracefulShutdown() }
        _ = ended.wait(timeout: .now() + time)
    }
}

/// SIGTERM and SIGINT end the loop after its batch; SIGHUP reads the configuration again.
private struct SignalWatch: Service {
    let queue: OperatorQueue

    func run() async throws {
        let signals = await UnixSignalsSequence(trapping: [.sigterm, .sigint, .sighup])
        for await signal in signals.cancelOnGracefulShutdown() {
            if signal == .sighup { queue.requestReload() } else { queue.requestShutdown() }
        }
    }
}
