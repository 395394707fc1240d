import AssetModel

/// Which antenna is at a port of a reader: asked for every read, so ports as readers have them are looked up
/// without a hash.
struct AntennaPorts: Sendable {
    /// By port; -1 for none.
    private var antennas: [Int32] = []
    private var beyond: [UInt16: Int] = [:]

    /// Readers and their hubs number ports from 1 on, to 64 at most; higher numbers are names.
    private static let portsMax = 256

    init(of reader: SiteLayout.Reader, in layout: SiteLayout) {
        for antenna in reader.antennas {
            let port = Int(layout.antennas[antenna].port)
            guard port < AntennaPorts.portsMax else {
                beyond[layout.antennas[antenna].port] = antenna
                continue
            }
            while antennas.count <= port { antennas.append(-1) }
            antennas[port] = Int32(antenna)
        }
    }

    subscript(port: UInt16) -> Int? {
        guard Int(port) < antennas.count else { return beyond.isEmpty ? nil : beyond[port] }
        return antennas[Int(port)] < 0 ? nil : Int(antennas[Int(port)])
    }
}
