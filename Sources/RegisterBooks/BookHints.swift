/// What to do about a problem, in the words of the people who keep the books.
extension BookProblem {
    package var hintChinese: String { hints.chinese }
    package var hintEnglish: String { hints.english }

    private var hints: (chinese: String, english: String) {
        code.isFatal ? fileHints : code.isWarning ? warningHints : (lineHints ?? valueHints)
    }

    /// The number as text; the code that made the problem always gives one where its hint shows it.
    private var figure: String { number.map { String($0) } ?? "?" }

    private var fileHints: (String, String) {
        switch code {
        case .fileTooLarge:
            return ("文件超过 \(figure) 字节，请分成几个文件导入", "the file is over \(figure) bytes: import it in parts")
        case .notUTF8:
            return (
                "第 \(figure) 字节起不是 UTF-8，请另存为“CSV UTF-8”",
                "not UTF-8 from byte \(figure) on: save it as CSV UTF-8"
            )
        case .notUTF16:
            return (
                "第 \(figure) 字节起不是 \(value)，文件可能被截断，请另存为“CSV UTF-8”",
                "not \(value) from byte \(figure) on, the file may be cut off: save it as CSV UTF-8"
            )
        case .encoding:
            return (
                "第 \(figure) 字节起不是可识别的编码（\(value)），请另存为“CSV UTF-8”",
                "from byte \(figure) on none of the encodings tried (\(value)): save it as CSV UTF-8"
            )
        case .notCSV:
            return (
                "这不是 CSV，而是 \(value) 文件，请在表格软件中打开并另存为“CSV UTF-8”",
                "not CSV but \(value): open it in the spreadsheet program and save it as CSV UTF-8"
            )
        case .empty: return ("文件没有内容", "the file is empty")
        case .separator:
            return (
                "列之间要用英文逗号、制表符或分号分隔，请另存为“CSV UTF-8”",
                "columns must be separated by commas, tabs or semicolons: save it as CSV UTF-8"
            )
        case .noHeader:
            return (
                "找不到表头，或缺少必需的列：\(value)",
                "no heading row found, or a required column is missing: \(value)"
            )
        case .duplicateHeading:
            return ("表头重复，请删除多余的一列", "the heading stands twice: remove one of the columns")
        case .otherKind:
            return (
                "表头属于另一种表（\(value)），请检查 --kind",
                "the headings are those of another book (\(value)): check --kind"
            )
        case .tooManyRows:
            return ("超过 \(figure) 行，请分成几个文件导入", "over \(figure) rows: import the file in parts")
        default:
            return (
                "引号没有结束，其后的内容无法可靠读取，请补上引号",
                "a quote is never closed, what follows cannot be relied on: close it"
            )
        }
    }

    /// Problems of a line's form.
    private var lineHints: (String, String)? {
        switch code {
        case .strayQuote:
            return (
                "引号位置不对：含引号的内容要整格加引号，其中的引号写两遍",
                "a quote out of place: put the whole cell in quotes and write quotes inside it twice"
            )
        case .controlCharacter: return ("含有控制字符，请删除", "holds a control character: remove it")
        case .fieldTooLong: return ("单元格超过 \(figure) 字节", "the cell is over \(figure) bytes")
        case .fieldCount:
            return (
                "列数与表头（\(figure) 列）不一致，文件可能被截断",
                "not as many cells as headings (\(figure)): the line may be cut off"
            )
        case .missingValue: return ("必填项为空（合并单元格须先拆分）", "a required cell is empty (split merged cells first)")
        case .duplicateKey: return ("与第 \(figure) 行重复，只保留一行", "the same as line \(figure): keep one of them")
        case .sharedTerminal:
            return (
                "第 \(figure) 行的车辆已用此终端，且有效期重叠",
                "the vehicle of line \(figure) has this terminal at the same time"
            )
        case .sharedTag:
            return (
                "第 \(figure) 行的车辆已用此标签，且有效期重叠",
                "the vehicle of line \(figure) has this tag at the same time"
            )
        case .scientific:
            return (
                "长数字已被表格软件改成科学计数法，尾数已丢失：请把该列设为文本后重新导出",
                "a spreadsheet rounded this long number: make the column text and export it again"
            )
        case .textTooLong: return ("超过 \(figure) 个字符", "over \(figure) characters")
        default: return nil
        }
    }

    /// Problems of one value.
    private var valueHints: (String, String) {
        switch code {
        case .assetNo:
            return (
                "资产编号只能含汉字、字母、数字和 - _ . / # ( )",
                "an asset number holds letters, digits and - _ . / # ( ) only"
            )
        case .state:
            return (
                "不认识的状态：请用在仓、在用、已借出、维修中、待处置、已处置等",
                "unknown state: use IN_STOCK, IN_USE, LENT, REPAIR and so on"
            )
        case .quantity: return ("不是数量，例如 1 或 12.5", "no quantity, such as 1 or 12.5")
        case .money:
            return (
                "不是金额，或精度小于 1 分，例如 5499.00", "no amount of money, or finer than 0.01 yuan, such as 5499.00"
            )
        case .date: return ("不是日期，例如 2026-11-21", "no date, such as 2026-11-21")
        case .instant:
            return (
                "不是时间，例如 2026-11-21 或 2026-11-21T08:00:00+08:00",
                "no time, such as 2026-11-21 or 2026-11-21T08:00:00+08:00"
            )
        case .validity: return ("失效时间不晚于生效时间", "validTo is not later than validFrom")
        case .epc: return ("EPC 应为 4 至 64 位十六进制数，位数是 4 的倍数", "an EPC is 4 to 64 hex digits, a multiple of 4")
        case .tid: return ("TID 应为 4 至 64 位十六进制数，位数是 4 的倍数", "a TID is 4 to 64 hex digits, a multiple of 4")
        case .phone: return ("终端号应为不超过 20 位的数字", "a terminal number is at most 20 digits")
        case .plate: return ("不是车牌号，例如 鄂J·12345", "no plate number, such as 鄂J·12345")
        case .flag: return ("请填“是”或“否”", "write yes or no")
        default: return ("请填 full、presenceOnly 或 none", "write full, presenceOnly or none")
        }
    }

    private var warningHints: (String, String) {
        switch code {
        case .monthOnly: return ("只有年月，按当月 1 日记", "a month without a day: taken as its first day")
        case .manyOnOneCard:
            return (
                "一卡多物：须为每一件绑定标签，盘点才能核对数量",
                "several items on one card: each needs its own tag before they can be counted"
            )
        case .area: return ("数量是面积，不能按件盘点", "the quantity is an area: it cannot be counted in items")
        case .stocktake:
            return (
                "盘点结果与账面不一致：只按账面导入，差异请按盘点程序处理",
                "the count differs from the books: only the book side is taken, settle the count apart"
            )
        default: return ("车辆识别代号应为 17 位，已照原样记录", "a VIN has 17 characters: taken as written")
        }
    }
}
