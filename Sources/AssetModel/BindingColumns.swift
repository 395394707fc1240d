/// Which tag is on which asset, both ways: the tags of an asset are a list through the columns, so that a
/// card that changes costs as much as it has tags, and not as the books have.
///
/// Some 70 bytes a tag with a TID of 96 bits, the places of its index counted in.
struct BindingColumns: Sendable {
    /// Lines of tags that were ever bound; one that is not now has no asset.
    private var tags: [EPC] = []
    /// Lines of ``AssetColumns``; -1 for none.
    private var assets: [Int32] = []
    /// The neighbours in the list of the asset; -1 at its ends.
    private var next: [Int32] = []
    private var previous: [Int32] = []
    /// By line of the asset: the first of its tags, -1 for none.
    private var heads: [Int32] = []
    /// TIDs of 96 bits, all zero for none; others are in `otherTIDs`.
    private var tidFirst: [UInt64] = []
    private var tidSecond: [UInt32] = []
    private var otherTIDs: [Int32: String] = [:]
    /// Of bindings that do not hold for ever.
    private var terms: [Int32: Term] = [:]
    private var index = NumberIndex()
    /// Tags that are bound.
    private(set) var count = 0

    struct Term: Sendable {
        var from: UTCInstant?
        var to: UTCInstant?

        func holds(at instant: UTCInstant) -> Bool {
            (from.map { $0 <= instant } ?? true) && (to.map { instant < $0 } ?? true)
        }
    }

    // MARK: what it is asked

    /// The line of a tag that is bound.
    func line(of tag: EPC) -> Int? {
        guard let line = known(tag), assets[line] >= 0 else { return nil }
        return line
    }

    func asset(of line: Int) -> Int { Int(assets[line]) }

    func term(of line: Int) -> Term? { terms.isEmpty ? nil : terms[Int32(line)] }

    func tidHex(of line: Int) -> String? {
        guard tidFirst[line] != 0 || tidSecond[line] != 0 else { return otherTIDs[Int32(line)] }
        var words = EPC.Words()
        (words.first, words.second) = (tidFirst[line], UInt64(tidSecond[line]) << 32)
        return EPC(bitCount: 96, words: words).hex
    }

    /// In no order that means anything.
    func forEachTag(ofAsset asset: Int, _ body: (EPC) -> Void) {
        guard asset < heads.count else { return }
        var line = heads[asset]
        while line >= 0 {
            body(tags[Int(line)])
            line = next[Int(line)]
        }
    }

    /// All tags that are bound, in order.
    var sortedTags: [EPC] { tags.indices.filter { assets[$0] >= 0 }.map { tags[$0] }.sorted() }

    // MARK: what changes

    /// Binds a tag to the asset of a line, whatever it was bound to before.
    mutating func put(_ tag: EPC, asset: Int, tidHex: String?, term: Term) {
        let line = lineMade(for: tag)
        unlink(line)
        link(line, asset)
        put(tidHex, of: line)
        terms[Int32(line)] = term.from == nil && term.to == nil ? nil : term
    }

    mutating func remove(_ tag: EPC) {
        guard let line = line(of: tag) else { return }
        unlink(line)
        put(nil, of: line)
        terms[Int32(line)] = nil
    }

    // MARK: inside

    private func known(_ tag: EPC) -> Int? { index.find(tag.hashValue) { tags[$0] == tag } }

    private mutating func lineMade(for tag: EPC) -> Int {
        if let line = known(tag) { return line }
        let line = tags.count
        tags.append(tag)
        assets.append(-1)
        next.append(-1)
        previous.append(-1)
        tidFirst.append(0)
        tidSecond.append(0)
        index.add(line, hash: tag.hashValue) { [tags] in tags[$0].hashValue }
        return line
    }

    private mutating func link(_ line: Int, _ asset: Int) {
        while heads.count <= asset { heads.append(-1) }
        assets[line] = Int32(asset)
        next[line] = heads[asset]
        previous[line] = -1
        if heads[asset] >= 0 { previous[Int(heads[asset])] = Int32(line) }
        heads[asset] = Int32(line)
        count += 1
    }

    private mutating func unlink(_ line: Int) {
        guard assets[line] >= 0 else { return }
        if previous[line] >= 0 {
            next[Int(previous[line])] = next[line]
        } else {
            heads[Int(assets[line])] = next[line]
        }
        if next[line] >= 0 { previous[Int(next[line])] = previous[line] }
        assets[line] = -1
        count -= 1
    }

    private mutating func put(_ tidHex: String?, of line: Int) {
        (tidFirst[line], tidSecond[line]) = (0, 0)
        if !otherTIDs.isEmpty { otherTIDs[Int32(line)] = nil }
        guard let tidHex else { return }
        if let tid = EPC(hex: tidHex), tid.bitCount == 96, tid.hex == tidHex, !tid.isBlank {
            (tidFirst[line], tidSecond[line]) = (tid.words.first, UInt32(tid.words.second >> 32))
        } else {
            otherTIDs[Int32(line)] = tidHex
        }
    }
}
