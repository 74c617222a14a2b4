import Foundation

/// libFuzzer's driver (compiler-rt), which `-sanitize=fuzzer` links.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<Argument>?>,
    _ test: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

private typealias Argument = UnsafeMutablePointer<CChar>?

/// The program `depot-fuzz`: the names of the entries, or with `ENTRY FOLDER` and libFuzzer's options a run of one.
///
/// The name is that by which SwiftPM starts a program on Linux, where libFuzzer has the name `main`.
@_cdecl("depot_fuzz_main")
func depotFuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    guard count > 2 else {
        try? FileHandle.standardOutput.write(
            contentsOf: Data((FuzzEntry.all.map(\.name).joined(separator: "\n") + "\n").utf8))
        return 0
    }
    guard let name = arguments[1], let folder = arguments[2],
        let entry = FuzzEntry.all.first(where: { $0.name == String(cString: name) })
    else { return 64 }
    let seeds = URL(fileURLWithPath: String(cString: folder))
    for (number, seed) in entry.seeds.enumerated() {
        try? Data(seed).write(to: seeds.appendingPathComponent("seed-\(number)"))
    }
    Fuzzed.entry = entry
    // libFuzzer sees its own name, the folder and the options.
    arguments[1] = arguments[0]
    var (rest, restCount) = (Optional(arguments + 1), count - 1)
    return runDriver(&restCount, &rest, testOneInput)
}

private enum Fuzzed {
    nonisolated(unsafe) static var entry: FuzzEntry?
}

@_cdecl("LLVMFuzzerTestOneInput")
func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do { try Fuzzed.entry?.check(Array(UnsafeBufferPointer(start: bytes, count: count))) } catch {
        // An optimised build leaves out the message of a failed precondition.
        try? FileHandle.standardError.write(contentsOf: Data("\(error)\n".utf8))
        preconditionFailure()
    }
    return 0
}
