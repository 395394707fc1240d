/// Finds numbers by what they stand for: four bytes a place, without keys of its own. Whoever has the numbers
/// has the names too, and compares them.
///
/// Open addressing with steps of one, never more than three quarters full. Nothing is taken out.
struct NumberIndex: Sendable {
    /// Number + 1; 0 for an empty place. A power of two of them.
    private var places: [Int32] = Array(repeating: 0, count: 16)
    private var used = 0

    /// - Parameter isIt: does the number stand for what is looked for?
    func find(_ hash: Int, where isIt: (Int) -> Bool) -> Int? {
        let mask = places.count - 1
        var place = hash & mask
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            if isIt(number) { return number }
            place = (place + 1) & mask
        }
        return nil
    }

    /// Adds a number that is not in it.
    /// - Parameter hashOf: the hash of any number in it, should it have to grow.
    mutating func add(_ number: Int, hash: Int, hashOf: (Int) -> Int) {
        if (used + 1) * 4 > places.count * 3 { grow(hashOf) }
        put(Int32(number + 1), hash)
        used += 1
    }

    private mutating func grow(_ hashOf: (Int) -> Int) {
        let known = places
        places = Array(repeating: 0, count: known.count * 2)
        for entry in known where entry != 0 { put(entry, hashOf(Int(entry) - 1)) }
    }

    private mutating func put(_ entry: Int32, _ hash: Int) {
        let mask = places.count - 1
        var place = hash & mask
        while places[place] != 0 { place = (place + 1) & mask }
        places[place] = entry
    }
}
