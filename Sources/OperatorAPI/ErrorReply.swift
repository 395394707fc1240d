/// Why a request was refused, and what the caller can do.
package struct ErrorReply: Codable, Sendable, Equatable {
    package var code: Code
    package var chinese: String
    package var english: String
    /// What to do next, in both languages; `nil` where nothing can be done from outside.
    @NullWhenAbsent package var hint: String?

    /// The closed list.
    package enum Code: String, Codable, Sendable, CaseIterable {
        case badRequest = "bad_request"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        case notPermitted = "not_permitted"
        case bodyTooLarge = "body_too_large"
        /// One import at a time; so many decisions waiting.
        case busy
        /// There is nothing left to decide: settled already, or what was asked for is so already.
        case alreadySettled = "already_settled"
        case storeFull = "store_full"
        case stopping
        case internalError = "internal_error"

        /// The HTTP status that goes with it.
        package var status: Int {
            switch self {
            case .badRequest: return 400
            case .notPermitted: return 403
            case .notFound: return 404
            case .methodNotAllowed: return 405
            case .busy, .alreadySettled: return 409
            case .bodyTooLarge: return 413
            case .internalError: return 500
            case .stopping: return 503
            case .storeFull: return 507
            }
        }
    }

    package init(_ code: Code, chinese: String, english: String, hint: String? = nil) {
        self.code = code
        self.chinese = chinese
        self.english = english
        self.hint = hint
    }

    private enum CodingKeys: String, CodingKey {
        case code, hint
        case chinese = "zh"
        case english = "en"
    }
}

/// The status of an ImportReply whose file was refused by its own lines.
extension ImportReply {
    package static let refusedStatus = 422
    package var status: Int { isRefused ? ImportReply.refusedStatus : 200 }
}
