#if canImport(Glibc)
    import Glibc
#endif

/// A point on the ground, in degrees of one datum.
package struct GeoPoint: Hashable, Sendable {
    /// -90...90, south negative.
    package var latitude: Double
    /// -180...180, west negative.
    package var longitude: Double

    package init(latitude: Double, longitude: Double) {
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// The datums of positions in China. WGS-84 stands for CGCS2000 too: they differ by centimetres.
package enum Datum: String, Sendable, CaseIterable {
    case wgs84
    /// The shifted datum of maps published in China ("plug-in" of JT/T 808 status bit 5).
    case gcj02
    /// GCJ-02 shifted once more, as one map provider does.
    case bd09

    /// The same point in WGS-84, to within 1 mm of what the forward conversion would give back.
    package func toWGS84(_ point: GeoPoint) -> GeoPoint {
        switch self {
        case .wgs84: return point
        case .gcj02: return Datum.inverse(of: point, Datum.shifted)
        case .bd09: return Datum.inverse(of: Datum.inverse(of: point, Datum.turned), Datum.shifted)
        }
    }

    /// A WGS-84 point in this datum.
    package func fromWGS84(_ point: GeoPoint) -> GeoPoint {
        switch self {
        case .wgs84: return point
        case .gcj02: return Datum.shifted(point)
        case .bd09: return Datum.turned(Datum.shifted(point))
        }
    }
}

extension VehicleFix {
    /// Brings the position to WGS-84.
    /// - Parameter source: what the platform or terminal is configured to send; a terminal that says of
    ///   itself that its position is shifted is believed.
    package mutating func convert(from source: Datum) {
        guard let latitude = latitudeDegrees, let longitude = longitudeDegrees else { return }
        let datum = source == .wgs84 && isShifted ? Datum.gcj02 : source
        guard datum != .wgs84 else { return }
        let point = datum.toWGS84(GeoPoint(latitude: latitude, longitude: longitude))
        latitudeDegrees = point.latitude
        longitudeDegrees = point.longitude
    }
}

/// The shift of GCJ-02: polynomials and waves in metres, laid on the Krasovsky 1940 ellipsoid. Published
/// many times since 2010; no official text exists.
extension Datum {
    private enum Ellipsoid {
        /// Krasovsky 1940, metres.
        static let semiMajorAxis = 6_378_245.0
        static let eccentricitySquared = 0.006_693_421_622_965_943
    }

    /// The middle of the polynomials.
    private static let origin = GeoPoint(latitude: 35, longitude: 105)

    private static func shifted(_ point: GeoPoint) -> GeoPoint {
        guard ShiftedRegion.contains(point) else { return point }
        let x = point.longitude - origin.longitude
        let y = point.latitude - origin.latitude
        let radians = point.latitude * .pi / 180
        let sine = sin(radians)
        let flattened = 1 - Ellipsoid.eccentricitySquared * sine * sine
        let root = flattened.squareRoot()
        let metresNorth = Ellipsoid.semiMajorAxis * (1 - Ellipsoid.eccentricitySquared) / (flattened * root)
        let metresEast = Ellipsoid.semiMajorAxis / root * cos(radians)
        return GeoPoint(
            latitude: point.latitude + north(x, y) * 180 / (metresNorth * .pi),
            longitude: point.longitude + east(x, y) * 180 / (metresEast * .pi))
    }

    /// Metres to the north, for degrees from the origin.
    private static func north(_ x: Double, _ y: Double) -> Double {
        let base = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * abs(x).squareRoot()
        return base + ripple(x)
            + waves(y, [(20, 1), (40, 3)])
            + waves(y, [(160, 12), (320, 30)])
    }

    /// Metres to the east.
    private static func east(_ x: Double, _ y: Double) -> Double {
        let base = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * abs(x).squareRoot()
        return base + ripple(x)
            + waves(x, [(20, 1), (40, 3)])
            + waves(x, [(150, 12), (300, 30)])
    }

    private static func ripple(_ x: Double) -> Double {
        (20 * sin(6 * x * .pi) + 20 * sin(2 * x * .pi)) * 2 / 3
    }

    /// Amplitude in metres and the number of degrees in half a wave.
    private static func waves(_ degrees: Double, _ parts: [(amplitude: Double, halfWave: Double)]) -> Double {
        parts.reduce(0) { $0 + $1.amplitude * sin(degrees / $1.halfWave * .pi) } * 2 / 3
    }
}

/// BD-09: a turn and a stretch about the origin of degrees, and a fixed step.
extension Datum {
    private enum Turn {
        static let frequency = Double.pi * 3_000 / 180
        static let stretch = 0.000_02
        static let angle = 0.000_003
        static let step = GeoPoint(latitude: 0.006, longitude: 0.006_5)
    }

    private static func turned(_ point: GeoPoint) -> GeoPoint {
        guard ShiftedRegion.contains(point) else { return point }
        let (x, y) = (point.longitude, point.latitude)
        let length = (x * x + y * y).squareRoot() + Turn.stretch * sin(y * Turn.frequency)
        let angle = atan2(y, x) + Turn.angle * cos(x * Turn.frequency)
        return GeoPoint(
            latitude: length * sin(angle) + Turn.step.latitude,
            longitude: length * cos(angle) + Turn.step.longitude)
    }
}

extension Datum {
    /// About 0.1 mm of latitude.
    private static let toleranceDegrees = 1e-9
    /// Each step shrinks the error by two orders; four are enough everywhere.
    private static let stepsMax = 12

    /// The point that a conversion takes to `target`, by fixed-point iteration.
    private static func inverse(of target: GeoPoint, _ convert: (GeoPoint) -> GeoPoint) -> GeoPoint {
        guard ShiftedRegion.contains(target) else { return target }
        var guess = target
        for _ in 0..<stepsMax {
            let image = convert(guess)
            let north = target.latitude - image.latitude
            let east = target.longitude - image.longitude
            guess.latitude += north
            guess.longitude += east
            if abs(north) < toleranceDegrees, abs(east) < toleranceDegrees { break }
        }
        return guess
    }
}

/// Where maps are shifted, as boxes: the mainland with a margin of some kilometres, less its neighbours as
/// far as boxes can tell them apart. Within a few kilometres of a land border the answer is uncertain.
enum ShiftedRegion {
    private struct Box {
        let south: Double
        let north: Double
        let west: Double
        let east: Double

        func contains(_ point: GeoPoint) -> Bool {
            point.latitude >= south && point.latitude <= north && point.longitude >= west
                && point.longitude <= east
        }
    }

    private static let boxes = [
        Box(south: 42.8899, north: 49.2204, west: 79.4462, east: 96.33),
        Box(south: 39.3742, north: 54.1415, west: 109.6872, east: 135.0002),
        Box(south: 29.5297, north: 42.8899, west: 73.124_6, east: 124.143_255),
        Box(south: 26.7186, north: 29.5297, west: 82.968_4, east: 97.035_2),
        Box(south: 20.414_096, north: 29.5297, west: 97.025_3, east: 124.367_395),
        Box(south: 17.871_542, north: 20.414_096, west: 107.975_793, east: 111.744_104),
    ]

    private static let neighbours = [
        Box(south: 21.785_006, north: 25.398_623, west: 119.921_265, east: 122.497_559),
        Box(south: 20.0988, north: 22.284, west: 101.8652, east: 106.665),
        Box(south: 20.4878, north: 21.5422, west: 106.4525, east: 108.051),
        Box(south: 50.3257, north: 55.8175, west: 109.0323, east: 119.127),
        Box(south: 49.5574, north: 55.8175, west: 127.4568, east: 137.0227),
        Box(south: 42.5692, north: 44.8922, west: 131.2662, east: 137.0227),
    ]

    static func contains(_ point: GeoPoint) -> Bool {
        boxes.contains { $0.contains(point) } && !neighbours.contains { $0.contains(point) }
    }
}
