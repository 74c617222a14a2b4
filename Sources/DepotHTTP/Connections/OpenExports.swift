import DepotModel
import Synchronization

/// The answers that are sent page by page, each of which holds a page in memory for as long as its reader takes.
final class OpenExports: Sendable {
    /// The maximum number of one caller.
    private static let most = 8
    private let open = Mutex<[String: Int]>([:])

    /// Takes a place for an answer.
    func enter(_ caller: String) throws(DepotError) -> Lease {
        let isFull = open.withLock { open in
            let count = open[caller] ?? 0
            guard count < Self.most else { return true }
            open[caller] = count + 1
            return false
        }
        guard !isFull else {
            throw DepotError(
                .busy, "You already have \(Self.most) long responses under way.",
                hint: "finish reading one of them first")
        }
        return Lease { [weak self] in
            self?.open.withLock { open in
                guard let count = open[caller] else { return }
                open[caller] = count > 1 ? count - 1 : nil
            }
        }
    }
}
