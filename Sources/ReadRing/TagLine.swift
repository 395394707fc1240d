import AssetModel
import CLineMemory

/// What one antenna knows of one tag, in 16 bytes.
///
/// | byte | field | |
/// | --- | --- | --- |
/// | 0 | `bits` | bit e: read in epoch `newestEpoch - e`, 64 epochs |
/// | 8 | `newestEpoch` | epochs of 5 s since 1970 fit 32 bits until the year 2310; later ones are refused |
/// | 12 | `antenna` | index into the layout, 0...65,534; 65,535 is a cell in which no antenna is |
/// | 14 | `peak` | strongest signal in 1/100 dBm; `Int16.min` where no read carried one |
struct AntennaCell: BitwiseCopyable {
    var bits: UInt64
    var newestEpoch: Int32
    var antenna: UInt16
    var peak: Int16

    static let noSignal = Int16.min
    static let noAntenna = UInt16.max
    static let empty = AntennaCell(bits: 0, newestEpoch: 0, antenna: noAntenna, peak: noSignal)

    /// Sets the bit of an epoch, of 32 bits as well. Idempotent, and the same in any order inside the window.
    /// - Returns: 1 where a bit was set that was not, or 0. A number: a comparison may become a branch, and
    ///   which read is a repeat is as good as a coin.
    mutating func note(epoch: Int64, signal: Int16) -> UInt32 {
        noteInOrder(epoch: epoch, signal: signal) ?? noteLate(behind: UInt64(Int64(newestEpoch) - epoch))
    }

    /// The same, for an epoch that is not before the newest one.
    /// - Returns: `nil`, and no bit is set, where it is before.
    @inline(__always)
    mutating func noteInOrder(epoch: Int64, signal: Int16) -> UInt32? {
        peak = Int16(truncatingIfNeeded: tally_greater(Int32(peak), Int32(signal)))
        let ahead = epoch &- Int64(newestEpoch)
        guard ahead >= 0 else { return nil }
        let kept = AntennaCell.shift(bits, by: ahead)
        bits = kept | 1
        newestEpoch = Int32(truncatingIfNeeded: epoch)
        return UInt32(truncatingIfNeeded: ~kept & 1)
    }

    /// Most reads come in the order in which they were heard; this is for the others. What left the window is
    /// a repeat.
    private mutating func noteLate(behind: UInt64) -> UInt32 {
        guard behind < 64 else { return 0 }
        let bit: UInt64 = 1 &<< behind
        defer { bits |= bit }
        return bits & bit == 0 ? 1 : 0
    }

    /// By 0...2³²; nothing is left from 64 on. With a mask: a comparison may become a branch.
    @inline(__always)
    private static func shift(_ bits: UInt64, by distance: Int64) -> UInt64 {
        let isInside = UInt64(bitPattern: (distance &- 64) &>> 63)
        return (bits &<< UInt64(bitPattern: distance)) & isInside
    }
}

/// One tag in one line of the cache: 64 bytes on a boundary of 64.
///
/// | byte | field | |
/// | --- | --- | --- |
/// | 0 | `cell0`, `reads0` | the evidence of an antenna; its reads, repeats too; they stay at 65,535 |
/// | 18 | | two bytes free |
/// | 20 | `slot` | the number by which all others know the tag |
/// | 24 | `first` | the EPC's first 64 bits |
/// | 32 | `cell1`, `reads1` | the evidence of another antenna |
/// | 50 | `length` | of the EPC in words of 16 bits, 1...16; 0: no tag |
/// | 51 | `state` | cells in use, 0...2; 128: a stranger |
/// | 52 | `overflow` | first of the cells of further antennas, in ``CellTable``; 0 for none |
/// | 56 | `second` | the EPC's second 64 bits; of one of more than 128 bits see ``LongTags`` |
///
/// The cells are 32 bytes apart. With 24, no power of two, the compiler made a branch of which cell is meant,
/// and a read took 5 ns more: it is as good as a coin.
struct TagLine: BitwiseCopyable {
    var cell0: AntennaCell
    var reads0: UInt16
    private var unused: UInt16
    var slot: UInt32
    var first: UInt64
    var cell1: AntennaCell
    var reads1: UInt16
    var length: UInt8
    private var state: UInt8
    var overflow: Int32
    var second: UInt64

