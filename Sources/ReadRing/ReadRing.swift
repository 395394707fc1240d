package import AssetModel

/// The in-memory ring: one line of 64 bytes a tag, one evidence cell for each antenna that hears it, a bit
/// for each epoch.
///
/// Exact: all bits of the EPC are compared, no filter that may err. Registered tags have a table of their own
/// (``RegisteredLines``) and are never evicted. Strangers live in a bounded table (``StrangerLines``); when
/// it is full, the one not heard for longest (by a second-chance clock) makes room and is counted.
///
/// Memory is fixed when the register is loaded, with ``reserve(registered:)``; no read takes any.
/// A copy of a ring shares its tables until one of the two changes; then all of them are copied.
///
/// Sendable although it holds pointers: they belong to this value alone, or to copies that only read.
package struct ReadRing: @unchecked Sendable {
    /// What an observation turned out to be.
    package struct Sighting: Sendable {
        /// Number of the tag; stays its own as long as the tag is in the ring.
        package var slot: Int
        /// It set a bit that was not set: evidence changed. Otherwise it is a repeat.
        package var isNew: Bool
        /// The tag had no line before.
        package var isFirst: Bool
        /// A stranger that was given up for this one; the slot was its own.
        package var evicted: EPC?
    }

    var registered: RegisteredLines
    var strangers: StrangerLines
    var cells: CellTable
    var longTags: LongTags
    var slots: SlotTable
    let hash: KeyedHash
    let limits: PathLimits
    /// Strangers given up so far.
    package internal(set) var strangersEvicted: Int64 = 0
    /// Antennas of a tag given up for another one so far.
    package internal(set) var antennasReplaced: Int64 = 0
    private var tables = Owner()
    private let inPlace = InPlace()
    private(set) var desk = Desk()

    /// Stands for all tables: while two rings hold it, they share them.
    private final class Owner {}

    /// Room for these tags before the register is known.
    private static let registeredMin = 256

    package init(hash: KeyedHash, limits: PathLimits) {
        var limits = limits
        limits.strangersMax = max(1, limits.strangersMax)
        limits.antennasPerTagMax = max(1, limits.antennasPerTagMax)
        self.hash = hash
        self.limits = limits
        registered = RegisteredLines(tagsMax: ReadRing.registeredMin)
        strangers = StrangerLines(tagsMax: limits.strangersMax)
        let tagsMax = ReadRing.registeredMin + limits.strangersMax
        cells = CellTable(cells: ReadRing.cellsOutside(tagsMax, limits))
        longTags = LongTags(tagsMax: tagsMax)
        slots = SlotTable(slots: tagsMax)
    }

    /// Number of tags that have a line.
    package var count: Int { registered.used + strangers.count }

    /// Bytes of the table of registered lines.
    package var registeredBytes: Int { registered.lineBytes }

    /// Registered tags for which no pilot was found: a read of one costs as much as a stranger's.
    package var registeredAside: Int { registered.aside.count }

    package func tag(at slot: Int) -> EPC? { line(at: slot).map { tag(of: $0.pointee) } }

    package func isRegistered(_ slot: Int) -> Bool {
        if case .registered = slots[slot] { true } else { false }
    }

    package func slot(of tag: EPC) -> Int? {
        let name = name(of: tag)
        if let line = registered.find(name, longTags) { return Int(line.pointee.slot) }
        return strangers.find(name, longTags).map { Int(strangers[$0].pointee.slot) }
    }

    /// One past the highest slot ever used.
    package var slotLimit: Int { slots.limit }

    // MARK: the register

    /// Makes room for a register of so many tags. Called before they are registered it saves the rebuilding
    /// of a table that grows, on the thread of the path.
    package mutating func reserve(registered tags: Int) {
        guard tags > registered.tagsMax else { return }
        ownTables()
        rebuild(tagsMax: tags)
    }

    /// Gives a registered tag its line, now and for as long as the register names it. A stranger keeps its
    /// slot and its evidence.
    package mutating func register(_ tag: EPC) -> Int {
        ownTables()
        let name = name(of: tag)
        if let line = registered.find(name, longTags) { return Int(line.pointee.slot) }
        growForOneMore()
        if let number = strangers.find(name, longTags) {
            var line = strangers[number].pointee
            line.isStranger = false
            strangers.remove(number, hash: name.hash)
            insert(line)
            return Int(line.slot)
        }
        let slot = slots.takeFree()
        placeRegistered(name, at: slot)
        return slot
    }

    /// Half as large again when it is full.
    private mutating func growForOneMore() {
        guard registered.used >= registered.tagsMax else { return }
        rebuild(tagsMax: registered.tagsMax + registered.tagsMax / 2)
    }

    private mutating func rebuild(tagsMax: Int) {
        let old = registered
        registered = RegisteredLines(tagsMax: tagsMax)
        old.forEach { insert($0) }
        let tagsMax = registered.tagsMax + limits.strangersMax
        cells = cells.copy(cells: ReadRing.cellsOutside(tagsMax, limits))
        longTags = longTags.copy(tagsMax: tagsMax)
        slots = slots.copy(slots: tagsMax)
    }

    /// Puts the line of a registered tag into the table, and lets its slot know where it is.
    private mutating func insert(_ line: TagLine) {
        let (slots, longTags, hash) = (slots, longTags, hash)
        let mover: RegisteredLines.Mover = (
            hash: { hash.hash($0.name(longTags)) },
            moved: { slots.move(Int($0), to: $1) }
        )
        let number = registered.insert(line, hash: mover.hash(line), mover)
        self.slots.hold(Int(line.slot), .registered(line: number))
    }

    /// What all tags together can have outside their lines.
    private static func cellsOutside(_ tags: Int, _ limits: PathLimits) -> Int {
        tags * max(0, limits.antennasPerTagMax - TagLine.cellsInside)
    }

    // MARK: journal

    /// Puts a stranger back into the very slot it had: journal of a restart. Makes room as the live path did.
    ///
    /// A tag that the register names keeps its line and its evidence and only changes its slot; a registered
    /// tag in whose slot it was goes elsewhere.
    package mutating func define(_ tag: EPC, at slot: Int) {
        guard slot >= 0, slot < SlotTable.slotsMax else { return }
        ownTables()
        let known = self.slot(of: tag)
        if known == slot { return }
        if known == nil, strangers.count >= limits.strangersMax { _ = evictStranger() }
        if let known, case .stranger = slots[known] { remove(strangerAt: known) }
        if case .stranger = slots[slot] { remove(strangerAt: slot) }
        if let known, case .registered(let line) = slots[known] {
            slots.release(known)
            clear(slot)
            renumber(line, to: slot)
        } else {
            clear(slot)
            _ = placeStranger(name(of: tag), at: slot)
        }
    }

    /// Moves the registered tag that has this slot, if one has, to a free slot.
    private mutating func clear(_ slot: Int) {
        guard case .registered(let line) = slots[slot] else { return }
        let free = slots.takeFree()
        slots.release(slot)
        renumber(line, to: free)
    }

    private mutating func renumber(_ line: Int, to slot: Int) {
        registered[line].pointee.slot = UInt32(slot)
        slots.hold(slot, .registered(line: line))
    }

    // MARK: lines

    func name(of tag: EPC) -> TagName { TagName(tag, hash: hash.hash(tag)) }

    func tag(of line: TagLine) -> EPC { line.name(longTags).tag }

    func line(at slot: Int) -> UnsafeMutablePointer<TagLine>? {
        switch slots[slot] {
        case .registered(let line): registered[line]
        case .stranger(let line): strangers[line]
        case nil: nil
        }
    }

    /// Makes the line of a registered tag that has none. There must be room.
    mutating func placeRegistered(_ name: TagName, at slot: Int) {
        insert(makeLine(name, at: slot, isStranger: false))
    }

    /// Makes the line of a stranger that has none. There must be room.
    mutating func placeStranger(_ name: TagName, at slot: Int) -> UnsafeMutablePointer<TagLine> {
        let line = makeLine(name, at: slot, isStranger: true)
        let number = strangers.insert(line, hash: name.hash)
        slots.hold(slot, .stranger(line: number))
        return strangers[number]
    }

    private mutating func makeLine(_ name: TagName, at slot: Int, isStranger: Bool) -> TagLine {
        var line = TagLine(name, slot: slot, isStranger: isStranger)
        if name.isLong { line.second = longTags.add(name) }
        return line
    }

    mutating func evictStranger() -> (tag: EPC, slot: Int)? {
        let slot = slots.turnToVictim()
        guard let tag = tag(at: slot) else { return nil }
        remove(strangerAt: slot)
        strangersEvicted += 1
        return (tag, slot)
    }

    private mutating func remove(strangerAt slot: Int) {
        guard case .stranger(let number) = slots[slot] else { return }
        let line = strangers[number].pointee
        strangers.remove(number, hash: hash.hash(tag(of: line)))
        cells.remove(line.overflow)
        if line.length > TagName.wordsInside { longTags.remove(line.second) }
        slots.release(slot)
    }

    /// Before every change: tables that a copy still reads are copied.
    @inline(__always)
    mutating func ownTables() {
        if !isKnownUniquelyReferenced(&tables) { copyTables() }
    }

    @inline(never)
    private mutating func copyTables() {
        tables = Owner()
        desk = Desk()
        registered = registered.copy()
        strangers = strangers.copy()
        cells = cells.copy()
        longTags = longTags.copy()
        slots = slots.copy()
    }
}
