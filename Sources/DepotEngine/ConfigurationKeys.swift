import DepotModel
import DepotWorkflow
import HIDDecoding
import Yams

/// A key of the configuration file: its path, its help, and how it is read and written.
///
/// The reader, the reference (`depotd --config-reference`) and the reload all walk ``Configuration/keys``.
public struct ConfigurationKey: Sendable {
    /// The path, `section.key` or `section.part.key`.
    public let path: String
    /// The help in one line, with unit and range.
    public let help: String
    /// A Boolean value that is true if SIGHUP applies a change without a restart.
    public let isReloadable: Bool
    /// The value as YAML.
    public let shown: @Sendable (Configuration) -> String
    /// Copies the value of the first configuration to the second.
    let keep: @Sendable (Configuration, inout Configuration) -> Void
    let set: @Sendable (Node, inout Configuration) -> String?
}

extension Configuration {
    /// The keys in the order of the reference.
    public static let keys: [ConfigurationKey] = [
        text("station.name", \.stationName, 1...64, "The station's name in every event, 1 to 64 characters."),
        text(
            "station.location", \.stationLocation, 0...200, reloadable: true,
            "Code of the location where checkins go; empty: each asset's default location."),
        choice(
            "station.language", \.stationLanguage, ["auto", "en", "de"], reloadable: true,
            "Language of the counter screen; auto: the one that the browser prefers."),
        text("state.directory", \.stateDirectory, 1...4096, "Folder of the database."),
        number(
            "state.minimum_free_mb", \.minimumFreeMebibytes, 0...1_000_000, reloadable: true,
            "Free space on its disk, in MiB, below which the station reports a problem, up to 1000000; 0: never."),
        text("control.socket", \.socketPath, 1...107, "Path of the control socket, at most 107 bytes."),
        text("control.group", \.socketGroup, 0...32, "Group whose members may use the control socket."),
        text("http.host", \.httpHost, 1...253, "Address the HTTP API listens on."),
        number("http.port", \.httpPort, 0...65_535, "Port of the HTTP API; 0: any free one."),
        text(
            "http.public_url", \.httpPublicURL, 0...1000,
            "Address at which people reach the HTTP API, for links; empty: http://HOST:PORT, or https with a certificate."
        ),
        number("http.max_body", \.httpMaximumBody, 1024...1_073_741_824, "Largest request body in bytes."),
        number(
            "http.max_import", \.httpMaximumImport, 1024...1_099_511_627_776, "Largest body of a CSV import in bytes."),
        number(
            "http.rate_limit_per_minute", \.httpRateLimit, 0...1_000_000, reloadable: true,
            "Requests a token may make per minute, up to 1000000; 0: unlimited."),
        text(
            "http.tls_certificate", \.httpTLSCertificate, 0...4096,
            "PEM file of the certificate with its chain; empty: plain HTTP."),
        text("http.tls_key", \.httpTLSKey, 0...4096, "PEM file of the certificate's private key."),
        domain,
        flag(
            "http.screen_touch", \.screenTouch, reloadable: true,
            "Whether people may act at the lanes on a paired screen: scan, finish, undo, set a mode for now."),
        text(
            "scanners.layout", \.scannerLayout, 1...64, reloadable: true,
            "Keyboard layout that wedge scanners type in, by its libxkbcommon name (us, de, …)."),
        list(
            "scanners.wedges", \.scannerWedges, reloadable: true, check: usbComplaint,
            "Further USB ids (\"VVVV:PPPP\" or \"VVVV:*\") to adopt as keyboard-wedge scanners."),
        list("scanners.ignore", \.scannerIgnored, reloadable: true, check: usbComplaint, "USB ids to leave alone."),
        duration(
            "scanners.inter_key_timeout_ms", \.scannerInterKeyTimeout, .milliseconds(1), 0...5000, reloadable: true,
            "Silence that ends a code without a terminator, up to 5000 ms; 0: learnt from each scanner's own pace."),
        devices,
        duration(
            "counter.holder_timeout_s", \.holderTimeout, .seconds(1), 5...86_400, reloadable: true,
            "Seconds after which an idle lane forgets its holder, 5 to 86400."),
        duration(
            "counter.duplicate_window_ms", \.duplicateWindow, .milliseconds(1), 0...60_000, reloadable: true,
            "The same code on the same lane within this time is a duplicate, 0 to 60000 ms."),
        duration(
            "counter.confirm_seconds", \.confirmTime, .seconds(1), 2...120, reloadable: true,
            "Seconds within which the second scan of an asset answers a question, 2 to 120."),
        choice(
            "counter.transfer", \.transferPolicy, TransferPolicy.allCases.map(\.rawValue), reloadable: true,
            "Treatment of an asset in counter mode that is out to somebody else: refused, transferred if scanned again, or transferred."
        ),
        duration(
            "counter.undo_minutes", \.undoTime, .seconds(60), 0...1440, reloadable: true,
            "Minutes for which a lane's newest change can be undone without a session or an operator, up to 1440."),
        duration(
            "counter.mode_minutes", \.modeTimeout, .seconds(60), 0...1440, reloadable: true,
            "Minutes without a scan after which a mode set by a barcode ends, up to 1440; 0: never."),
        number(
            "counter.limit_per_person", \.limitPerPerson, 0...100_000, reloadable: true,
            "Assets that one person may have unless an operator has signed on, up to 100000; 0: any number."),
        checkoutDays,
        flag(
            "counter.location_holder", \.locationHolder, reloadable: true,
            "Whether a location label in counter mode becomes the holder."),
        text(
            "barcodes.command_prefix", \.commandPrefix, 2...32, reloadable: true,
            "Prefix of command barcodes, one that no asset tag has."),
        list(
            "barcodes.badge_prefixes", \.badgePrefixes, reloadable: true,
            "Prefixes that make a code a badge and nothing else."),
        list(
            "barcodes.location_prefixes", \.locationPrefixes, reloadable: true,
            "Prefixes that make a code a location label and nothing else."),
        list(
            "barcodes.base_urls", \.baseURLs, reloadable: true,
            "Base URLs whose label links are read as asset tags and ids."),
        flag(
            "dialects.issue_asset.open", \.issueAssetIsOpen, "Whether Issue Asset answers without a token."),
        flag(
            "dialects.incident_iq.lenient", \.incidentIQIsLenient,
            "Whether Incident IQ ignores unknown facets instead of refusing them."),
        text(
            "dialects.atech.qr", \.qrContent, 1...500,
            "What a QR code contains; {tag}, {id} and {uuid} stand for the asset's own."),
        number(
            "audit.interval_days", \.auditIntervalDays, 0...3650, reloadable: true,
            "Days between audits, up to 3650; 0: no audit falls due by itself."),
        choice(
            "log.level", \.logLevel, ["trace", "debug", "info", "notice", "warning", "error"], reloadable: true,
            "Least severe message that is logged."),
    ]

