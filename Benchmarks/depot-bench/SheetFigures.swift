import Foundation

/// Measures exports and imports of whole inventories as CSV, through the ATech API.
struct SheetFigures {
    static let exportName = "ATech CSV export, rows per second"
    static let importName = "ATech CSV import, rows per second"
    static let rateGoal = ReportRow.Goal.atLeast(1)
    static let memoryGoal = ReportRow.Goal.atMost(1)
    private static let rowsPerSecond = ReportRow.Quantity(10_000, "/s")
    private static let memoryBound = ReportRow.Quantity(64, "MiB")
    private static let exports = 3
    /// The number of rows of a file, all of which are new.
    private static let imported = 100_000

    /// Exports all assets several times. The daemon must have done nothing else.
    func export(_ daemon: DaemonProcess, _ seed: Seed) async throws -> [ReportRow] {
        let request = HTTPRequest.bytes("GET", "/api/assets/export/csv", token: seed.administrator)
        let (port, pid) = (daemon.port, daemon.pid)
        let meter = OthersMeter(daemons: [pid])
        let (rate, bytes, first, memory) = try await onThread("bench") {
            try Self.greet(port, seed)
            var memory = try MemoryGauge(pid)
            var rate = Rate()
            var bytes = 0
            var first = Samples([])
            for _ in 0..<Self.exports {
                let connection = try HTTPConnection(.port(port))
                var lines = 0
                var firsts: [UInt64] = []
                let begun = monotonic()
                let status = try connection.stream(request) { piece in
                    if firsts.isEmpty { firsts.append(monotonic() - begun) }
                    lines += piece.count { $0 == UInt8(ascii: "\n") }
                    bytes += piece.count
                    memory.sample()
                }
                let seconds = Double(monotonic() - begun) / 1e9
                guard status == 200, lines == seed.assets + 1 else {
                    throw BenchError("the export gives \(status) and \(lines) lines")
                }
                rate = rate + Rate(count: lines - 1, seconds: seconds)
                first = Samples(firsts)
            }
            return (rate, bytes, first, memory)
        }
        let details = [
            "bytes a row": Double(bytes) / Double(max(1, rate.count)), "ms to the first piece": first.median / 1000,
        ]
        return rows(Self.exportName, rate, memory, meter.cores(), details)
    }

