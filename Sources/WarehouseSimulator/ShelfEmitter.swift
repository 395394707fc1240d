/// Makes reports of successful looks, for one epoch.
struct ShelfEmitter {
    let time: Range<WorldTime>
    let silences: ShelfSilences
    /// Antenna that reads so many times as often in this epoch; -1: none.
    let burstAntenna: Int
    let burstFactor: Int
    /// By reader: share of looks that it has time for. Empty where all have.
    let loads: [Double]
    let readerOfAntenna: [Int]
    let weakest: Int
    /// 1/100 dB for 1/32768 of the fading number.
    let fading: Int
    /// Of 65536: the report stands for more than 1, 2, … reads where its number is not smaller.
    let countLimits: [UInt64]

    /// One report for a look that succeeded, or as many as a burst makes of it.
    ///
    /// - Parameters:
    ///   - look: the number of the look; what it does not decide is drawn from it.
    ///   - signal: mean, 1/100 dBm.
    func report(_ tag: Int, _ antenna: Int, look: UInt64, signal: Int16, into reads: inout [ShelfRead]) {
        var detail = SplitMix64.scramble(look ^ SplitMix64.increment)
        if !loads.isEmpty, !hasTime(antenna, look: look) { return }
        let length = UInt64(time.upperBound - time.lowerBound)
        let count = look & 0xFFFF
        var read = ShelfRead(
            tag: Int32(truncatingIfNeeded: tag), antenna: Int32(truncatingIfNeeded: antenna), at: 0,
            centiDBm: signal, seenCount: 1)
        for limit in countLimits where count >= limit { read.seenCount += 1 }
        for copy in 0..<(antenna == burstAntenna ? burstFactor : 1) {
            if copy > 0 { detail = SplitMix64.scramble(detail &+ SplitMix64.increment) }
            read.at = time.lowerBound + WorldTime(((detail & 0xFFFF) * length) >> 16)
            add(read, detail: detail, into: &reads)
        }
    }

    /// A read at a time that is known, with its mean signal; unless its antenna is silent.
    @inline(__always)
    func add(_ mean: ShelfRead, detail: UInt64, into reads: inout [ShelfRead]) {
        let antenna = Int(mean.antenna)
        if !silences.isQuiet, silences.upShares[antenna] < 1, silences.silences(antenna, at: mean.at) {
            return
        }
        // Three uniform numbers make a bell of deviation 32768.
        let sum = Int(detail >> 16 & 0xFFFF) + Int(detail >> 32 & 0xFFFF) + Int(detail >> 48) - 98_304
        let centi = max(weakest, Int(mean.centiDBm) + (sum * fading) >> 15)
        var read = mean
        // In steps of half a decibel.
        read.centiDBm = Int16(truncatingIfNeeded: (centi - 25) / 50 * 50)
        reads.append(read)
    }

    private func hasTime(_ antenna: Int, look: UInt64) -> Bool {
        let number = SplitMix64.scramble(look &+ 0x5851_F42D_4C95_7F2D)
        return Double(number >> 11) * 0x1p-53 < loads[readerOfAntenna[antenna]]
    }

    /// Poisson with a mean, as limits of 65536.
    static func countLimits(mean: Double) -> [UInt64] {
        var term = exponential(-mean)
        var sum = term
        return (1...8).map { number in
            defer {
                term *= mean / Double(number)
                sum += term
            }
            return UInt64(min(65_536, (sum * 65_536).rounded()))
        }
    }
}
