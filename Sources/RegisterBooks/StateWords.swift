package import AssetModel

/// The words with which registers say what state an asset is in, and the ten states they mean.
///
/// Sources: the states of public asset warehouses, the use-status lists of the finance systems and of the
/// stocktaking forms. A word that is not here is a problem of its line, never a guess.
package struct StateWords: Sendable {
    /// What a state cell says.
    package enum Meaning: Sendable, Equatable {
        case state(AssetState)
        /// 其他, or an empty cell: the location of the card decides.
        case unsaid
    }

    private var words: [String: Meaning]

    /// - Parameter added: words of this installation, which go before the built-in ones.
    package init(adding added: [String: AssetState] = [:]) {
        words = StateWords.builtIn
        for (word, state) in added { words[StateWords.key(word)] = .state(state) }
    }

    /// `在用`, `01-在用`, `待处置(待报废)`, `IN_STOCK`, `inUse`; `nil` where nothing of it is known.
    package func meaning(of text: String) -> Meaning? {
        let folded = CellText.folded(text)
        if folded.isEmpty { return .unsaid }
        for candidate in StateWords.candidates(in: folded) {
            if let meaning = words[StateWords.key(candidate)] { return meaning }
        }
        return nil
    }

    /// The text itself; without a remark in brackets; without a code in front of it.
    private static func candidates(in text: String) -> [Substring] {
        let whole = Substring(text)
        let unremarked = whole.hasSuffix(")") ? whole.prefix { $0 != "(" } : whole
        var candidates = [whole, unremarked, unremarked.drop { $0.isASCII }]
        if let dash = unremarked.lastIndex(of: "-"), unremarked[..<dash].allSatisfy(\.isASCII) {
            candidates.append(unremarked[unremarked.index(after: dash)...])
        }
        return candidates.filter { !$0.isEmpty }
    }

    /// Case and the separators inside an identifier do not matter.
    private static func key(_ text: some StringProtocol) -> String {
        String(CellText.folded(String(text)).uppercased().filter { $0 != " " && $0 != "_" })
    }

    private static let builtIn: [String: Meaning] = {
        var words: [String: Meaning] = [:]
        for state in AssetState.allCases {
            words[key(state.rawValue)] = .state(state)
            words[key(state.chinese)] = .state(state)
            for synonym in synonyms(of: state) { words[key(synonym)] = .state(state) }
        }
        for word in ["其他", "其它", "other"] { words[key(word)] = .unsaid }
        return words
    }()

    private static func synonyms(of state: AssetState) -> [String] {
        switch state {
        case .pendingIntake: return ["待入库"]
        case .inStock: return ["在库", "已入仓", "已入库", "闲置", "不在用", "idle"]
        case .reserved: return ["预留", "调拨中", "调剂中"]
        case .lent: return ["出借", "借出", "借用中", "出租", "已出租", "lentOut", "leasedOut"]
        case .transferred: return ["已调拨", "已划转"]
        case .inUse: return ["使用中", "自用"]
        case .repair: return ["维修", "待修", "送修"]
        case .pendingDisposal: return ["待报废", "毁损"]
        case .disposed: return ["报废", "已报废", "已核销", "scrapped"]
        case .lost: return ["报损", "丢失"]
        }
    }
}
