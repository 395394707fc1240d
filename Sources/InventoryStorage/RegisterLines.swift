import AssetModel
import GRDB

/// A line of the books as a row. Versions of a line share its key and differ in `import_id`.
protocol RegisterLine: Equatable, Sendable {
    static var table: String { get }
    /// The key column first, then the others, `import_id` left out.
    static var columns: [String] { get }
    /// In the order of ``columns``.
    var values: [DatabaseValue] { get }
    /// - Parameter row: selected in the order of ``columns``.
    init(_ row: Row) throws
}

extension RegisterLine {
    static var key: String { columns[0] }
    static var selected: String { columns.joined(separator: ", ") }

    /// Writes this version of the line under an import, unless it says what the books say already.
    func write(under importID: Int64, versionsMax: Int64, _ db: Database) throws {
        let values = values
        let key = values[0]
        let newest = try Self.newest(key, orStagedUnder: importID, db)
        if newest == self { return }
        let marks = Array(repeating: "?", count: values.count + 1).joined(separator: ", ")
        let insert = "INSERT OR REPLACE INTO \(Self.table) (\(Self.selected), import_id) VALUES (\(marks))"
        try db.cachedStatement(sql: insert).execute(
            arguments: StatementArguments(values + [importID.databaseValue]))
        if newest == nil { return }
        let prune = """
            DELETE FROM \(Self.table) WHERE \(Self.key) = ?1 AND import_id NOT IN
                (SELECT import_id FROM \(Self.table) AS line WHERE \(Self.key) = ?1 AND \(counts("?2"))
                ORDER BY import_id DESC LIMIT ?3)
            """
        try db.cachedStatement(sql: prune).execute(arguments: [key, importID, versionsMax])
    }

    /// The current version of a line, or a later one that the given import staged already.
    static func newest(_ key: DatabaseValue, orStagedUnder importID: Int64 = 0, _ db: Database) throws
        -> Self?
    {
        let select = """
            SELECT \(selected) FROM \(table) AS line WHERE \(Self.key) = ?1 AND \(counts("?2"))
            ORDER BY import_id DESC LIMIT 1
            """
        let statement = try db.cachedStatement(sql: select)
        return try Row.fetchOne(statement, arguments: [key, importID]).map { try Self($0) }
    }

    /// The current version of every line, by key.
    static func all(_ db: Database) throws -> [Self] {
        let select = """
            SELECT \(selected), max(import_id) FROM \(table)
            WHERE import_id IN (SELECT id FROM register_import WHERE state = 'applied')
            GROUP BY \(key) ORDER BY \(key)
            """
        var lines: [Self] = []
        let rows = try Row.fetchCursor(db, sql: select)
        while let row = try rows.next() { lines.append(try Self(row)) }
        return lines
    }

    static func count(_ db: Database) throws -> Int {
        let select = """
            SELECT count(DISTINCT \(key)) FROM \(table)
            WHERE import_id IN (SELECT id FROM register_import WHERE state = 'applied')
            """
        return try Int.fetchOne(db, sql: select) ?? 0
    }
}

extension AssetCard: RegisterLine {
    static var table: String { "card" }
    static var columns: [String] {
        [
            "asset_no", "asset_name", "class_code", "spec_model", "quantity", "original_value_fen",
            "acquire_date",
            "state", "use_dept", "use_unit", "owner_unit", "location", "location_code", "site", "zone",
        ]
    }

    var values: [DatabaseValue] {
        [
            assetNo.databaseValue, assetName.databaseValue, classCode.databaseValue, specModel.databaseValue,
            quantity.databaseValue, originalValueFen.databaseValue, acquireDate.databaseValue,
            (state?.rawValue).databaseValue, useDept.databaseValue, useUnit.databaseValue,
            ownerUnit.databaseValue,
            location.databaseValue, locationCode.databaseValue, site.databaseValue, zone.databaseValue,
        ]
    }

    init(_ row: Row) throws {
        self.init(assetNo: row[0])
        assetName = row[1]
        classCode = row[2]
        specModel = row[3]
        quantity = row[4]
        originalValueFen = row[5]
        acquireDate = row[6]
        state = try (row[7] as String?).map { try known($0, of: "card \(assetNo)") }
        useDept = row[8]
        useUnit = row[9]
        ownerUnit = row[10]
        location = row[11]
        locationCode = row[12]
        site = row[13]
        zone = row[14]
    }
}

extension TagBinding: RegisterLine {
    static var table: String { "tag_binding" }
    static var columns: [String] { ["epc", "tid", "asset_no", "valid_from_ms", "valid_to_ms"] }

    var values: [DatabaseValue] {
        [
            epcHex.databaseValue, tidHex.databaseValue, assetNo.databaseValue,
            (validFrom?.milliseconds).databaseValue, (validTo?.milliseconds).databaseValue,
        ]
    }

    init(_ row: Row) {
        self.init(
            epcHex: row[0], assetNo: row[2], tidHex: row[1], validFrom: instant(row[3]),
            validTo: instant(row[4]))
    }
}

extension VehicleCard: RegisterLine {
    static var table: String { "vehicle" }
    static var columns: [String] {
        [
            "plate_no", "vin", "use_unit", "vehicle_use", "terminal_phone", "tag_epc", "sealed",
            "parking_fence",
            "tracking_policy", "valid_from_ms", "valid_to_ms",
        ]
    }

    var values: [DatabaseValue] {
        [
            plateNo.databaseValue, vin.databaseValue, useUnit.databaseValue, vehicleUse.databaseValue,
            terminalPhone.databaseValue, tagEpcHex.databaseValue, sealed.databaseValue,
            parkingFence.databaseValue,
            trackingPolicy.rawValue.databaseValue, (validFrom?.milliseconds).databaseValue,
            (validTo?.milliseconds).databaseValue,
        ]
    }

    init(_ row: Row) throws {
        self.init(plateNo: row[0])
        vin = row[1]
        useUnit = row[2]
        vehicleUse = row[3]
        terminalPhone = row[4]
        tagEpcHex = row[5]
        sealed = row[6]
        parkingFence = row[7]
        trackingPolicy = try known(row[8], of: "vehicle \(plateNo)")
        validFrom = instant(row[9])
        validTo = instant(row[10])
    }
}

/// The version is in the books, or staged under the import that the parameter names.
private func counts(_ importParameter: String) -> String {
    """
    (line.import_id = \(importParameter) OR EXISTS
        (SELECT 1 FROM register_import AS i WHERE i.id = line.import_id AND i.state = 'applied'))
    """
}

private func known<Word: RawRepresentable>(_ raw: String, of line: String) throws(StoreError) -> Word
where Word.RawValue == String {
    guard let word = Word(rawValue: raw) else {
        throw .fatal(detail: "\(line): unknown word \"\(raw)\"", hint: .newerSchema)
    }
    return word
}

extension Optional where Wrapped: DatabaseValueConvertible {
    fileprivate var databaseValue: DatabaseValue { self?.databaseValue ?? .null }
}
