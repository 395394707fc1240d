/// The sentences of a payload: each from a `$` to the line end or to the next `$`. What stands between them
/// is passed over: a logger's time, a modem's prompt, an empty line.
struct NMEALines {
    private let bytes: UnsafeRawBufferPointer
    private var at = 0

    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// A sentence with its `$` and without space, a zero byte or a quote behind it.
    mutating func next() -> (line: UnsafeRawBufferPointer, offset: Int)? {
        guard let start = bytes[at...].firstIndex(of: 0x24) else {
            at = bytes.count
            return nil
        }
        let rest = bytes[(start + 1)...]
        let end = rest.firstIndex { $0 == 0x0A || $0 == 0x0D || $0 == 0x24 } ?? bytes.count
        at = end
        var last = end
        while last > start + 1, bytes[last - 1] <= 0x20 || bytes[last - 1] == 0x22 { last -= 1 }
        return (UnsafeRawBufferPointer(rebasing: bytes[start..<last]), start)
    }
}
