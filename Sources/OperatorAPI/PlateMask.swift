/// Plates as they may stand in the journal: a full plate is personal data, so its middle is hidden.
///
///     鄂J12345 → 鄂J·**345        鄂AD12345 → 鄂A·***345
package enum PlateMask {
    /// Characters at the end that stay readable, so that an operator can tell vehicles of one yard apart.
    private static let shown = 3
    /// Province and office letter.
    private static let office = 2

    /// - Parameter plate: a plate with or without the dot; anything too short to be one keeps its first
    ///   character only. One that is masked already stays as it is.
    package static func mask(_ plate: String) -> String {
        if plate.contains("*") { return plate }
        let characters = plate.filter { !separators.contains($0) }
        guard characters.count > office + shown else {
            return characters.prefix(1) + String(repeating: "*", count: max(characters.count - 1, 1))
        }
        let hidden = String(repeating: "*", count: characters.count - office - shown)
        return characters.prefix(office) + "·" + hidden + characters.suffix(shown)
    }

    /// Hides every plate inside a text that comes from elsewhere.
    package static func mask(in text: String) -> String {
        guard text.contains(where: { provinces.contains($0) }) else { return text }
        let characters = Array(text)
        var masked = ""
        var at = 0
        while at < characters.count {
            if let end = endOfPlate(characters, from: at) {
                masked += mask(String(characters[at..<end]))
                at = end
            } else {
                masked.append(characters[at])
                at += 1
            }
        }
        return masked
    }

    /// Province, letter, perhaps a separator, then five or six letters or digits and no more.
    private static func endOfPlate(_ characters: [Character], from start: Int) -> Int? {
        guard start + office < characters.count, provinces.contains(characters[start]),
            characters[start + 1].isASCII, characters[start + 1].isLetter
        else { return nil }
        let body = start + office + (separators.contains(characters[start + office]) ? 1 : 0)
        var end = body
        while end < characters.count, isPlateCharacter(characters[end]) { end += 1 }
        return (5...6).contains(end - body) ? end : nil
    }

    private static func isPlateCharacter(_ character: Character) -> Bool {
        (character.isASCII && (character.isLetter || character.isNumber)) || tails.contains(character)
    }

    private static let separators: Set<Character> = ["·", "•", "．", ".", "-", " "]
    private static let provinces = Set("京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领")
    private static let tails = Set("挂学警港澳领使")
}

/// The number of a vehicle terminal is a telephone number: its middle is hidden as well.
package enum PhoneMask {
    /// `13912345678` → `139****5678`; too short a number is hidden but for its last two digits.
    package static func mask(_ phone: String) -> String {
        guard phone.count >= 9 else {
            return String(repeating: "*", count: max(phone.count - 2, 0)) + phone.suffix(2)
        }
        return phone.prefix(3) + String(repeating: "*", count: phone.count - 7) + phone.suffix(4)
    }
}
