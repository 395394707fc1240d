/// The three books that are imported so far.
package enum BookKind: String, Sendable, CaseIterable {
    /// 资产台账: one line per asset card.
    case register
    /// 标签绑定: which tag is on which asset.
    case tags
    /// 车辆台账: one line per official vehicle.
    case vehicles

    package var chinese: String {
        switch self {
        case .register: return "资产台账"
        case .tags: return "标签绑定表"
        case .vehicles: return "车辆台账"
        }
    }

    /// The columns of this book.
    package var fields: [BookField] {
        switch self {
        case .register:
            return [
                .assetNo, .assetName, .classCode, .specModel, .quantity, .unit, .originalValue,
                .acquireDate, .businessState, .useStatus, .useDept, .useUnit, .ownerUnit, .location,
                .locationCode, .site, .zone, .countedQuantity, .stocktakeResult,
            ]
        case .tags: return [.epc, .tid, .assetNo, .validFrom, .validTo]
        case .vehicles:
            return [
                .plateNo, .vin, .useUnit, .vehicleUse, .terminalPhone, .tagEpc, .sealed, .parkingFence,
                .trackingPolicy, .validFrom, .validTo,
            ]
        }
    }

    /// The column that says which line of the books a line of the file is about.
    package var key: BookField {
        switch self {
        case .register: return .assetNo
        case .tags: return .epc
        case .vehicles: return .plateNo
        }
    }

    /// The columns without which the file means nothing.
    package var required: [BookField] {
        self == .tags ? [.epc, .assetNo] : [key]
    }

    /// In this order a heading row is tried where two kinds know equally many of its headings: the kind that
    /// asks for more columns first.
    static let byStrictness: [BookKind] = [.tags, .vehicles, .register]
}

/// A column of a book. The raw value is the canonical heading.
package enum BookField: String, Sendable, CaseIterable {
    case assetNo, assetName, classCode, specModel, quantity, unit, originalValue, acquireDate
    case businessState, useStatus, useDept, useUnit, ownerUnit, location, locationCode, site, zone
    case countedQuantity, stocktakeResult
    case epc, tid, validFrom, validTo
    case plateNo, vin, vehicleUse, terminalPhone, tagEpc, sealed, parkingFence, trackingPolicy

    /// Headings that are read as this column, besides the canonical one. Where a file has several of them,
    /// the first in this order is taken and the others are reported as not used.
    package var headings: [String] {
        switch self {
        case .assetNo: return ["资产编号", "资产编码", "资产代码", "固定资产编号", "卡片编号", "条码编号"]
        case .assetName: return ["资产名称", "名称"]
        case .classCode: return ["国标分类代码", "资产分类代码", "分类代码", "国标分类编号"]
        case .specModel: return ["规格型号", "型号", "规格"]
        case .quantity: return ["数量", "数量/面积", "账面数量/面积", "账面数量", "登记卡数量"]
        case .unit: return ["计量单位", "数量单位"]
        case .originalValue: return ["原值", "资产原值", "账面原值", "账面价值", "价值"]
        case .acquireDate: return ["取得日期", "购置日期"]
        case .businessState: return ["业务状态", "state", "assetStatus"]
        case .useStatus: return ["使用状况", "使用状态", "资产状态"]
        case .useDept: return ["使用部门"]
        case .useUnit: return ["使用单位"]
        case .ownerUnit: return ["权属单位"]
        case .location: return ["存放地点", "存放地", "坐落位置"]
        case .locationCode: return ["存放地点代码"]
        case .site: return ["仓库"]
        case .zone: return ["库区"]
        case .countedQuantity: return ["实有数量/面积", "实有数量", "盘点数量", "实盘数量"]
        case .stocktakeResult: return ["盘点结果", "清查结果"]
        case .epc: return ["电子标签", "RFID", "标签号", "EPC编码"]
        case .tid: return ["TID编码"]
        case .validFrom: return ["生效日期", "启用日期"]
        case .validTo: return ["失效日期", "停用日期"]
        case .plateNo: return ["车牌号", "车牌号码", "号牌号码", "车牌"]
        case .vin: return ["车辆识别代号", "车架号"]
        case .vehicleUse: return ["车辆用途"]
        case .terminalPhone: return ["终端手机号", "终端号码", "终端号"]
        case .tagEpc: return ["车辆标签", "车辆电子标签", "电子标签"]
        case .sealed: return ["封存停驶", "是否封存", "封存"]
        case .parkingFence: return ["停放围栏", "停放地点"]
        case .trackingPolicy: return ["跟踪策略", "定位策略"]
        }
    }
}
