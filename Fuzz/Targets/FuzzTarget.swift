/// One thing to fuzz: what is done with an input, and what has to hold then.
///
/// A new target is a file with a conformer, its line in ``FuzzTargets``, a file `Fuzz/Corpus/NAME.seeds` with
/// at least one seed and a dictionary `Fuzz/Dictionaries/NAME.dict`; see docs/fuzzing.md.
package protocol FuzzTarget: Sendable {
    /// Lower case; the word on the command line and the name of its files.
    static var name: String { get }

    /// Runs the code under test on one input of any length. Keeps nothing between calls: a finding has to
    /// come back when it is replayed alone.
    /// - Throws: the law that the input breaks. A trap is a finding too.
    static func check(_ input: [UInt8]) throws(Breach)
}

package enum FuzzTargets {
    package static let all: [any FuzzTarget.Type] = [
        ImpinjTarget.self, ZebraTarget.self, MappingTarget.self, SparkplugTarget.self, EPCTarget.self,
        RegisterTarget.self, AutoTarget.self, JT808Target.self, NMEATarget.self, TerminalsTarget.self,
    ]

    package static func named(_ name: String) -> (any FuzzTarget.Type)? {
        all.first { $0.name == name }
    }
}

/// A law that an input breaks.
package struct Breach: Error, CustomStringConvertible {
    package let description: String
}

/// Throws unless the condition holds.
func hold(_ condition: Bool, _ law: @autoclosure () -> String) throws(Breach) {
    guard condition else { throw Breach(description: law()) }
}

/// Text in a message about a finding: short, and without what a terminal would act upon.
func shown(_ bytes: some Collection<UInt8>) -> String {
    let text = String(decoding: bytes.prefix(400), as: UTF8.self)
    return text.debugDescription + (bytes.count > 400 ? "…" : "")
}