    /// Imports a file of new assets into a tenant that has as many.
    func upload(_ daemon: DaemonProcess, _ seed: Seed) async throws -> [ReportRow] {
        let (port, pid) = (daemon.port, daemon.pid)
        let count = min(Self.imported, seed.assets)
        let request = Self.form(rows: count, token: seed.administrator)
        let meter = OthersMeter(daemons: [pid])
        let (rate, processor, memory, search) = try await onThread("bench") {
            try Self.greet(port, seed)
            var memory = try MemoryGauge(pid)
            let connection = try HTTPConnection(.port(port), timeout: 600)
            let used = processSeconds(pid)
            let begun = monotonic()
            let answer = try connection.answer(to: request) { memory.sample() }
            let seconds = Double(monotonic() - begun) / 1e9
            memory.sample()
            let report = try? JSONDecoder().decode(ImportReport.self, from: Data(answer.body))
            guard answer.status == 200, report?.created == count else {
                throw BenchError(
                    "the import gives \(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
            }
            let cost = processSeconds(pid) - used
            // The last imported assets are found before they are in the search index.
            let asked = monotonic()
            let search = HTTPRequest.bytes(
                "GET", "/api/v1/hardware?limit=50&search=row%20\(count - 1)", token: seed.administrator)
            let found = try connection.answer(to: search) {}
            guard found.status == 200, String(decoding: found.body, as: UTF8.self).hasPrefix("{\"total\":1,") else {
                throw BenchError("a search after the import gives \(found.status)")
            }
            return (Rate(count: count, seconds: seconds), cost, memory, Double(monotonic() - asked) / 1e6)
        }
        let details = [
            "bytes a row": Double(request.count) / Double(max(1, count)),
            "daemon µs of processor each": processor / Double(max(1, count)) * 1e6,
            "ms of a search right after it": search,
        ]
        return rows(Self.importName, rate, memory, meter.cores(), details)
    }

    private struct ImportReport: Decodable {
        var created: Int
    }

    /// Makes a first request, so that the memory of any request counts as idle.
    private static func greet(_ port: Int, _ seed: Seed) throws {
        let status = try HTTPConnection(.port(port)).status(
            of: HTTPRequest.bytes("GET", "/api/assets/1", token: seed.administrator))
        guard status == 200 else { throw BenchError("GET /api/assets/1 gives \(status)") }
    }

    private func rows(
        _ name: String, _ rate: Rate, _ memory: MemoryGauge, _ others: Double, _ details: [String: Double]
    ) -> [ReportRow] {
        [
            ReportRow(
                name, ours: .init(rate.perSecond, "/s"), limit: Self.rowsPerSecond, goal: Self.rateGoal,
                othersCores: others, details: details.merging(["rows": Double(rate.count)]) { $1 }),
            ReportRow(
                "  its memory above idle", ours: .init(memory.extra, "MiB"), limit: Self.memoryBound,
                goal: Self.memoryGoal, othersCores: others,
                details: ["idle MiB": memory.idle, "most sampled on the way MiB": memory.sampled]),
        ]
    }

    // MARK: - A file

    private static let boundary = "depot-bench-7f3a"

    /// Returns the request that uploads a file of new assets (RFC 7578), a tenth of them deployed.
    private static func form(rows: Int, token: String) -> [UInt8] {
        var body = Array(
            """
            --\(boundary)\r\nContent-Disposition: form-data; name="file"; filename="assets.csv"\r
            Content-Type: text/csv\r\n\r
            asset_tag,name,manufacturer,model,serial,category,location,status,assigned_to,purchase_date,\
            purchase_cost,warranty_expiry,notes\r\n
            """.utf8)
        body.reserveCapacity(rows * 160)
        for number in 1...max(1, rows) {
            let serial = String(number &* 2_246_822_519 & 0xFFFF_FFFF, radix: 36, uppercase: true)
            let isOut = number % 10 == 0
            body +=
                """
                NB-\(1_000_000 + number),Notebook \(number),Maker \(number % 8),Model \(number % 40),NS\(serial),\
                Notebooks,Room \(number % 60),\(isOut ? "deployed,\(Seed.personName)" : "available,"),\
                2024-\(10 + number % 3)-\(10 + number % 18),"1,\(100 + number % 900).50",2027-01-31,\
                "row \(number), as the dealer listed it"\r\n
                """.utf8
        }
        body += "\r\n--\(boundary)--\r\n".utf8
        return HTTPRequest.head(
            "POST", "/api/assets/import/csv", token: token, type: "multipart/form-data; boundary=\(boundary)",
            length: body.count) + body
    }
}

/// Measures the increase of a process's memory, in MiB.
struct MemoryGauge {
    private let pid: pid_t
    /// The resident memory at the start.
    let idle: Double
    /// The largest resident memory at ``sample()``, above idle.
    private(set) var sampled = 0.0
    private var peak = 0.0

    /// Starts the measurement. Throws if /proc does not show the process.
    init(_ pid: pid_t) throws(BenchError) {
        self.pid = pid
        // The kernel records the peak, from here on if it may be reset (proc(5), clear_refs).
        resetPeak(pid)
        idle = Double(try residentKibibytes(pid).all) / 1024
    }

    /// Samples the memory; called after each part that was sent or received.
    mutating func sample() {
        guard let now = try? residentKibibytes(pid) else { return }
        sampled = max(sampled, Double(now.all) / 1024 - idle)
        peak = max(peak, Double(now.peak) / 1024)
    }

    /// Returns the peak above idle, as recorded by the kernel.
    var extra: Double { max(sampled, peak - idle) }
}
