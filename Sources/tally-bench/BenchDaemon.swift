import Foundation
import Glibc

/// A real `tallyd` with a register of some size.
final class BenchDaemon {
    let process: BenchProcess
    private let socket: String

    struct Failure: Error { var detail: String }

    init(broker: BenchBroker, assets: Int) throws {
        let directory = broker.directory
        socket = directory + "/control.sock"
        try BenchDaemon.configuration(port: broker.port, directory: directory).write(
            toFile: directory + "/tallyd.toml", atomically: true, encoding: .utf8)
        var cards = "assetNo,assetName,state,location\n"
        var tags = "epc,assetNo\n"
        for number in 1...assets {
            cards += "PC-\(number),台式计算机,在仓,shelf A\n"
            tags += "\(Flood.epc(UInt64(number))),PC-\(number)\n"
        }
        tags += "\(Flood.lastTag),NO-CARD\n"
        try cards.write(toFile: directory + "/register.csv", atomically: true, encoding: .utf8)
        try tags.write(toFile: directory + "/tags.csv", atomically: true, encoding: .utf8)
        process = try BenchProcess(
            BenchPrograms.daemon, ["run", "--config", directory + "/tallyd.toml", "--socket", socket])
        guard process.wait(for: "BROKER_UP") else { throw Failure(detail: "tallyd did not connect") }
        try importBook("register", directory)
        try importBook("tags", directory)
    }

    private func importBook(_ kind: String, _ directory: String) throws {
        let run = try BenchProcess(
            BenchPrograms.tally,
            ["--socket", socket, "register", "import", directory + "/\(kind).csv", "--kind", kind])
        run.waitForEnd()
        guard process.wait(for: "REGISTER_IMPORTED") else {
            throw Failure(detail: "\(kind) was not imported")
        }
    }

    private static func configuration(port: Int, directory: String) -> String {
        var text = """
            [gateway]
            id = "bench"
            [broker]
            host = "127.0.0.1"
            port = \(port)
            [store]
            path = "\(directory)/tally.db"
            [[site]]
            id = "S1"
            [[zone]]
            id = "A"
            site = "S1"
            locations = ["shelf A"]
            [[reader]]
            id = "rA"
            site = "S1"
            vendor = "impinj"
            liveness = "will"
            topics = ["readers/rA/#"]

            """
        // Full after the first 100,000 messages: from then on each stranger takes the place of another, and
        // what memory still grows by is not the table.
        let strangersMax = 1_000
        for port in 1...4 { text += "[[reader.antenna]]\nport = \(port)\nzone = \"A\"\n" }
        text += "[limits]\nstrangers_max = \(strangersMax)\n"
        return text
    }
}
