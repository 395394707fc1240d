package import AssetModel

/// What a gateway gets, or its clerk enters.
package struct ShelfArrival: Sendable, Equatable {
    /// Receipt time, milliseconds since the start.
    package var at: WorldTime
    package var kind: Kind

    package enum Kind: Sendable, Equatable {
        case reads(ShelfBatch)
        /// Birth message, or last will, of a reader: its index in the layout.
        case reader(Int, isOnline: Bool)
        case register(RegisterChange)
        /// No message: the world has come to the end of this epoch.
        case epochEnd(ShelfEpoch)
    }
}

/// One message of a reader.
package struct ShelfBatch: Sendable, Equatable {
    package var reader: Int
    /// Counts the messages of the reader; every copy has the number of the first.
    package var number: Int
    /// By the reader's clock.
    package var reads: [ShelfRead]
    package var copy = Copy.first

    package enum Copy: Sendable {
        case first
        /// QoS 1, with the DUP flag.
        case redelivered
        /// The same from a bridge, without the flag.
        case bridged
        /// Sent again by a reader that had lost its link.
        case replayed
    }

    package var isDuplicate: Bool { copy != .first }
    package var isReplay: Bool { copy == .replayed }
}

/// Where all messages went: `arrived` = `sent` - `lost` + `redelivered` + `bridged` + `replayed`.
package struct ShelfAccount: Sendable, Equatable {
    package var sent = 0
    package var sentReads = 0
    package var arrived = 0
    package var arrivedReads = 0
    package var lost = 0
    /// Of the lost, those that were in a reader, or on their way, when its power went.
    package var lostWithPower = 0
    package var redelivered = 0
    package var bridged = 0
    package var replayed = 0
    /// Of the sent, those that were held in a reader without a link, and those that others overtook.
    package var flushed = 0
    package var reordered = 0

    package init() {}
}
