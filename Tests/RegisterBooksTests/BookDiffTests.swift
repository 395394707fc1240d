import AssetModel
import RegisterBooks
import Testing

@Suite struct BookDiffTests {
    private let header = "assetNo,assetName,原值,useStatus,zone¶"

    /// What the diff says, as one line of text.
    private func spelled(_ diff: BookDiff) -> String {
        let changed = diff.changed.map { line in
            line.key + "("
                + line.fields.map { "\($0.field.rawValue):\($0.before)>\($0.after)" }.joined(separator: ";")
                + ")"
        }
        return "added=\(diff.added.joined(separator: "+")) changed=\(changed.joined(separator: "+")) "
            + "unchanged=\(diff.unchanged) absent=\(diff.absent.joined(separator: "+"))"
    }

    @Test func `the first import adds every line`() {
        let file = book(header + "A1,桌,5,在用,Z1¶A2,椅,6,闲置,Z2")
        let diff = BookDiff(of: file, against: RegisterChange())
        #expect(spelled(diff) == "added=A1+A2 changed= unchanged=0 absent=")
        #expect(diff.effective == file.change)
    }

    @Test(arguments: [
        "assetNo,assetName,原值,useStatus,zone¶A1,桌,5,在用,Z1¶A2,椅,,,",
        "epc,tid,assetNo,validFrom,validTo¶E280,E2801160,A1,2026-01-01,¶E281,,A2,,",
        "plateNo,vin,terminalPhone,sealed,validFrom¶鄂J12345,,138,是,2026-01-01¶鄂J12346,,,,",
    ])
    func `a second import of the same file is no change`(text: String) {
        let file = book(text)
        let diff = BookDiff(of: file, against: file.change)
        #expect(spelled(diff) == "added= changed= unchanged=2 absent=")
        #expect(diff.effective.isEmpty)
    }

    @Test func `changed lines name their columns, before and after`() {
        let books = book(header + "A1,桌,5,在用,Z1¶A2,椅,6,闲置,Z2").change
        let file = book(header + "A1,桌,5.50,待处置,Z1¶A2,椅,6.00,闲置,Z2¶A3,柜,,,")
        let diff = BookDiff(of: file, against: books)
        let changes = "originalValue:5.00>5.50;useStatus:IN_USE>PENDING_DISPOSAL"
        #expect(spelled(diff) == "added=A3 changed=A1(\(changes)) unchanged=1 absent=")
        #expect(diff.effective.cards.map(\.assetNo) == ["A1", "A3"])
    }

    @Test func `lines that the file does not name are listed and kept`() {
        let books = book(header + "A1,桌,5,在用,Z1¶A3,柜,,,¶A2,椅,,,").change
        let diff = BookDiff(of: book(header + "A1,桌,5,在用,Z1"), against: books)
        #expect(spelled(diff) == "added= changed= unchanged=1 absent=A2+A3")
        #expect(diff.effective.isEmpty)
    }

    @Test func `a line left out for a problem changes nothing`() {
        let books = book(header + "A1,桌,5,在用,Z1").change
        let diff = BookDiff(of: book(header + "A1,桌,5,飞走,Z9¶A2,椅,,,"), against: books)
        #expect(diff.added == ["A2"] && diff.changed.isEmpty)
    }

    @Test func `a column that the file does not have is left as it stands, an empty cell empties`() {
        let books = book(header + "A1,桌,5,在用,Z1").change
        let fewer = BookDiff(of: book("assetNo,zone¶A1,Z2"), against: books)
        #expect(spelled(fewer) == "added= changed=A1(zone:Z1>Z2) unchanged=0 absent=")
        #expect(fewer.effective.cards.map(\.assetName) == ["桌"])
        #expect(fewer.effective.cards.map(\.state) == [.inUse])
        let emptied = BookDiff(of: book("assetNo,zone¶A1,"), against: books)
        #expect(spelled(emptied) == "added= changed=A1(zone:Z1>) unchanged=0 absent=")
    }

    @Test func `业务状态 alone changes the state`() {
        let books = book(header + "A1,桌,5,在用,Z1").change
        let diff = BookDiff(of: book("资产编号,业务状态¶A1,已借出"), against: books)
        #expect(spelled(diff) == "added= changed=A1(useStatus:IN_USE>LENT) unchanged=0 absent=")
    }

    @Test func `a tag that moves to another asset is a changed line`() {
        let books = book("epc,tid,assetNo¶E280,E2801160,A1").change
        let diff = BookDiff(of: book("epc,assetNo¶e2 80,A2"), against: books)
        #expect(spelled(diff) == "added= changed=E280(assetNo:A1>A2) unchanged=0 absent=")
        #expect(diff.effective.bindings.map(\.tidHex) == ["E2801160"])
    }

    @Test func `every column of every book is compared`() {
        let before = [
            "assetNo,assetName,classCode,specModel,quantity,originalValue,acquireDate,useStatus,useDept,"
                + "useUnit,ownerUnit,location,locationCode,site,zone¶A1,,,,,,,,,,,,,,",
            "epc,tid,assetNo,validFrom,validTo¶E280,,A1,,",
            "plateNo,vin,useUnit,vehicleUse,terminalPhone,tagEpc,sealed,parkingFence,"
                + "trackingPolicy,validFrom,validTo¶鄂J12345,,,,,,,,,,",
        ]
        let after = [
            "A1,a,b,c,1,2,2026-01-01,在用,d,e,f,g,h,i,j", "E280,E281,A2,2026-01-01,2027-01-01",
            "鄂J12345,LSVAA4182E2123456,a,b,1,E280,是,c,none,2026-01-01,2027-01-01",
        ]
        for (old, line) in zip(before, after) {
            let headings = String(old.prefix { $0 != "¶" })
            let file = book(headings + "¶" + line)
            let diff = BookDiff(of: file, against: book(old).change)
            #expect(
                diff.changed.first?.fields.count == headings.split(separator: ",").count - 1, "\(headings)")
            #expect(diff.effective == file.change)
        }
    }

    @Test func `a refused file has no diff and makes nothing absent`() {
        let books = book(header + "A1,桌,5,在用,Z1").change
        let diff = BookDiff(of: book(header + "A2,椅,5,飞走,Z1", strict: true), against: books)
        #expect(spelled(diff) == "added= changed= unchanged=0 absent=")
    }

    @Test func `of two lines with one key in the books the last one counts`() {
        var books = book(header + "A1,旧,5,在用,Z1").change
        books.cards += book(header + "A1,桌,5,在用,Z1").change.cards
        let diff = BookDiff(of: book(header + "A1,桌,5,在用,Z1"), against: books)
        #expect(spelled(diff) == "added= changed= unchanged=1 absent=")
    }
}
