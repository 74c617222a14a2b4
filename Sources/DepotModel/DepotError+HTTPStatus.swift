extension DepotError.Code {
    /// The HTTP status of an answer with this error; 500 for a code of a newer version.
    public var httpStatus: Int {
        switch self {
        case .badRequest: 400
        case .unauthenticated: 401
        case .forbidden: 403
        case .notFound: 404
        case .methodNotAllowed: 405
        case .refused, .ambiguous, .conflict: 409
        case .tooLarge: 413
        case .rateLimited: 429
        case .unreachable, .protocolMismatch: 502
        case .storeUnavailable, .storeUnusable, .storeSlow, .diskLow, .busy, .tooExpensive: 503
        case .configuration, .internal, .logFailing, .clockWrong: 500
        default: 500
        }
    }
}

extension Refusal.Code {
    /// The HTTP status of an answer with this refusal: 412 where the caller decided on an older version, else 409.
    public var httpStatus: Int { self == .versionConflict ? 412 : 409 }
}