    /// The annotated file with every key at its default.
    public static var reference: String {
        let defaults = Configuration()
        var lines = ["# depotd configuration: every key with its default. Unknown keys are errors."]
        var open: [Substring] = []
        for key in keys {
            var sections = key.path.split(separator: ".")
            guard let name = sections.popLast() else { continue }
            let shared = zip(open, sections).prefix { $0 == $1 }.count
            for (depth, section) in sections.enumerated().dropFirst(shared) {
                lines.append(indent(depth) + "\(section):")
            }
            open = sections
            lines.append(indent(open.count) + "# \(key.help)" + (key.isReloadable ? " Applied by a reload." : ""))
            lines.append(indent(open.count) + "\(name): \(key.shown(defaults))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Returns the configuration that results from a reload.
    ///
    /// - Returns: the configuration, the changed keys that are applied, and the changed keys that need a restart.
    public func reloaded(from newer: Configuration) -> (
        configuration: Configuration, applied: [String], needingRestart: [String]
    ) {
        let changed = Configuration.keys.filter { $0.shown(self) != $0.shown(newer) }
        let fixed = changed.filter { !$0.isReloadable }
        var result = newer
        for key in fixed { key.keep(self, &result) }
        return (result, changed.filter(\.isReloadable).map(\.path), fixed.map(\.path))
    }

    private static func indent(_ depth: Int) -> String { String(repeating: "  ", count: depth) }

    private static func text(
        _ path: String, _ field: any WritableKeyPath<Configuration, String> & Sendable, _ range: ClosedRange<Int>,
        reloadable: Bool = false, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, help: help, isReloadable: reloadable, shown: { quoted($0[keyPath: field]) },
            keep: { $1[keyPath: field] = $0[keyPath: field] }
        ) {
            guard let value = $0.scalar?.string else { return "must be a string" }
            guard range.contains(value.utf8.count) else {
                return "must have \(range.lowerBound) to \(range.upperBound) characters"
            }
            $1[keyPath: field] = value
            return nil
        }
    }

    private static func number(
        _ path: String, _ field: any WritableKeyPath<Configuration, Int> & Sendable, _ range: ClosedRange<Int>,
        reloadable: Bool = false, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, help: help, isReloadable: reloadable, shown: { String($0[keyPath: field]) },
            keep: { $1[keyPath: field] = $0[keyPath: field] }
        ) { node, configuration in
            readNumber(node, range) { configuration[keyPath: field] = $0 }
        }
    }

    /// Returns the key of a time that the file gives as a whole number of a unit.
    private static func duration(
        _ path: String, _ field: any WritableKeyPath<Configuration, Duration> & Sendable, _ unit: Duration,
        _ range: ClosedRange<Int>, reloadable: Bool = false, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, help: help, isReloadable: reloadable,
            shown: { String(Int(($0[keyPath: field] / unit).rounded())) },
            keep: { $1[keyPath: field] = $0[keyPath: field] }
        ) { node, configuration in
            readNumber(node, range) { configuration[keyPath: field] = unit * $0 }
        }
    }

