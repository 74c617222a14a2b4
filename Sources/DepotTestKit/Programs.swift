public import Foundation

/// The paths of the programs under test and of the repository.
public enum Programs {
    /// The folder of built products, which is that of the test runner in every configuration.
    public static let folder: URL = {
        // swift test runs /…/debug/depotdPackageTests.xctest; the other products are beside it.
        if let given = ProcessInfo.processInfo.environment["DEPOT_PROGRAMS"] { return URL(fileURLWithPath: given) }
        let arguments = CommandLine.arguments
        for (index, argument) in arguments.enumerated()
        where argument == "--test-bundle-path" && index + 1 < arguments.count {
            return URL(fileURLWithPath: arguments[index + 1]).deletingLastPathComponent()
        }
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return own.deletingLastPathComponent()
    }()

    /// Returns the path of a built program.
    public static func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

    /// The root of the repository.
    public static let repository: URL = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
