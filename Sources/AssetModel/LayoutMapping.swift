/// Carries state over a change of the configuration: old indices to new ones, by identity.
package struct LayoutMapping: Sendable, Equatable {
    /// New index for each old one, `nil` where the new layout has no such thing.
    package var zones: [Int?]
    package var readers: [Int?]
    package var antennas: [Int?]

    /// The names that stand for the indices of a layout, written beside the state.
    package struct Names: Sendable, Equatable {
        package var zones: [String]
        package var readers: [String]
        package var antennas: [String]

        package init(_ layout: SiteLayout) {
            zones = layout.zones.map(\.id)
            readers = layout.readers.map(\.id)
            antennas = layout.antennas.map {
                "\(layout.readers[$0.reader].id)/\($0.port)@\(layout.zones[$0.zone].id)"
            }
        }

        package init(zones: [String], readers: [String], antennas: [String]) {
            self.zones = zones
            self.readers = readers
            self.antennas = antennas
        }
    }

    package init(from old: Names, to new: Names) {
        zones = old.zones.map { new.zones.firstIndex(of: $0) }
        readers = old.readers.map { new.readers.firstIndex(of: $0) }
        antennas = old.antennas.map { new.antennas.firstIndex(of: $0) }
    }

    /// Without the antennas, by their old index, that are not to be kept.
    package func keeping(_ isKept: [Bool]) -> LayoutMapping {
        var mapping = self
        for index in antennas.indices where !isKept[index] { mapping.antennas[index] = nil }
        return mapping
    }

    package func zone(_ old: Int) -> Int? { zones.indices.contains(old) ? zones[old] : nil }
    package func reader(_ old: Int) -> Int? { readers.indices.contains(old) ? readers[old] : nil }
    package func antenna(_ old: Int) -> Int? { antennas.indices.contains(old) ? antennas[old] : nil }
}
