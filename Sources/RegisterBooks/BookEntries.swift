import AssetModel

/// How each book's line becomes its card. A card comes out even of a line with problems; whether it is taken
/// is decided by ``BookLine/isTakeable``. Without a key there is no card.
extension BookLine {
    mutating func assetCard() -> AssetCard? {
        let key = assetNo()
        var card = AssetCard(assetNo: key ?? "")
        card.assetName = name(.assetName)
        card.classCode = identifier(.classCode)
        card.specModel = name(.specModel)
        card.quantity = quantity()
        noteStocktake(against: card.quantity)
        card.originalValueFen = money(.originalValue)
        card.acquireDate = date(.acquireDate)
        card.state = state()
        card.useDept = name(.useDept)
        card.useUnit = name(.useUnit)
        card.ownerUnit = name(.ownerUnit)
        card.location = name(.location)
        card.locationCode = identifier(.locationCode)
        card.site = identifier(.site)
        card.zone = identifier(.zone)
        return key == nil ? nil : card
    }

    mutating func tagBinding() -> TagBinding? {
        let before = problems.count
        let epc = hex(.epc, problem: .epc)
        if epc == nil, problems.count == before { note(.missingValue, .epc) }
        let asset = assetNo()
        let tid = hex(.tid, problem: .tid)
        let validity = validity()
        guard let epc else { return nil }
        return TagBinding(
            epcHex: epc, assetNo: asset ?? "", tidHex: tid, validFrom: validity.from, validTo: validity.to)
    }

    mutating func vehicleCard() -> VehicleCard? {
        let key = plate()
        var card = VehicleCard(plateNo: key ?? "")
        card.vin = vin()
        card.useUnit = name(.useUnit)
        card.vehicleUse = name(.vehicleUse)
        card.terminalPhone = terminalPhone()
        card.tagEpcHex = hex(.tagEpc, problem: .epc) ?? ""
        card.sealed = flag(.sealed)
        card.parkingFence = name(.parkingFence)
        card.trackingPolicy = trackingPolicy()
        let validity = validity()
        card.validFrom = validity.from
        card.validTo = validity.to
        return key == nil ? nil : card
    }

    /// `鄂J·12345`, `鄂j 12345` → `鄂J12345`. Kinds of plates are many (new energy, police, embassy, trailers),
    /// so only what no plate can be is refused: 5 to 10 letters, digits and hanzi, with a digit among them.
    private mutating func plate() -> String? {
        guard let text = required(.plateNo) else { return nil }
        let separators: Set<Character> = [" ", "·", "•", "・", ".", "-"]
        let plate = text.uppercased().filter { !separators.contains($0) }
        guard (5...10).contains(plate.count), plate.allSatisfy({ $0.isLetter || $0.isWholeNumber }),
            plate.contains(where: { $0.isASCII && $0.isWholeNumber })
        else {
            note(.plate, .plateNo, value: text)
            return nil
        }
        return plate
    }

    /// 17 letters and digits without I, O and Q (ISO 3779). Older chassis numbers differ and no rule here
    /// depends on them, so another form is only remarked on.
    private mutating func vin() -> String {
        let text = identifier(.vin).uppercased()
        let isPlain = text.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isWholeNumber) && !"IOQ".contains($0)
        }
        if !text.isEmpty, text.utf8.count != 17 || !isPlain { note(.vin, .vin, value: text) }
        return text
    }

    /// The number in a JT/T 808 header has 12 digits, or 20 since 2019, filled with zeros in front: those are
    /// dropped. Platforms that name a terminal otherwise (a VIN, an IMEI in hex, a plate, a device's name)
    /// have a letter in it and are kept as they stand.
    private mutating func terminalPhone() -> String {
        let text = CellText.withoutSpaces(identifier(.terminalPhone))
        guard !text.isEmpty else { return "" }
        if isTerminalName(text) { return text }
        let digits = text.drop { $0 == "0" }
        guard text.utf8.count <= 20, !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            note(.phone, .terminalPhone, value: text)
            return ""
        }
        return String(digits)
    }

    /// Letters and digits, a digit among them, perhaps with `-`, `_` or `:`; never a number that a
    /// spreadsheet wrote as `1E11`. 64 bytes are what the decoders take for a name.
    private func isTerminalName(_ text: String) -> Bool {
        let letters = text.filter(\.isLetter)
        let isNumber = text.first?.isWholeNumber == true && (letters == "E" || letters == "e")
        return !letters.isEmpty && !isNumber && text.utf8.count <= 64 && text.contains(where: \.isWholeNumber)
            && text.allSatisfy { $0.isLetter || $0.isWholeNumber || "-_:".contains($0) }
    }

    private mutating func trackingPolicy() -> VehicleCard.TrackingPolicy {
        let text = identifier(.trackingPolicy).lowercased()
        switch text {
        case "", "full", "全程": return .full
        case "presenceonly", "仅在位": return .presenceOnly
        case "none", "不跟踪": return .none
        default:
            note(.policy, .trackingPolicy, value: text)
            return .full
        }
    }
}
