import DepotTestKit
import Foundation
import ScannerUSB
import Testing

/// The udev rule and the list of known scanners say the same.
@Suite struct UdevRuleTests {
    @Test func theRuleNamesTheScannersThatAreReadAndNoOthers() throws {
        let file = Programs.repository.appendingPathComponent("udev/60-depotd.rules")
        var ruled: Set<String> = []
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            guard let vendor = line.firstMatch(of: /^ATTR\{idVendor\}=="([0-9a-f]{4})"/)?.output.1 else { continue }
            let products = line.firstMatch(of: /ATTR\{idProduct\}=="([^"]*)"/)?.output.1
            for product in products?.split(separator: "|") ?? ["*"] { ruled.insert("\(vendor):\(product)") }
        }
        let known = knownScanners.filter { scanner in
            !scanner.needsConfirmation && scanner.mode != .serial && scanner.mode != .configuration
        }
        #expect(ruled == Set(known.map { "\(hex4($0.vendor)):\($0.product.map(hex4) ?? "*")" }))
    }

    private func hex4(_ value: UInt16) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 4 - digits.count) + digits
    }
}
