import FuzzTargets
import Glibc

// What libFuzzer calls; its own `main` is linked in by -sanitize=fuzzer. See scripts/fuzz.

/// The target of this process.
nonisolated(unsafe) private var target: (any FuzzTarget.Type)?

/// Called once, before the first input: the target stands in the environment, because the command line is
/// libFuzzer's.
@c(LLVMFuzzerInitialize)
public func initialise(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    let name = getenv("TALLY_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    target = FuzzTargets.named(name)
    if target == nil {
        say("no such target: \(name)")
        // EX_USAGE of sysexits.h.
        exit(64)
    }
    return 0
}

@c(LLVMFuzzerTestOneInput)
public func testOneInput(_ start: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    let input = Array(UnsafeBufferPointer(start: start, count: size))
    do throws(Breach) {
        try target?.check(input)
    } catch {
        say("BREACH: \(error)")
        abort()
    }
    return 0
}

private func say(_ text: String) {
    let line = Array((text + "\n").utf8)
    // Standard error. What it does not take is lost with the process that is about to end.
    _ = line.withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
}
