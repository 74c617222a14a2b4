import Glibc
import Logging

/// The limit of open files of the process (getrlimit(2)).
enum OpenFiles {
    /// Raises the limit to the system's maximum if it is lower than needed, and logs if that is not enough.
    static func allow(_ needed: Int, _ logger: Logger) {
        var limit = rlimit()
        let kind = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(kind, &limit) == 0, limit.rlim_cur < needed else { return }
        limit.rlim_cur = limit.rlim_max
        if setrlimit(kind, &limit) != 0 { getrlimit(kind, &limit) }
        guard limit.rlim_cur < needed else { return }
        logger.warning(
            "fewer files may be open than there may be connections; raise the limit (LimitNOFILE=, ulimit -n)",
            metadata: ["limit": "\(limit.rlim_cur)", "needed": "\(needed)"])
    }
}
