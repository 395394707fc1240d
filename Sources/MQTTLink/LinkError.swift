/// What keeps a link from being made at all: files and settings, never the network (that is retried).
package enum LinkError: Error, Hashable, Sendable {
    case fileUnreadable(path: String, reason: String)
    /// A bare name, but systemd gave us no credential of that name.
    case credentialMissing(name: String)
    case settingOutOfRange(setting: String, value: String, allowed: String)
    /// libmosquitto or the system refused a call.
    case refused(call: String, reason: String)

    static func require(
        _ holds: Bool, _ setting: String, _ value: String, _ allowed: String
    ) throws(LinkError) {
        if !holds { throw .settingOutOfRange(setting: setting, value: value, allowed: allowed) }
    }
}

extension LinkError: CustomStringConvertible {
    /// One line for the operator: what, and what to do.
    package var description: String {
        switch self {
        case .fileUnreadable(let path, let reason):
            return "无法读取文件 cannot read file \(path) (\(reason)); 请检查路径与权限 check path and permissions"
        case .credentialMissing(let name):
            return "找不到凭据 no credential \(name); 请在服务单元中加入 add to the unit: LoadCredential=\(name):FILE"
        case .settingOutOfRange(let setting, let value, let allowed):
            return "参数超出范围 setting out of range: \(setting) = \(value), 允许 allowed: \(allowed)"
        case .refused(let call, let reason):
            return "无法建立连接 connection cannot be made: \(call): \(reason)"
        }
    }
}

/// Why an attempt or a connection ended. The code is the cause by which log lines are limited.
package struct LinkProblem: Hashable, Sendable, Error {
    package var cause: String
    package var detail: String
    /// The broker's address answered that no program listens there.
    package var nobodyListens = false
    /// The broker does not speak the version of MQTT that was asked for.
    package var isVersionRefused = false

    /// CONNACK codes of MQTT 3.1.1 (1...5) and MQTT 5 (128...162).
    static func refusal(code: Int32, reason: String) -> LinkProblem {
        switch code {
        case 1, 132:
            return LinkProblem(
                cause: "协议版本被拒 protocol version refused", detail: reason, isVersionRefused: true)
        case 2, 133: return LinkProblem(cause: "客户端标识被拒 client id refused", detail: reason)
        case 4, 134:
            return LinkProblem(
                cause: "用户名或密码错误 wrong user name or password",
                detail: "\(reason); 请检查 check username_file, password_file")
        case 5, 135:
            return LinkProblem(
                cause: "未获授权 not authorised", detail: "\(reason); 请检查服务器的账号 check the broker's password_file")
        default: return LinkProblem(cause: "服务器拒绝连接 broker refused the connection", detail: reason)
        }
    }

    /// DISCONNECT from an MQTT 5 broker.
    static func closedByBroker(code: Int32, reason: String) -> LinkProblem {
        // 142: session taken over.
        if code == 142 {
            return LinkProblem(
                cause: "客户端标识被他人使用 client id taken over by somebody else",
                detail: "\(reason); 请启用 set use_username_as_clientid")
        }
        return LinkProblem(cause: "服务器断开连接 closed by the broker", detail: reason)
    }

    static let noAnswer = LinkProblem(cause: "服务器无应答 no answer from the broker", detail: "time-out")
    static let nothingGranted = LinkProblem(
        cause: "所有订阅被拒 every subscription refused", detail: "请检查服务器的权限 check the broker's acl_file")
}
