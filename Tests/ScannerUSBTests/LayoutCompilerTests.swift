import HIDDecoding
import Testing

@testable import ScannerUSB

@Suite struct LayoutCompilerTests {
    @Test func germanKeysAreWhereGermansHaveThem() throws {
        let keys = try LayoutCompiler.layout(named: "de").keys
        #expect(keys[0x1c]?.plain == .text("z"))
        #expect(keys[0x1d]?.shift == .text("Y"))
        #expect(keys[0x2d]?.plain == .text("ß"))
        #expect(keys[0x24]?.shift == .text("/"))
        #expect(keys[0x14]?.altGr == .text("@"))
        #expect(keys[0x64]?.plain == .text("<"))
        #expect(keys[0x2e]?.plain == .dead("´"))
        #expect(keys[0x35]?.plain == .dead("^"))
        #expect(keys[0x63]?.plain == .text(","))
    }

    @Test func germanWithoutDeadKeysTypesThemAtOnce() throws {
        #expect(try LayoutCompiler.layout(named: "de(nodeadkeys)").keys[0x35]?.plain == .text("^"))
    }

    @Test func frenchDigitsAreShifted() throws {
        let keys = try LayoutCompiler.layout(named: "fr").keys
        #expect(keys[0x1e]?.plain == .text("&") && keys[0x1e]?.shift == .text("1"))
        #expect(keys[0x14]?.plain == .text("a") && keys[0x04]?.plain == .text("q"))
        #expect(keys[0x33]?.plain == .text("m"))
    }

    @Test func britishQuotesAreSwapped() throws {
        let keys = try LayoutCompiler.layout(named: "gb").keys
        #expect(keys[0x1f]?.shift == .text("\"") && keys[0x34]?.shift == .text("@"))
        #expect(keys[0x20]?.shift == .text("£"))
    }

    @Test func theBuiltInLayoutIsWhatXKBSays() throws {
        #expect(try LayoutCompiler.layout(named: "us") == .us)
        var compiled = try LayoutCompiler.compile("us").keys
        var builtIn = KeyboardLayout.us.keys
        // XKB knows the keypad, and gives the key beside the left shift of ISO keyboards other signs
        for usage in [0x63, 0x64, 0x87, 0x89] as [UInt8] { (compiled[usage], builtIn[usage]) = (nil, nil) }
        #expect(compiled == builtIn)
    }

    @Test(arguments: [
        "us", "gb", "de", "fr", "be", "ch", "ch(fr)", "es", "it", "se", "no", "dk", "fi", "pt", "br", "pl", "cz", "hu",
        "tr", "jp", "ca",
    ])
    func everyLayoutTypesAssetTags(name: String) throws {
        let keys = try LayoutCompiler.layout(named: name).keys
        let typed = keys.values.flatMap { [$0.plain, $0.shift, $0.altGr, $0.shiftAltGr] }
        for character in "0123456789ABCXYZabcxyz-" { #expect(typed.contains(.text(String(character)))) }
    }

    @Test(arguments: ["", "de(", "de)", "(de)", "../etc", "de nodeadkeys", "dé", "de(a)(b)"])
    func whatIsNoNameIsRefused(name: String) {
        #expect { try LayoutCompiler.layout(named: name) } throws: { ($0 as? LayoutError)?.code == "layout_name" }
    }

    @Test(arguments: ["xx-none", "de(doesnotexist)"])
    func whatDoesNotExistIsRefused(name: String) {
        #expect { try LayoutCompiler.layout(named: name) } throws: { ($0 as? LayoutError)?.code == "layout_unknown" }
    }
}
