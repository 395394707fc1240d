/// Keeps a large value where it is. Asked a question, a value of some hundred bytes is copied to the stack each
/// time, unless it holds something whose size the compiler does not know: then its address is passed. With
/// 3,400 bytes of path for each of several questions a read that was an eighth of its time.
package struct InPlace: Sendable {
    private let nothing: (any Sendable)? = nil

    package init() {}
}
