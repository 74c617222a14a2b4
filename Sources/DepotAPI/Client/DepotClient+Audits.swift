import AsyncHTTPClient
public import DepotModel
import NIOCore
import NIOHTTP1

/// The routes of audit walks.
extension DepotClient {
    /// Starts a walk (`POST audits`).
    public func startAudit(_ request: StartAuditRequest) async throws(ErrorReply) -> AuditReply {
        try await send(.POST, ["audits"], body: request)
    }

    /// Returns walks, the newest first (`GET audits`).
    public func audits(
        state: AuditWalk.State? = nil, limit: Int? = nil, offset: Int? = nil
    ) async throws(ErrorReply) -> AuditsReply {
        var query: [(String, String)] = []
        if let state { query.append(("state", state.rawValue)) }
        if let limit { query.append(("limit", String(limit))) }
        if let offset { query.append(("offset", String(offset))) }
        return try await send(.GET, ["audits"], query: query)
    }

    /// Returns a walk with a page of its lines (`GET audits/{id}`).
    ///
    /// - Parameter verdict: The verdict of the lines, or nil for everything that was seen, the newest first.
    public func audit(
        _ id: AuditWalkID, verdict: AuditVerdict? = nil, limit: Int? = nil, offset: Int? = nil
    ) async throws(ErrorReply) -> AuditReply {
        var query: [(String, String)] = []
        if let verdict { query.append(("verdict", verdict.rawValue)) }
        if let limit { query.append(("limit", String(limit))) }
        if let offset { query.append(("offset", String(offset))) }
        return try await send(.GET, ["audits", id.description], query: query)
    }

    /// Pauses a walk (`POST audits/{id}/pause`).
    public func pauseAudit(_ id: AuditWalkID) async throws(ErrorReply) -> AuditReply {
        try await send(.POST, ["audits", id.description, "pause"])
    }

    /// Resumes a walk (`POST audits/{id}/resume`).
    public func resumeAudit(_ id: AuditWalkID) async throws(ErrorReply) -> AuditReply {
        try await send(.POST, ["audits", id.description, "resume"])
    }

    /// Closes a walk (`POST audits/{id}/close`).
    public func closeAudit(_ id: AuditWalkID) async throws(ErrorReply) -> AuditReply {
        try await send(.POST, ["audits", id.description, "close"])
    }

    /// Applies lines of a closed walk (`POST audits/{id}/apply`).
    public func applyAudit(
        _ id: AuditWalkID, _ request: ApplyAuditRequest
    ) async throws(ErrorReply) -> AuditChangeReply {
        try await send(.POST, ["audits", id.description, "apply"], body: request, timeout: .minutes(10))
    }

    /// Undoes what was applied, or removes a line of an open walk (`POST audits/{id}/undo`).
    public func undoAudit(_ id: AuditWalkID, _ request: UndoAuditRequest) async throws(ErrorReply) -> AuditChangeReply {
        try await send(.POST, ["audits", id.description, "undo"], body: request, timeout: .minutes(10))
    }

    /// Counts one code in a walk (`POST audits/{id}/scans`).
    public func scan(_ id: AuditWalkID, _ request: AuditScanRequest) async throws(ErrorReply) -> AuditScanReply {
        try await send(.POST, ["audits", id.description, "scans"], body: request)
    }

    /// Returns the report about a walk (`GET audits/{id}/report`).
    public func auditReport(_ id: AuditWalkID) async throws(ErrorReply) -> AuditReport {
        try await send(.GET, ["audits", id.description, "report"], query: [("format", "json")], timeout: .minutes(2))
    }

    /// Returns the bytes of the report about a walk in a format.
    public func auditReport(_ id: AuditWalkID, as format: AuditReportFormat) async throws(ErrorReply) -> [UInt8] {
        Array(
            try await bytes(
                .GET, ["audits", id.description, "report"], query: [("format", format.rawValue)], timeout: .minutes(2)))
    }

    /// Imports the file of a handheld (`POST audits/{id}/import`).
    public func importAudit(
        _ id: AuditWalkID, _ file: [UInt8], _ query: AuditImportQuery
    ) async throws(ErrorReply) -> AuditImportReply {
        try await send(
            .POST, ["audits", id.description, "import"], query: query.items, file: file, isDryRun: query.isDryRun)
    }

    /// Returns the intervals of categories and locations (`GET audit-policies`).
    public func auditPolicies() async throws(ErrorReply) -> AuditPoliciesReply {
        try await send(.GET, ["audit-policies"])
    }

    /// Sets or removes the interval of a category or location (`POST audit-policies`).
    public func setAuditPolicy(_ entry: AuditPolicyEntry) async throws(ErrorReply) -> AuditPoliciesReply {
        try await send(.POST, ["audit-policies"], body: entry)
    }

    private func send<Reply: Decodable>(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)], file: [UInt8], isDryRun: Bool
    ) async throws(ErrorReply) -> Reply {
        var request = self.request(method, path, query: query)
        request.body = .bytes(ByteBuffer(bytes: file))
        request.headers.add(name: "Content-Type", value: "text/plain")
        if isDryRun { request.headers.add(name: "Depot-Dry-Run", value: "true") }
        let data = try await bytes(of: request, timeout: .minutes(10))
        do { return try WireJSON.decodeReply(Reply.self, from: data) } catch { throw ErrorReply(error) }
    }
}
