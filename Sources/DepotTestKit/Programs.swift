public import Foundation

/// Where the programs under test and the repository's files lie.
public enum Programs {
    /// The folder of built products: beside the test runner, whatever the configuration.
    public static let folder: URL = {
        // swift test runs /…/debug/depotdPackageTests.xctest; the other products lie beside it.
        if let given = ProcessInfo.processInfo.environment["DEPOT_PROGRAMS"] { return URL(fileURLWithPath: given) }
        let arguments = CommandLine.arguments
        for (index, argument) in arguments.enumerated()
        where argument == "--test-bundle-path" && index + 1 < arguments.count {
            return URL(fileURLWithPath: arguments[index + 1]).deletingLastPathComponent()
        }
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent()
    }()

    /// A built program.
    public static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The top of the checkout.
    public static let repository: URL = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
