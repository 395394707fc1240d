import CMapBaselines
import Glibc

/// `tally-bench ring --keys N --steady R`: R reads of registered tags and of strangers, one in ten, between
/// two marks, so that a counter preloaded by `scripts/count-allocations` sees what the ring takes from the
/// heap. Before them a thousand objects are made between two marks, as in ``DecodeSteady``.
struct RingSteady {
    let keys: Int

    func run(reads count: Int) {
        let strangersMax = min(65_536, keys)
        var stream = RingStream(keys: keys)
        var ring = RingContender(hashKey: 1, keys: keys, strangersMax: strangersMax, decoded: DecodedTags())
        for side in [UInt16(0), 1] { _ = ring.observe(stream.roundOfRegister(antenna: side)) }
        _ = ring.observe(stream.strangersOnly(strangersMax))
        _ = ring.observe(stream.churn())
        var stretches = [stream.churn()]
        while stretches.count * RingStream.readsPerRun < count { stretches.append(stream.churn()) }
        RingSteady.mark(1)
        let control = (0..<1_000).map { _ in Control() }
        RingSteady.mark(0)
        RingSteady.mark(1)
        var fresh: UInt64 = 0
        for stretch in stretches { fresh += ring.observe(stretch).fresh }
        RingSteady.mark(0)
        print(
            "\(stretches.count * RingStream.readsPerRun) reads of the ring, \(fresh) new, "
                + "\(ring.tagsAside) tags without a pilot"
        )
        withExtendedLifetime(control) {}
    }

    private typealias Mark = @convention(c) (Int32) -> Void

    private static func mark(_ counts: Int32) {
        guard let symbol = dlsym(nil, "tally_allocation_mark") else { return }
        unsafeBitCast(symbol, to: Mark.self)(counts)
    }

    /// Takes one allocation.
    private final class Control {}
}