    private static func readNumber(_ node: Node, _ range: ClosedRange<Int>, _ assign: (Int) -> Void) -> String? {
        // Yams would read 012 as ten and 12:30 as 750; only plain decimals are meant here.
        guard let text = node.scalar, text.style == .plain, let value = Int(text.string) else {
            return "must be a whole number"
        }
        guard range.contains(value) else { return "must be \(range.lowerBound) to \(range.upperBound)" }
        assign(value)
        return nil
    }

    private static func flag(
        _ path: String, _ field: any WritableKeyPath<Configuration, Bool> & Sendable, reloadable: Bool = false,
        _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, help: help, isReloadable: reloadable, shown: { String($0[keyPath: field]) },
            keep: { $1[keyPath: field] = $0[keyPath: field] }
        ) {
            guard let text = $0.scalar?.string, text == "true" || text == "false" else {
                return "must be true or false"
            }
            $1[keyPath: field] = text == "true"
            return nil
        }
    }

    private static func choice(
        _ path: String, _ field: any WritableKeyPath<Configuration, String> & Sendable, _ allowed: [String],
        reloadable: Bool = false, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, help: help + " One of " + allowed.joined(separator: ", ") + ".", isReloadable: reloadable,
            shown: { $0[keyPath: field] }, keep: { $1[keyPath: field] = $0[keyPath: field] }
        ) {
            guard let text = $0.scalar?.string, allowed.contains(text) else {
                return "must be one of " + allowed.joined(separator: ", ")
            }
            $1[keyPath: field] = text
            return nil
        }
    }

    private static func list(
        _ path: String, _ field: any WritableKeyPath<Configuration, [String]> & Sendable, reloadable: Bool = false,
        check: @escaping @Sendable (String) -> String? = { _ in nil }, _ help: String
    ) -> ConfigurationKey {
        ConfigurationKey(
            path: path, help: help, isReloadable: reloadable,
            shown: { "[" + $0[keyPath: field].map(quoted).joined(separator: ", ") + "]" },
            keep: { $1[keyPath: field] = $0[keyPath: field] }
        ) {
            guard let items = $0.sequence else { return "must be a list" }
            var values: [String] = []
            for item in items {
                guard let text = item.scalar?.string, !text.isEmpty, text.utf8.count <= 1000 else {
                    return "must be a list of strings"
                }
                if let complaint = check(text) { return complaint }
                values.append(text)
            }
            guard values.count <= 100 else { return "must have at most 100 entries" }
            $1[keyPath: field] = values
            return nil
        }
    }

    private static let domain = ConfigurationKey(
        path: "http.domain",
        help: "Domain whose subdomains name tenants, such as depot.example; empty: the first label of any host may.",
        isReloadable: false, shown: { quoted($0.httpDomain) }, keep: { $1.httpDomain = $0.httpDomain },
        set: { node, configuration in
            guard let text = node.scalar?.string else { return "must be a string" }
            let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
            let isName = labels.allSatisfy { label in
                (1...63).contains(label.utf8.count)
                    && label.utf8.allSatisfy { $0 == UInt8(ascii: "-") || isAlphanumeric($0) }
            }
            guard text.isEmpty || isName, text.utf8.count <= 253 else { return "must be a domain name" }
            configuration.httpDomain = text.lowercased()
            return nil
        })

    private static let checkoutDays = ConfigurationKey(
        path: "counter.checkout_days",
        help:
            "Days after which what is checked out at the counter is expected back: a list of {category, days}, 1 to 3650.",
        isReloadable: true,
        shown: { configuration in
            let items = configuration.checkoutDays.map { "{category: \(quoted($0.category)), days: \($0.days)}" }
            return "[" + items.joined(separator: ", ") + "]"
        },
        keep: { $1.checkoutDays = $0.checkoutDays },
        set: { node, configuration in
            guard let items = node.sequence, items.count <= 200 else {
                return "must be a list of at most 200 categories"
            }
            configuration.checkoutDays = []
            for item in items {
                guard let fields = item.mapping, fields.count == 2,
                    let category = fields["category"]?.scalar?.string, (1...200).contains(category.utf8.count),
                    let daysNode = fields["days"]
                else { return "must be a list of {category, days}" }
                var days = 0
                if let complaint = readNumber(daysNode, 1...3650, { days = $0 }) { return "has days that \(complaint)" }
                configuration.checkoutDays.append(CheckoutDays(category: category, days: days))
            }
            return nil
        })

    private static let devices = ConfigurationKey(
        path: "scanners.devices",
        help:
            "Settings for individual scanners: a list of {identity, name, layout, tenant, mode, terminator}; "
            + "identity as `depotctl scanners` shows it, tenant by its slug, mode the lane's home mode, terminator learnt, none, enter or tab.",
        isReloadable: true,
        shown: { configuration in
            let items = configuration.devices.map {
                "{identity: \(quoted($0.identity)), name: \(quoted($0.name)), layout: \(quoted($0.layout)), "
                    + "tenant: \(quoted($0.tenant)), mode: \(quoted($0.mode)), terminator: \($0.terminator.rawValue)}"
            }
            return "[" + items.joined(separator: ", ") + "]"
        },
        keep: { $1.devices = $0.devices },
        set: { node, configuration in
            guard let items = node.sequence, items.count <= 200 else { return "must be a list of at most 200 scanners" }
            configuration.devices = []
            for item in items {
                guard let fields = item.mapping else {
                    return "must be a list of {identity, name, layout, tenant, mode, terminator}"
                }
                var device = Device()
                for (key, value) in fields {
                    guard let text = value.scalar?.string, text.utf8.count <= 200 else {
                        return "must contain strings only"
                    }
                    switch key.scalar?.string {
                    case "identity": device.identity = text
                    case "name": device.name = text
                    case "layout": device.layout = text
                    case "tenant": device.tenant = text
                    case "mode":
                        guard text.isEmpty || LaneMode(rawValue: text) != nil else {
                            return "has an unknown mode “\(text)”"
                        }
                        device.mode = text
                    case "terminator":
                        guard let terminator = WedgeOptions.TerminatorSetting(rawValue: text) else {
                            return "has a terminator other than learnt, none, enter or tab"
                        }
                        device.terminator = terminator
                    default: return "has an unknown key “\(key.scalar?.string ?? "?")”"
                    }
                }
                guard !device.identity.isEmpty else { return "needs an identity for each scanner" }
                configuration.devices.append(device)
            }
            return nil
        })
}

/// Returns the error in a USB id, or nil if it is valid.
private func usbComplaint(_ text: String) -> String? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    func isID(_ part: Substring) -> Bool { part.utf8.count == 4 && part.allSatisfy(\.isHexDigit) }
    let fits = parts.count == 2 && isID(parts[0]) && (parts[1] == "*" || isID(parts[1]))
    return fits ? nil : "“\(text)” is not VVVV:PPPP or VVVV:* in hexadecimal"
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}
