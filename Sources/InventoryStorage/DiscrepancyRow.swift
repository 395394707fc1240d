import AssetModel
import Foundation
import GRDB

/// A discrepancy as a row, there and back.
enum DiscrepancyRow {
    /// Parameters in the order of ``values(of:)``; `?1` is the id.
    static let update = """
        UPDATE discrepancy SET episode = ?2, code = ?3, state = ?4, subject_kind = ?5, subject_key = ?6,
            subject_epc = ?7, site = ?8, zone = ?9, expected = ?10, actual = ?11, cause_ms = ?12,
            opened_ms = ?13,
            cleared_ms = ?14, evidence = ?15, confidence = ?16, exposure_fen = ?17, rule_set = ?18,
            evidence_count = ?19
        WHERE id = ?1
        """
    static let insert = """
        INSERT INTO discrepancy (id, episode, code, state, subject_kind, subject_key, subject_epc, site, zone,
            expected, actual, cause_ms, opened_ms, cleared_ms, evidence, confidence, exposure_fen, rule_set,
            evidence_count)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
        """

    static func values(of discrepancy: Discrepancy) -> [(any DatabaseValueConvertible)?] {
        let (kind, epc) = columns(of: discrepancy.subject)
        let evidence = String(decoding: DiscrepancyDocument.evidenceJSON(discrepancy.evidence), as: UTF8.self)
        return [
            discrepancy.id, discrepancy.episode, discrepancy.code.rawValue, discrepancy.state.rawValue,
            kind, discrepancy.subject.key, epc, discrepancy.site, discrepancy.zone, discrepancy.expected,
            discrepancy.actual, discrepancy.cause.milliseconds, discrepancy.openedAt.milliseconds,
            discrepancy.clearedAt?.milliseconds, evidence, discrepancy.confidence, discrepancy.exposureFen,
            discrepancy.ruleSet, discrepancy.evidenceCount,
        ]
    }

    static func read(_ row: Row) throws(StoreError) -> Discrepancy {
        let id: String = row["id"]
        guard let code = DiscrepancyCode(rawValue: row["code"]),
            let state = DiscrepancyState(rawValue: row["state"]),
            let subject = subject(kind: row["subject_kind"], key: row["subject_key"], epc: row["subject_epc"])
        else { throw .fatal(detail: "discrepancy \(id): unknown word", hint: .newerSchema) }
        var discrepancy = Discrepancy(
            id: id, code: code, subject: subject, cause: UTCInstant(milliseconds: row["cause_ms"]),
            openedAt: UTCInstant(milliseconds: row["opened_ms"]), ruleSet: row["rule_set"])
        discrepancy.episode = row["episode"]
        discrepancy.state = state
        discrepancy.site = row["site"]
        discrepancy.zone = row["zone"]
        discrepancy.expected = row["expected"]
        discrepancy.actual = row["actual"]
        discrepancy.clearedAt = instant(row["cleared_ms"])
        discrepancy.evidence = try evidence(row["evidence"], of: id)
        discrepancy.confidence = row["confidence"]
        discrepancy.exposureFen = row["exposure_fen"]
        discrepancy.evidenceCount = row["evidence_count"]
        return discrepancy
    }

    private static func columns(of subject: Subject) -> (kind: String, epc: String?) {
        switch subject {
        case .asset(_, let epcHex): return ("asset", epcHex)
        case .tag: return ("tag", nil)
        case .vehicle: return ("vehicle", nil)
        case .terminal: return ("terminal", nil)
        case .reader: return ("reader", nil)
        }
    }

    private static func subject(kind: String, key: String, epc: String?) -> Subject? {
        switch kind {
        case "asset": return .asset(assetNo: key, epcHex: epc)
        case "tag": return .tag(epcHex: key)
        case "vehicle": return .vehicle(plateNo: key)
        case "terminal": return .terminal(phone: key)
        case "reader": return .reader(id: key)
        default: return nil
        }
    }

    private struct StoredEvidence: Decodable {
        var at: String
        var source: String
        var zh: String
        var en: String
    }

    private static func evidence(_ json: String, of id: String) throws(StoreError) -> [Evidence] {
        let damaged = StoreError.fatal(detail: "evidence of discrepancy \(id)", hint: .damaged)
        let stored: [StoredEvidence]
        do { stored = try JSONDecoder().decode([StoredEvidence].self, from: Data(json.utf8)) } catch {
            throw damaged
        }
        var evidence: [Evidence] = []
        for piece in stored {
            guard let at = UTCInstant(rfc3339: piece.at) else { throw damaged }
            evidence.append(Evidence(at: at, source: piece.source, chinese: piece.zh, english: piece.en))
        }
        return evidence
    }
}

func instant(_ milliseconds: Int64?) -> UTCInstant? {
    milliseconds.map { UTCInstant(milliseconds: $0) }
}
