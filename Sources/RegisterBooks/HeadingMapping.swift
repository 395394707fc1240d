/// Which headings of a file are read as which column of the books.
///
/// A file may have several columns that could be the same one, as a stocktaking sheet has 数量, 账面数量 and
/// 实有数量; the mapping says which of them goes first.
package enum HeadingMapping: String, Sendable, CaseIterable {
    /// Every heading that any of the mappings knows.
    case auto
    /// 资产卡片: the cards of the finance systems.
    case cnGeneric = "cn-generic"
    /// 盘点表: what is in the books goes before what was counted.
    case cnPandian = "cn-pandian"

    /// Headings that are read as this column besides the canonical one, the one that goes first, first.
    package func headings(of field: BookField) -> [String] {
        switch (self, field) {
        case (.cnGeneric, .countedQuantity), (.cnGeneric, .stocktakeResult): return []
        case (.cnPandian, .quantity):
            return ["账面数量/面积", "账面数量", "登记卡数量", "数量/面积", "数量"]
        case (.cnPandian, .originalValue):
            return ["账面价值", "账面原值", "原值", "资产原值", "价值"]
        case (.cnPandian, .assetNo):
            return ["资产编号", "固定资产编号", "资产编码", "资产代码", "卡片编号", "条码编号"]
        default: return field.headings
        }
    }

    /// The canonical heading and its aliases in the form in which headings are compared.
    func comparable(_ field: BookField) -> [String] {
        HeadingMapping.comparableHeadings[self]?[field] ?? []
    }

    /// Whether some mapping or the national card knows a heading, though this book may have no column for it.
    static func isKnown(_ heading: String) -> Bool { known.contains(BookHeader.comparable(heading)) }

    private static let comparableHeadings: [HeadingMapping: [BookField: [String]]] = {
        let all = allCases.map { mapping in
            let fields = BookField.allCases.map { field in
                (field, ([field.rawValue] + mapping.headings(of: field)).map { BookHeader.comparable($0) })
            }
            return (mapping, Dictionary(uniqueKeysWithValues: fields))
        }
        return Dictionary(uniqueKeysWithValues: all)
    }()

    private static let known: Set<String> = {
        let read = BookField.allCases.flatMap { [$0.rawValue] + $0.headings }
        return Set((read + cardHeadings).map { BookHeader.comparable($0) })
    }()

    /// Headings of the national asset card, of stocktaking sheets and of vehicle cards that no book keeps.
    /// Source: the templates of the finance systems and the public sheets made after them.
    private static let cardHeadings = [
        "序号", "备注", "说明", "资产分类名称", "国标分类名", "分类名称", "业务分类ID", "品牌", "厂牌", "产品序列号",
        "序列号", "机身编号", "SN", "单价", "金额", "累计折旧", "净值", "账面净值", "价值类型", "折旧状态", "折旧年限",
        "取得方式", "投入使用日期", "财务入账日期", "会计凭证号", "财务入账状态", "财政拨款", "非财政拨款",
        "采购组织形式", "预算项目编号", "合同编号", "发票号", "使用人", "管理部门", "管理部门编号", "管理人", "单位代码",
        "二维码", "供应商", "供货商", "生产厂家", "厂家", "保修截止日期", "货位", "入仓时间", "入仓原因", "入库时间",
        "实有金额", "实有价值", "盘盈", "盘亏", "盘盈数量", "盘盈金额", "盘亏数量", "盘亏金额", "盘点人", "盘点日期",
        "差异原因", "发动机号", "编制情况", "是否喷涂标识", "注册登记日期", "排量", "新能源", "行驶证", "持证人",
        "本年行驶里程",
    ]
}
