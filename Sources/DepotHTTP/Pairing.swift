import DepotModel
import Synchronization

/// One-time links for screens that are to be paired: in memory only, each good for ten minutes and for one browser.
final class Pairing: Sendable {
    private struct Offer {
        var code: [UInt8]
        var name: String
        var tenant: TenantID
        var until: ContinuousClock.Instant
    }

    /// How long a link is good.
    static let lifetime = Duration.seconds(600)
    private static let most = 16
    private let offers = Mutex<[Offer]>([])

    /// A new code of 256 random bits; the oldest offer gives way when there are too many.
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

    /// Takes a code: name and tenant of the screen it was made for, once; nil for every other text.
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

    /// Compares in a time that depends on the lengths alone.
    private func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

/// 32 random bytes as base64url without padding (RFC 4648 §5): 43 characters.
private func randomText() -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    var random = SystemRandomNumberGenerator()
    // 43 characters of 6 bits hold a little more than 256 bits; each is drawn on its own.
    return String((0..<43).map { _ in alphabet[Int(random.next() & 63)] })
}
