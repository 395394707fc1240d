package import AssetModel

/// What an observation would tell, without taking it in.
extension ReadRing {
    /// Is the bit of this read set already, or has it left the window?
    /// - Parameter epochLength: read cycle of the antenna.
    package func knows(
        _ tag: EPC, antenna: Int, heardAt: UTCInstant, epochLength: ElapsedTime
    ) -> Bool {
        guard let slot = slot(of: tag) else { return false }
        let epoch = EvidenceEpoch.number(of: heardAt, length: epochLength)
        guard let cell = evidence(of: slot).first(where: { $0.antenna == antenna }) else { return false }
        let behind = cell.newestEpoch - epoch
        guard behind >= 0 else { return false }
        return behind >= 64 || cell.bits >> UInt64(behind) & 1 == 1
    }

    /// A tag of the register: never forgotten, so what it was read in is known.
    package func isRegistered(_ tag: EPC) -> Bool { slot(of: tag).map { isRegistered($0) } ?? false }
}
