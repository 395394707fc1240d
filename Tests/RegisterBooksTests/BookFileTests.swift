import AssetModel
import RegisterBooks
import Testing

/// Reads a book from a text table.
func book(_ text: String, _ kind: BookKind? = nil, strict: Bool = false) -> BookFile {
    var options = BookOptions()
    options.isStrict = strict
    return BookFile.read(csv(text), kind: kind, options: options)
}

/// The problems of a book as `CODE line column`.
func spelled(_ problems: [BookProblem]) -> [String] {
    problems.map { "\($0.code.rawValue) \($0.line) \($0.column)" }
}

@Suite struct BookFileTests {
    @Test func `a register with national headings becomes cards`() {
        let file = book(
            """
            资产编号,资产名称,国标分类代码,规格型号,账面数量/面积,原值（元）,取得日期,使用状况,使用部门,使用单位,权属单位,存放地点,存放地点代码,仓库,库区
            YQJJ2026000431,台式计算机（Ａ型）,A02010105,M920,1,"5,499.00",2026/3/1,01-在用,办公室,市局,财政局,一号楼,B1,M01,Z2
            """)
        var card = AssetCard(assetNo: "YQJJ2026000431")
        card.assetName = "台式计算机（Ａ型）"
        card.classCode = "A02010105"
        card.specModel = "M920"
        card.quantity = "1"
        card.originalValueFen = 549_900
        card.acquireDate = "2026-03-01"
        card.state = .inUse
        card.useDept = "办公室"
        card.useUnit = "市局"
        card.ownerUnit = "财政局"
        card.location = "一号楼"
        card.locationCode = "B1"
        card.site = "M01"
        card.zone = "Z2"
        #expect(file.change == RegisterChange(cards: [card]))
        #expect(file.report.kind == .register)
        #expect(file.report.problems.isEmpty && file.report.unusedHeadings.isEmpty)
    }

