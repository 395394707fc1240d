import AssetModel
import CMapBaselines
import DeviceDecoding
import Foundation
import Glibc

/// `tally-bench decode --steady N`: decodes N messages and nothing else between two marks, so that a counter
/// preloaded by `scripts/count-allocations` sees what the decoder takes from the heap once warm.
///
/// The marks are calls of `tally_allocation_mark(1)` and `(0)`, looked up by name: without the counter
/// nothing is marked. Before the messages a thousand objects are made between two marks, so that a counter
/// that sees nothing is found out.
struct DecodeSteady {
    private let format: DecodeFormat

    init(format: DecodeFormat) {
        self.format = format
    }

    func run(messages count: Int) throws {
        let messages = DecodeSamples.cases(of: format).flatMap(\.samples).map(\.message)
        let source = format.source
        var decoder = DeviceDecoder(layout: format.layout)
        var decoded = DecodedMessage()
        var records = 0
        func decode(_ count: Int) {
            for index in 0..<count {
                decoder.decode(
                    messages[index % messages.count], from: source, receivedAt: DecodeSamples.receivedAt,
                    into: &decoded)
                records += decoded.tagReads.count + decoded.fixes.count
            }
        }
        decode(messages.count * 4)
        DecodeSteady.mark(1)
        let control = (0..<1_000).map { _ in SteadyControl() }
        DecodeSteady.mark(0)
        records = 0
        DecodeSteady.mark(1)
        decode(count)
        DecodeSteady.mark(0)
        print("\(count) \(format.rawValue) messages, \(records) records")
        withExtendedLifetime(control) {}
    }

    private typealias Mark = @convention(c) (Int32) -> Void

    private static func mark(_ counts: Int32) {
        guard let symbol = dlsym(nil, "tally_allocation_mark") else { return }
        unsafeBitCast(symbol, to: Mark.self)(counts)
    }
}

/// Takes one allocation.
private final class SteadyControl {}
