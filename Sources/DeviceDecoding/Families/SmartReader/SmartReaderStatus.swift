import AssetModel

/// What the application says of itself.
///
/// | member | event |
/// | --- | --- |
/// | `smartreader-mqtt-status`: `connected`, `disconnected` | the same; the second is the last will |
/// | `smartreader-status`: `inventory-running`, `started` | inventory running |
/// | `smartreader-status`: `inventory-idle`, `stopped`, `invalid-license-key` | inventory idle |
/// | `smartreader-status`: `settings-applied`, `initialized`, any other | passed over |
/// | `eventType`: `gpi-status` | the level of each input in it |
/// | `eventType`: `status` of the component `smartreader` | a heartbeat, and each antenna's state |
///
/// Without a licence the application may read nothing: until it says that the inventory runs, its silence is
/// not evidence. An antenna that is not enabled (`antenna2Enabled`) reads nothing: for coverage it is
/// disconnected.
enum SmartReaderStatus {
    case connection
    case application
    case inputs
    case status

    /// More ports than an R700 has with hubs (32), and more inputs than any has.
    private static let portMax: UInt16 = 64

    init?(_ root: ReadRecord) {
        if root.has("smartreader-mqtt-status") {
            self = .connection
        } else if root.has("smartreader-status") {
            self = .application
        } else if root.text("eventType") == "gpi-status" {
            self = .inputs
        } else if root.text("component") == "smartreader" {
            self = .status
        } else {
            return nil
        }
    }

    func take(_ root: ReadRecord, into decoded: inout DecodedMessage) throws(MappedFault) -> RecordOutcome {
        let outcome: RecordOutcome
        switch self {
        case .connection: outcome = try SmartReaderStatus.connection(root)
        case .application: outcome = try SmartReaderStatus.application(root)
        case .inputs: outcome = SmartReaderStatus.inputs(root)
        case .status: outcome = SmartReaderStatus.antennas(root)
        }
        // A will was composed when the reader connected: a time in it would make it look like history.
        if case .events([.disconnected]) = outcome { return outcome }
        if let time = root.hint("timestamp", TimeReading().instant(of:)) { decoded.sentAt = time }
        return outcome
    }

    private static func connection(_ root: ReadRecord) throws(MappedFault) -> RecordOutcome {
        switch root.text("smartreader-mqtt-status") {
        case "connected": return .events([.connected])
        case "disconnected": return .events([.disconnected])
        default: throw MappedFault(field: "smartreader-mqtt-status", reason: .unknownShape)
        }
    }

    private static func application(_ root: ReadRecord) throws(MappedFault) -> RecordOutcome {
        switch root.text("smartreader-status") {
        case "inventory-running", "started": return .events([.inventoryRunning])
        case "inventory-idle", "stopped", "invalid-license-key": return .events([.inventoryIdle])
        case "settings-applied": return .passedOver("smartreader_settings_applied")
        case "initialized": return .passedOver("smartreader_initialized")
        case nil: throw MappedFault(field: "smartreader-status", reason: .unknownShape)
        default: return .passedOver("smartreader_other_status")
        }
    }

    /// `gpi1Status`, `gpi1` and so on, or a list `gpiConfigurations` of {"gpi": 1, "state": "high"}. The
    /// vendor publishes no example; these are the forms of its tag messages and of its reader's settings.
    private static func inputs(_ root: ReadRecord) -> RecordOutcome {
        var levels: [UInt16: Bool] = [:]
        root.forEachMember { key, value in
            guard let pin = number(in: key, after: "gpi", before: "Status") ?? number(in: key, after: "gpi")
            else { return }
            levels[pin] = root.page.text(value).flatMap(isOn)
        }
        if let list = root.array("gpiConfigurations") {
            var element = root.page.firstElement(of: list)
            while let node = element {
                let input = ReadRecord(node, of: root.page)
                let pin = input?.hint("gpi", FieldText.port)
                if let pin, pin <= portMax { levels[pin] = input?.text("state").flatMap(isOn) }
                element = root.page.element(after: node, in: list)
            }
        }
        guard !levels.isEmpty else { return .passedOver("smartreader_gpi_status") }
        return .events(
            levels.sorted { $0.key < $1.key }.map { .generalPurposeInput(pin: $0.key, high: $0.value) })
    }

    private static func antennas(_ root: ReadRecord) -> RecordOutcome {
        var states: [UInt16: Bool] = [:]
        root.forEachMember { key, value in
            guard let port = number(in: key, after: "antenna", before: "Enabled") else { return }
            states[port] = root.page.text(value).flatMap(isOn)
        }
        let events = states.sorted { $0.key < $1.key }.map { port, isEnabled in
            isEnabled ? DeviceEvent.antennaConnected(port: port) : .antennaDisconnected(port: port)
        }
        return .events([.heartbeat] + events)
    }

    /// `nil` for a word that says neither.
    private static func isOn(_ word: String) -> Bool? {
        switch word.lowercased() {
        case "high", "true", "1": return true
        case "low", "false", "0": return false
        default: return nil
        }
    }

    /// The port in `antenna12Enabled`, without leading zeros.
    private static func number(
        in key: UnsafeRawBufferPointer, after head: StaticString, before tail: StaticString = ""
    ) -> UInt16? {
        let size = head.utf8CodeUnitCount + tail.utf8CodeUnitCount
        guard (size + 1...size + 2).contains(key.count),
            head.withUTF8Buffer({ key.starts(with: $0) }),
            tail.withUTF8Buffer({ key.suffix($0.count).elementsEqual($0) })
        else { return nil }
        let digits = key.dropFirst(head.utf8CodeUnitCount).dropLast(tail.utf8CodeUnitCount)
        guard digits.first != 0x30, digits.allSatisfy({ $0 &- 0x30 <= 9 }) else { return nil }
        let number = digits.reduce(UInt16(0)) { $0 &* 10 &+ UInt16($1 &- 0x30) }
        return number <= portMax ? number : nil
    }
}