    @Test func `tags become bindings, EPC of any case and spacing`() {
        let file = book(
            """
            epc,tid,assetNo,validFrom,validTo
            3008 33b2 ddd9 0140 0000 0001,e2801160200012345678abcd,A1,2026-01-01,2026-06-01T00:00:00+08:00
            300833B2DDD9014000000002,,A2,,
            """)
        #expect(file.report.kind == .tags)
        #expect(
            file.change.bindings == [
                TagBinding(
                    epcHex: "300833B2DDD9014000000001", assetNo: "A1", tidHex: "E2801160200012345678ABCD",
                    validFrom: UTCInstant(rfc3339: "2025-12-31T16:00:00Z"),
                    validTo: UTCInstant(rfc3339: "2026-05-31T16:00:00Z")),
                TagBinding(epcHex: "300833B2DDD9014000000002", assetNo: "A2"),
            ])
    }

    @Test func `vehicles become cards, plates without their dot and phones without their zeros`() {
        let file = book(
            """
            车牌号,车辆识别代号(VIN),使用单位,车辆用途,终端手机号,车辆标签,封存停驶,停放围栏,跟踪策略,生效日期,失效日期
            鄂j·12345,lsvaa4182e2123456,市局,应急保障用车,013812345678,300833b2ddd9014000000003,是,院内,仅在位,,
            """)
        var card = VehicleCard(plateNo: "鄂J12345")
        card.vin = "LSVAA4182E2123456"
        card.useUnit = "市局"
        card.vehicleUse = "应急保障用车"
        card.terminalPhone = "13812345678"
        card.tagEpcHex = "300833B2DDD9014000000003"
        card.sealed = true
        card.parkingFence = "院内"
        card.trackingPolicy = .presenceOnly
        #expect(file.change == RegisterChange(vehicles: [card]))
        #expect(file.report.kind == .vehicles && file.report.problems.isEmpty)
    }

    @Test func `every canonical heading and every alias is read as its column`() {
        for kind in BookKind.allCases {
            for field in kind.fields {
                for heading in [field.rawValue, field.rawValue.uppercased()] + field.headings {
                    let others = kind.required.filter { $0 != field }.map(\.rawValue)
                    let file = book((others + ["*" + heading]).joined(separator: ","), kind)
                    #expect(file.fields == Set(kind.required + [field]), "\(kind) \(heading)")
                }
            }
        }
    }

    @Test func `a bad line is left out and the others are taken`() {
        let text = "assetNo,useStatus¶A1,在用¶A2,飞走¶A3,闲置"
        let file = book(text)
        #expect(file.change.cards.map(\.assetNo) == ["A1", "A3"])
        #expect(spelled(file.report.problems) == ["E-STATE 3 useStatus"])
        #expect((file.report.rows, file.report.taken, file.report.leftOut) == (3, 2, 1))
        #expect(!file.report.isRefused)
    }

    @Test func `a strict reading refuses the file for one bad line, not for a warning`() {
        let bad = book("assetNo,useStatus¶A1,在用¶A2,飞走", strict: true)
        #expect(bad.report.isRefused && bad.change.isEmpty && bad.report.leftOut == 1)
        let odd = book("assetNo,acquireDate¶A1,2026-11", strict: true)
        #expect(!odd.report.isRefused && odd.change.cards.map(\.acquireDate) == ["2026-11-01"])
    }

    @Test func `titles, column numbers, totals, repeated headings and blank lines are passed over`() {
        let file = book(
            """
            固定资产清查表,,
            单位：某某局,,金额单位：万元
            资产编号,资产名称,原值
            1,2,3
            A1,桌,0.1
            ,,
            资产编号,资产名称,原值
            A2,椅,0.2
            合　计,,0.3
            """)
        #expect(file.change.cards.map(\.assetNo) == ["A1", "A2"])
        #expect(file.change.cards.map(\.originalValueFen) == [100_000, 200_000])
        #expect(
            file.report.passedOver.map { "\($0.line) \($0.reason.rawValue)" } == [
                "1 title", "2 title", "4 column_numbers", "6 blank", "7 repeated_header", "9 total",
            ])
        #expect(file.report.problems.isEmpty && file.report.rows == 2)
    }

    @Test func `a unit in the heading goes before the unit in the title`() {
        let text = "单位:万元,¶资产编号,原值(元)¶A1,5"
        #expect(book(text).change.cards.map(\.originalValueFen) == [500])
        #expect(book("资产编号,原值（万元）¶A1,0.5").change.cards.map(\.originalValueFen) == [500_000])
    }

    @Test func `业务状态 goes before 使用状况 where it is filled`() {
        let file = book("资产编号,使用状况,业务状态¶A1,在用,已借出¶A2,在用,¶A3,,¶A4,其他,")
        #expect(file.change.cards.map(\.state) == [.lent, .inUse, nil, nil])
    }

    @Test func `columns that are not used are reported, the better alias is taken`() {
        let file = book("卡片编号,资产编号,备注,名称¶C1,A1,新,桌")
        #expect(file.change.cards.map(\.assetNo) == ["A1"])
        #expect(file.report.unusedHeadings == ["卡片编号", "备注"])
        #expect(file.fields == [.assetNo, .assetName])
    }

    @Test(arguments: [
        ("epc,assetNo", BookKind.tags), ("assetNo,epc,assetName,location", .register), ("资产编号", .register),
        ("电子标签,资产编号", .tags), ("plateNo", .vehicles), ("车牌号,终端号,电子标签", .vehicles),
        ("资产编号,资产名称,车牌号,原值", .register),
    ])
    func `the headings tell the kind`(headings: String, kind: BookKind) {
        #expect(book(headings).report.kind == kind)
    }

    @Test func `cells keep what a careless export does to them`() {
        let file = book("资产编号,资产名称¶=\"0012\",\"多行¶名称\"¶'0013,𬭁𠮷䶮¶ＹＱ－１,\u{3000}桌 ")
        #expect(file.change.cards.map(\.assetNo) == ["0012", "0013", "YQ-1"])
        #expect(file.change.cards.map(\.assetName) == ["多行\n名称", "𬭁𠮷䶮", "桌"])
    }

    @Test func `a problem names the line on which its record starts`() {
        let file = book("assetNo,assetName,useStatus¶A1,\"a¶b\",在用¶A2,x,飞走")
        #expect(spelled(file.report.problems) == ["E-STATE 4 useStatus"])
    }

    @Test func `cells beyond the headings are tolerated only while empty`() {
        let file = book("assetNo,assetName,,¶A1,桌,,¶A2,椅,,,¶A3,柜,多¶A4,床")
        #expect(file.change.cards.map(\.assetNo) == ["A1", "A2", "A4"])
        #expect(spelled(file.report.problems) == ["E-FIELD-COUNT 4 "])
    }
}
