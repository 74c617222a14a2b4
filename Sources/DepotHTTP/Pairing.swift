import DepotModel
import Synchronization

/// The links for pairing screens, in memory only. Each is valid for ten minutes and for one browser.
final class Pairing: Sendable {
    private struct Offer {
        var code: [UInt8]
        var name: String
        var tenant: TenantID
        var until: ContinuousClock.Instant
    }

    /// The time for which a link is valid.
    static let lifetime = Duration.seconds(600)
    private static let most = 16
    private let offers = Mutex<[Offer]>([])

    /// Returns a new code of 256 random bits. The oldest one is dropped if there are too many.
    func offer(name: String, tenant: TenantID) -> String {
        let code = randomText()
        let now = ContinuousClock.now
        offers.withLock { offers in
            offers.removeAll { $0.until <= now }
            if offers.count >= Self.most { offers.removeFirst() }
            offers.append(Offer(code: Array(code.utf8), name: name, tenant: tenant, until: now + Self.lifetime))
        }
        return code
    }

    /// Redeems a code, which is possible once, and returns its screen's name and tenant, or nil if the code is not
    /// valid.
    func redeem(_ code: String) -> (name: String, tenant: TenantID)? {
        let bytes = Array(code.utf8.prefix(64))
        let now = ContinuousClock.now
        return offers.withLock { offers in
            offers.removeAll { $0.until <= now }
            guard let index = offers.firstIndex(where: { isEqual($0.code, bytes) }) else { return nil }
            let offer = offers.remove(at: index)
            return (offer.name, offer.tenant)
        }
    }

    /// Compares in a time that depends on the lengths only.
    private func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// Returns 43 random characters of base64url (RFC 4648 §5), as many as 32 bytes have without padding.
private func randomText() -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var random = SystemRandomNumberGenerator()
    // Each character of 6 bits is drawn on its own; 43 of them hold slightly more than 256 bits.
    return String((0..<43).map { _ in alphabet[Int(random.next() & 63)] })
}
