package import AssetModel

/// What a book would change: the lines of a file against the lines of the books now.
///
/// - A line that the books do not have is added; a line that differs is changed, in the columns that the file
///   has; the same line again is no change.
/// - A line of the books that the file does not name is absent: listed for people to look at, and kept. An
///   import never removes anything.
package struct BookDiff: Sendable, Equatable {
    /// Keys in the order of the file.
    package private(set) var added: [String] = []
    package private(set) var changed: [ChangedLine] = []
    package private(set) var unchanged = 0
    /// Keys in the books that the file does not name, sorted.
    package private(set) var absent: [String] = []
    /// The lines added and the lines changed, as they are to stand in the books.
    package private(set) var effective = RegisterChange()

    package struct ChangedLine: Sendable, Equatable {
        package let key: String
        package let fields: [FieldChange]
    }

    package struct FieldChange: Sendable, Equatable {
        package let field: BookField
        package let before: String
        package let after: String
    }

    /// - Parameter file: a refused file changes nothing, and then nothing counts as absent either.
    /// - Parameter books: what stands in the books now; of lines with the same key the last one counts.
    package init(of file: BookFile, against books: RegisterChange) {
        guard !file.report.isRefused, let kind = file.report.kind else { return }
        switch kind {
        case .register:
            effective.cards = compare(file.change.cards, with: books.cards, fields: file.fields)
        case .tags:
            effective.bindings = compare(file.change.bindings, with: books.bindings, fields: file.fields)
        case .vehicles:
            effective.vehicles = compare(file.change.vehicles, with: books.vehicles, fields: file.fields)
        }
    }

    private mutating func compare<Entry: BookEntry>(
        _ lines: [Entry], with books: [Entry], fields: Set<BookField>
    ) -> [Entry] {
        var standing = Dictionary(books.map { ($0.key, $0) }, uniquingKeysWith: { $1 })
        let named = Entry.fields.filter { field in !fields.isDisjoint(with: Entry.columns(of: field)) }
        var effective: [Entry] = []
        for line in lines {
            guard let before = standing.removeValue(forKey: line.key) else {
                added.append(line.key)
                effective.append(line)
                continue
            }
            var after = before
            for field in named { after.take(field, from: line) }
            if after == before {
                unchanged += 1
                continue
            }
            changed.append(ChangedLine(key: line.key, fields: BookDiff.changes(named, before, after)))
            effective.append(after)
        }
        absent = standing.keys.sorted()
        return effective
    }

    private static func changes<Entry: BookEntry>(
        _ fields: [BookField], _ before: Entry, _ after: Entry
    ) -> [FieldChange] {
        fields.compactMap { field in
            let (old, new) = (before.text(of: field), after.text(of: field))
            return old == new ? nil : FieldChange(field: field, before: old, after: new)
        }
    }
}

/// A line of a book seen column by column.
private protocol BookEntry: Equatable {
    /// What tells the line from the others.
    var key: String { get }
    /// The columns besides the key.
    static var fields: [BookField] { get }
    mutating func take(_ field: BookField, from other: Self)
    func text(of field: BookField) -> String
}

extension BookEntry {
    /// The file's columns that fill a field: two of them say what state an asset is in.
    static func columns(of field: BookField) -> Set<BookField> {
        field == .useStatus ? [.useStatus, .businessState] : [field]
    }
}

extension AssetCard: BookEntry {
    fileprivate var key: String { assetNo }

    /// The key, and columns that only say how others are to be read.
    private static let notKept: Set<BookField> = [
        .assetNo, .businessState, .unit, .countedQuantity, .stocktakeResult,
    ]

    fileprivate static var fields: [BookField] {
        BookKind.register.fields.filter { !notKept.contains($0) }
    }

    fileprivate mutating func take(_ field: BookField, from other: AssetCard) {
        switch field {
        case .assetName: assetName = other.assetName
        case .classCode: classCode = other.classCode
        case .specModel: specModel = other.specModel
        case .quantity: quantity = other.quantity
        case .originalValue: originalValueFen = other.originalValueFen
        case .acquireDate: acquireDate = other.acquireDate
        case .useStatus: state = other.state
        case .useDept: useDept = other.useDept
        case .useUnit: useUnit = other.useUnit
        case .ownerUnit: ownerUnit = other.ownerUnit
        case .location: location = other.location
        case .locationCode: locationCode = other.locationCode
        case .site: site = other.site
        case .zone: zone = other.zone
        default: break
        }
    }

    fileprivate func text(of field: BookField) -> String {
        switch field {
        case .assetName: return assetName
        case .classCode: return classCode
        case .specModel: return specModel
        case .quantity: return quantity
        case .originalValue: return originalValueFen.map { MoneyText.yuan($0) } ?? ""
        case .acquireDate: return acquireDate
        case .useStatus: return state?.rawValue ?? ""
        case .useDept: return useDept
        case .useUnit: return useUnit
        case .ownerUnit: return ownerUnit
        case .location: return location
        case .locationCode: return locationCode
        case .site: return site
        case .zone: return zone
        default: return ""
        }
    }
}

extension TagBinding: BookEntry {
    fileprivate var key: String { epcHex }

    fileprivate static var fields: [BookField] { BookKind.tags.fields.filter { $0 != .epc } }

    fileprivate mutating func take(_ field: BookField, from other: TagBinding) {
        switch field {
        case .tid: tidHex = other.tidHex
        case .assetNo: assetNo = other.assetNo
        case .validFrom: validFrom = other.validFrom
        case .validTo: validTo = other.validTo
        default: break
        }
    }

    fileprivate func text(of field: BookField) -> String {
        switch field {
        case .tid: return tidHex ?? ""
        case .assetNo: return assetNo
        case .validFrom: return validFrom?.rfc3339() ?? ""
        case .validTo: return validTo?.rfc3339() ?? ""
        default: return ""
        }
    }
}

extension VehicleCard: BookEntry {
    fileprivate var key: String { plateNo }

    fileprivate static var fields: [BookField] { BookKind.vehicles.fields.filter { $0 != .plateNo } }

    fileprivate mutating func take(_ field: BookField, from other: VehicleCard) {
        switch field {
        case .vin: vin = other.vin
        case .useUnit: useUnit = other.useUnit
        case .vehicleUse: vehicleUse = other.vehicleUse
        case .terminalPhone: terminalPhone = other.terminalPhone
        case .tagEpc: tagEpcHex = other.tagEpcHex
        case .sealed: sealed = other.sealed
        case .parkingFence: parkingFence = other.parkingFence
        case .trackingPolicy: trackingPolicy = other.trackingPolicy
        case .validFrom: validFrom = other.validFrom
        case .validTo: validTo = other.validTo
        default: break
        }
    }

    fileprivate func text(of field: BookField) -> String {
        switch field {
        case .vin: return vin
        case .useUnit: return useUnit
        case .vehicleUse: return vehicleUse
        case .terminalPhone: return terminalPhone
        case .tagEpc: return tagEpcHex
        case .sealed: return sealed ? "true" : "false"
        case .parkingFence: return parkingFence
        case .trackingPolicy: return trackingPolicy.rawValue
        case .validFrom: return validFrom?.rfc3339() ?? ""
        case .validTo: return validTo?.rfc3339() ?? ""
        default: return ""
        }
    }
}