    /// Cells inside the line. A third antenna costs a second line of the cache.
    static let cellsInside = 2
    /// How far the second cell is from the first, in bytes.
    private static let cellStep = 32

    private static let cellsMask: UInt8 = 0x03
    private static let strangerMask: UInt8 = 0x80

    init(_ name: TagName, slot: Int, isStranger: Bool) {
        first = name.first
        second = name.second
        (cell0, cell1) = (.empty, .empty)
        (reads0, reads1) = (0, 0)
        overflow = 0
        unused = 0
        length = name.length
        self.slot = UInt32(slot)
        state = isStranger ? TagLine.strangerMask : 0
    }

    @inline(__always)
    var isEmpty: Bool { length == 0 }

    @inline(__always)
    var isStranger: Bool {
        get { state & TagLine.strangerMask != 0 }
        set { state = newValue ? state | TagLine.strangerMask : state & ~TagLine.strangerMask }
    }

    var cellsUsed: Int {
        get { Int(state & TagLine.cellsMask) }
        set { state = state & ~TagLine.cellsMask | UInt8(newValue) }
    }

    /// The cell of an antenna and its count, or nil where it is not one of the two inside.
    @inline(__always)
    static func cell(of antenna: UInt16, in line: UnsafeMutablePointer<TagLine>) -> CellPlace? {
        // Without a branch: which of its antennas hears a tag next is as good as a coin.
        let place = cell(line.pointee.cell1.antenna == antenna ? 1 : 0, in: line)
        return place.cell.pointee.antenna == antenna ? place : nil
    }

    /// The cell with a number, 0 or 1.
    @inline(__always)
    static func cell(_ side: Int, in line: UnsafeMutablePointer<TagLine>) -> CellPlace {
        CellPlace(at: UnsafeMutableRawPointer(line) + side &* cellStep)
    }
}

/// Where a cell and, behind it, its count of reads are: in a line or in ``CellTable``.
struct CellPlace {
    private let raw: UnsafeMutableRawPointer

    @inline(__always)
    init(at raw: UnsafeMutableRawPointer) { self.raw = raw }

    @inline(__always)
    var cell: UnsafeMutablePointer<AntennaCell> { raw.assumingMemoryBound(to: AntennaCell.self) }

    @inline(__always)
    var count: UnsafeMutablePointer<UInt16> {
        (raw + MemoryLayout<AntennaCell>.size).assumingMemoryBound(to: UInt16.self)
    }

    func note(epoch: Int64, signal: Int16) -> UInt32 {
        countRead()
        return cell.pointee.note(epoch: epoch, signal: signal)
    }

    /// See ``AntennaCell/noteInOrder(epoch:signal:)``.
    @inline(__always)
    func noteInOrder(epoch: Int64, signal: Int16) -> UInt32? {
        guard let isNew = cell.pointee.noteInOrder(epoch: epoch, signal: signal) else { return nil }
        countRead()
        return isNew
    }

    @inline(__always)
    private func countRead() {
        let reads = UInt32(count.pointee)
        count.pointee = UInt16(truncatingIfNeeded: reads &+ (reads < UInt32(UInt16.max) ? 1 : 0))
    }

    /// Forgets everything and belongs to another antenna.
    func begin(_ antenna: UInt16, epoch: Int32) {
        cell.pointee = AntennaCell(
            bits: 0, newestEpoch: epoch, antenna: antenna, peak: AntennaCell.noSignal)
        count.pointee = 0
    }

    var evidence: AntennaEvidence {
        let cell = cell.pointee
        var evidence = AntennaEvidence(
            antenna: Int(cell.antenna), newestEpoch: Int64(cell.newestEpoch), bits: cell.bits)
        evidence.peakSignal = cell.peak == AntennaCell.noSignal ? nil : SignalStrength(centiDBm: cell.peak)
        evidence.reads = UInt32(count.pointee)
        return evidence
    }

    func put(_ evidence: AntennaEvidence) {
        cell.pointee = AntennaCell(
            bits: evidence.bits, newestEpoch: Int32(clamping: evidence.newestEpoch),
            antenna: UInt16(truncatingIfNeeded: evidence.antenna),
            peak: evidence.peakSignal?.centiDBm ?? AntennaCell.noSignal)
        count.pointee = UInt16(clamping: evidence.reads)
    }
}
