import AssetModel

/// Whether a JSON text is one of plain reads.
///
/// Sure only where hex of a plausible length stands under a name that holds identities: a wrong guess is
/// worse than none. Identities alone, and a read with an empty identity, are taken and decide nothing. Not
/// for events of arriving and leaving: what those mean is not in their shape.
///
/// Of an array the first ``JSONPage/recognisedElementsMax`` elements count, so that a broken one in front
/// does not hide its neighbours.
struct PlainRecognition {
    let page: JSONPage

    /// 64 bits, the shortest that carries a scheme; shorter hex is a number, a colour, a checksum.
    private static let recordDigitsMin = 16
    /// 96 bits, the shortest EPC: shorter hex in a list may be addresses of anything.
    private static let aloneDigitsMin = 24

    var verdict: Recognition {
        let container = PlainDocument.besideHead(page)
        let node = container?.array ?? JSONPage.root
        if page.kind(node) == .object { return recognition(PlainRecord(node, of: page)) }
        guard page.kind(node) == .array else { return .none }
        return recognition(elementsOf: node, isOfData: container?.usual == "data")
    }

    /// - Parameter isOfData: the array's name says nothing of tags.
    private func recognition(elementsOf array: Int, isOfData: Bool) -> Recognition {
        var best = Recognition.none
        var (count, identities) = (0, 0)
        var element = page.firstElement(of: array)
        while let node = element, count < JSONPage.recognisedElementsMax {
            count += 1
            if page.kind(node) == .object {
                let record = PlainRecord(node, of: page)
                if isEvent(record) { return .none }
                switch recognition(record) {
                case .certain: return .certain
                case .possible: best = .possible
                case .none: break
                }
            } else if isHex(node, digitsMin: PlainRecognition.aloneDigitsMin) {
                identities += 1
            }
            element = page.element(after: node, in: array)
        }
        // One in two: a list that happens to hold a check sum is none of tags.
        if identities > 0, identities * 2 >= count, !isOfData { best = .possible }
        return best
    }

    private func recognition(_ record: PlainRecord) -> Recognition {
        if isEvent(record) { return .none }
        guard let node = record.node(.epc) else {
            // Three usual names at once.
            let isRead = record.blankEPC != nil && record.has(.signal) && record.has(.antenna)
            return isRead ? .possible : .none
        }
        guard isHex(node, digitsMin: PlainRecognition.recordDigitsMin) else { return .none }
        // "tag" and "id" hold anything; with a signal or an antenna beside them, a tag.
        return record.namesEPC || record.has(.signal) || record.has(.antenna) ? .certain : .none
    }

    private func isEvent(_ record: PlainRecord) -> Bool { record.has(.event) || record.has(.gone) }

    private func isHex(_ node: Int, digitsMin: Int) -> Bool {
        guard page.kind(node) == .text || page.kind(node) == .escapedText else { return false }
        return page.withBytes(node) { text in
            guard text.count >= digitsMin, case .success = FieldText.identity(text, .hex) else {
                return false
            }
            return true
        }
    }
}
