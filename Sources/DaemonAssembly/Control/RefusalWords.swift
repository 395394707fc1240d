import AssetModel

/// Why a message was refused, and what the person who looks after the device can do.
extension Rejection.Reason {
    typealias Words = (chinese: String, english: String)

    var words: Words {
        switch self {
        case .oversizePayload: return ("报文过大", "the payload is too large")
        case .unknownTopic: return ("没有读写器或终端使用此主题", "no reader or terminal source has this topic")
        case .emptyPayload: return ("报文为空", "the payload is empty")
        case .notUTF8: return ("文本不是 UTF-8", "the text is not UTF-8")
        case .malformedJSON: return ("JSON 格式错误", "the JSON is malformed")
        case .malformedProtobuf: return ("Sparkplug B 编码错误", "the Sparkplug B encoding is malformed")
        case .nestedTooDeep: return ("JSON 嵌套过深", "the JSON is nested too deep")
        case .unknownShape: return ("不认识的报文形式", "no known form of message")
        case .missingIdentity: return ("缺少标签 EPC", "the record has no EPC")
        case .malformedIdentity: return ("EPC 或 TID 不是十六进制", "the EPC or TID is not hex")
        case .identityLength: return ("EPC 或 TID 长度不对", "the EPC or TID has an impossible length")
        case .malformedTime: return ("时间格式错误", "the time is malformed")
        case .malformedNumber: return ("数值格式错误", "the number is malformed")
        case .numberOutOfRange: return ("数值超出范围", "the number is out of range")
        case .unknownAlias: return ("指标别名无对应名称", "a metric's alias has no name yet")
        case .clockTooOld: return ("设备时间过旧", "the device's time is too long ago")
        case .clockFromFuture: return ("设备时间在未来", "the device's time is in the future")
        case .unknownAntenna: return ("配置中没有此天线", "the antenna is not in the configuration")
        case .unknownDevice: return ("配置中没有此设备", "the device is not in the configuration")
        case .unknownZone: return ("配置中没有此区域", "the zone is not in the configuration")
        case .frameDelimiter: return ("808 帧缺少首尾标识 7E", "an 808 frame without its 7E at both ends")
        case .frameEscape: return ("808 转义错误", "a wrong escape in an 808 frame")
        case .frameLength: return ("808 消息长度不符", "an 808 frame of another length than it says")
        case .frameChecksum: return ("808 校验码错误", "a wrong checksum in an 808 frame")
        case .frameEncrypted: return ("808 消息已加密", "an encrypted 808 frame")
        case .fragmentLost: return ("808 分包不完整", "sub-packages of an 808 message are missing")
        case .fragmentLimit: return ("808 分包超出限额", "too many unfinished 808 sub-packages")
        case .positionOutOfRange: return ("经纬度超出范围", "the position is out of range")
        case .malformedItem: return ("附加信息项格式错误", "an additional item is malformed")
        case .textEncoding: return ("文本编码错误", "the text does not decode")
        }
    }

    /// What to do about it.
    var hint: Words {
        switch self {
        case .oversizePayload:
            return ("请让设备缩小批量，或检查是否发错主题", "make the device send smaller batches, or check its topic")
        case .unknownTopic:
            return (
                "在配置的 reader.topics 或 terminal_source.topics 中加入此主题",
                "add the topic to reader.topics or topics of a terminal source"
            )
        case .unknownAntenna:
            return ("在该读写器下增加 [[reader.antenna]]", "add a [[reader.antenna]] with this port to the reader")
        case .unknownDevice:
            return (
                "在配置中登记设备标识，或确认设备来源",
                "list the device's identity in the configuration, or find out whose it is"
            )
        case .unknownZone: return ("检查手持机上的区域编号", "check the zone id on the handheld")
        case .unknownAlias:
            return (
                "让网关重发 NBIRTH 与 DBIRTH（Node Control/Rebirth）",
                "let the gateway send NBIRTH and DBIRTH again (Node Control/Rebirth)"
            )
        case .clockTooOld, .clockFromFuture, .malformedTime:
            return ("检查设备时钟与时间服务 (NTP)", "check the device's clock and its time service (NTP)")
        case .unknownShape, .notUTF8, .malformedJSON, .malformedProtobuf, .nestedTooDeep, .emptyPayload,
            .textEncoding:
            return (
                "检查设备的输出格式与 vendor 设置；不在支持之列的可用 [[mapping]] 描述",
                "check the device's output format and the vendor setting; a [[mapping]] can describe others"
            )
        case .missingIdentity, .malformedIdentity, .identityLength, .malformedNumber, .numberOutOfRange,
            .malformedItem, .positionOutOfRange:
            return (
                "用 tally decode 查看所在字段，并联系设备厂商",
                "look at the field with tally decode and ask the device's maker"
            )
        case .frameDelimiter, .frameEscape, .frameLength, .frameChecksum:
            return (
                "检查转发程序是否改动了 808 帧（编码、截断）",
                "check whether something on the way changes the 808 frames (encoding, cutting)"
            )
        case .frameEncrypted: return ("请在终端平台关闭 808 加密", "switch 808 encryption off at the terminal")
        case .fragmentLost, .fragmentLimit:
            return ("检查链路是否丢包；单个偶发可忽略", "check the link for loss; single ones may be ignored")
        }
    }
}
