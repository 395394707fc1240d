import AssetModel
import DeviceDecoding
import Testing

struct IdentityTIDTests {
    @Test func `NXP factory EPC looks like a TID`() throws {
        // Captured: the EPC of a tag as delivered is its TID without the XTID word. It names no asset.
        let factory = "E2806894000040017790E471"
        let tid = "E2806894200040017790E471"
        let description = try EPCDescription.describe(hex: factory)
        #expect(description.scheme == "uncommissioned")
        #expect(description.tagURI == nil && description.elementString == nil)
        #expect(try EPCDescription.describe(hex: tid).scheme == "uncommissioned")
        // Read as a TID it says that there is no serial number: the two differ.
        #expect(try TIDDescription.describe(hex: factory).serialBits == 0)
        #expect(try TIDDescription.describe(hex: tid).serialHex == "40017790E471")
    }

    @Test(arguments: [
        // The usual word: 001 in front is 48 bits. From the bottom it would be 000, none.
        ("2000", 48), ("0000", 0), ("0002", 0), ("000E", 0), ("1FFE", 0), ("4000", 64), ("6000", 80),
        ("8000", 96), ("A000", 112), ("C000", 128), ("E000", 144),
    ])
    func `serial length comes from the top of the XTID word`(word: String, bits: Int) throws {
        let serial = String(repeating: "0123456789ABCDEF", count: 3).prefix(bits / 4)
        let tid = try TIDDescription.describe(hex: "E2806894" + word + serial)
        #expect(tid.serialBits == bits)
        #expect(tid.serialHex == (bits == 0 ? nil : String(serial)))
        #expect(tid.extensionHeader?.hex == word)
    }

    @Test func `the segments behind the serial number`() throws {
        // 3C00h: 48 bits of serial number, and all three segments.
        let commands = "1FE6", blocks = "0123456789ABCDEF", memory = "00040080"
        let whole = "E2806894" + "3C00" + "40017790E471" + commands + blocks + memory
        let tid = try TIDDescription.describe(hex: whole)
        #expect(tid.serialHex == "40017790E471")
        #expect(tid.segments.commands?.epcWordsMax == 6)
        #expect(
            tid.segments.commands?.names == [
                "recommissioning", "access", "separate_lock_bits", "automatic_umi", "phase_jitter_modulation",
                "block_erase", "block_write", "block_permalock",
            ])
        let block = try #require(tid.segments.blocks)
        // 0123_4567_89AB_CDEF from its end: EF, then 1 01100110 1 …
        #expect(block.writeWordsMax == 0xEF && block.canWriteAnySize)
        #expect(block.writeEPCOffset == 0xCDEF >> 9 | (0x1 & 0x89AB) << 7)
        #expect(block.eraseWordsMax == 0x67 && block.canEraseAnySize)
        #expect(tid.segments.userMemory?.sizeWords == 128)
        #expect(tid.segments.userMemory?.permalockBlockWords == 4)
        // Cut off anywhere it says what is there and never something else.
        for digits in stride(from: 8, through: whole.count, by: 2) {
            let part = try TIDDescription.describe(hex: String(whole.prefix(digits)))
            #expect(part.designerID == 6 && part.modelNumber == 0x894)
            #expect(part.serialHex == (digits >= 24 ? tid.serialHex : nil))
            #expect(part.serialBits == (digits >= 12 ? 48 : nil))
            #expect(part.segments.commands == (digits >= 28 ? tid.segments.commands : nil))
            #expect(part.segments.blocks == (digits >= 44 ? tid.segments.blocks : nil))
            #expect(part.segments.userMemory == (digits >= 52 ? tid.segments.userMemory : nil))
        }
    }

    @Test(arguments: [
        ("3000", true, false, false), ("2800", false, true, false), ("2400", false, false, true),
        ("2000", false, false, false), ("23FE", false, false, false), ("3C01", false, false, false),
    ])
    func `a segment is read where its own bit announces it`(
        word: String, commands: Bool, blocks: Bool, memory: Bool
    ) throws {
        let tail = "0102030405060708090A0B0C0D0E"
        let tid = try TIDDescription.describe(hex: "E2806894" + word + "40017790E471" + tail)
        #expect((tid.segments.commands != nil) == commands)
        #expect((tid.segments.blocks != nil) == blocks)
        #expect((tid.segments.userMemory != nil) == memory)
        if commands { #expect(tid.segments.commands?.rawValue == 0x0102) }
        if blocks { #expect(tid.segments.blocks?.rawValue == 0x0102_0304_0506_0708) }
        if memory { #expect(tid.segments.userMemory?.rawValue == 0x0102_0304) }
    }

    @Test(
        arguments: [
            ("E004010011223344", 4, "NXP", "010011223344"),
            (
                "E002010011223344", 2, "STMicroelectronics",
                "010011223344"
            ),
            ("E0FF010011223344AABB", 255, nil, "010011223344"), ("E004010011", 4, "NXP", nil),
        ] as [(String, UInt16, String?, String?)])
    func `class E0 names a manufacturer and a serial number`(
        hex: String, maker: UInt16, name: String?, serial: String?
    ) throws {
        let tid = try TIDDescription.describe(hex: hex)
        #expect(tid.tidClass == .iso15963)
        #expect(tid.designerID == maker && tid.designerName == name)
        #expect(tid.serialBits == 48 && tid.serialHex == serial)
        #expect(tid.modelNumber == nil && tid.modelHex == nil && !tid.hasExtension)
    }

    @Test func `random TIDs never trap`() {
        var random = SplitMix64(seed: 0x71D)
        for index in 0..<20_000 {
            var bytes = (0..<(index % 66)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            if !bytes.isEmpty { bytes[0] = [0xE2, 0xE0, 0xE2, 0xE3][index % 4] }
            do throws(Rejection) {
                let tid = try TIDDescription.describe(hex: PlusBits.hex(bytes))
                #expect(tid.hex.utf8.count == bytes.count * 2)
                #expect((tid.serialHex?.utf8.count ?? 0) * 4 <= tid.serialBits ?? 0)
            } catch {
                #expect(error.reason == .malformedIdentity || error.reason == .identityLength)
            }
        }
    }
}
