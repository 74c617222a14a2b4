import HTTPTypes
import Hummingbird

/// Recognizes requests of web pages of another origin (RFC 6454; W3C Fetch Metadata).
struct OwnOrigins: Sendable {
    /// A scheme, a host and a port, which is always explicit.
    private struct Origin: Hashable {
        var scheme: String
        var host: String
        var port: String

        /// Creates the origin of a URL or an `Origin` header, or returns nil for anything else, such as `null`.
        init?(_ url: String) {
            let parts = url.split(separator: "://", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            self.init(scheme: parts[0].lowercased(), authority: parts[1].prefix { $0 != "/" })
        }

        init?(scheme: String, authority: some StringProtocol) {
            let standard = ["http": "80", "https": "443"]
            guard let port = standard[scheme] else { return nil }
            let authority = authority.lowercased()
            // the colons of an IPv6 address stand in brackets
            let colon = authority.lastIndex { $0 == ":" || $0 == "]" }.flatMap { authority[$0] == ":" ? $0 : nil }
            self.scheme = scheme
            host = String(authority[..<(colon ?? authority.endIndex)])
            let given = colon.map { String(authority[authority.index(after: $0)...]) } ?? ""
            self.port = given.isEmpty ? port : given
        }
    }

    /// A Boolean value that is true if the station itself serves TLS.
    let isTLS: Bool
    private let published: Origin?

    init(publicURL: String?, isTLS: Bool) {
        self.isTLS = isTLS
        published = publicURL.flatMap { Origin($0) }
    }

    /// Returns true if a page of another origin sent the request. A program and a typed address are not foreign.
    ///
    /// The station's own origins are the request's Host, with the scheme of the station or its proxy, and
    /// `http.public_url`. Browsers omit `Origin` in some requests, and `Sec-Fetch-Site` without TLS, so either is enough.
    func isForeign(_ request: Request) -> Bool {
        let sites = request.headers[values: .secFetchSite].map { $0.lowercased() }
        if sites.contains("cross-site") { return true }
        let pages = request.headers[values: .origin]
        guard !pages.isEmpty else { return sites.contains("same-site") }
        var own = Set([published].compactMap { $0 })
        if let host = request.head.authority {
            for scheme in [isTLS ? "https" : "http", published?.scheme].compactMap({ $0 }) {
                if let origin = Origin(scheme: scheme, authority: host) { own.insert(origin) }
            }
        }
        return !pages.allSatisfy { page in Origin(page).map(own.contains) ?? false }
    }
}
