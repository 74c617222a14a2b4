import CXKBCommon
public import HIDDecoding
import Synchronization

/// The reason for which a keyboard layout is not available.
public struct LayoutError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable, lower-case name: `layout_name`, `layout_unknown`, `layout_unavailable`.
    public var code: String
    /// One sentence for a person.
    public var message: String
    /// A remedy, or nil if none is known.
    public var hint: String?

    /// `code: message (hint)`.
    public var description: String { "\(code): \(message)" + (hint.map { " (\($0))" } ?? "") }
}

/// Compiles layouts for keyboard wedges with libxkbcommon from the system's `xkb-data`.
///
/// The layouts are X11's; scanners are set to Windows layouts, which differ in a few AltGr positions.
public enum LayoutCompiler {
    private static let cache = Mutex([String: KeyboardLayout]())

    /// Returns the layout with the XKB name, such as `us`, `de`, `fr`, `gb`, `de(nodeadkeys)` or `ch(fr)`.
    ///
    /// A layout is compiled once (some milliseconds) and cached. `us` is built in and needs no `xkb-data`.
    ///
    /// - Throws: ``LayoutError`` for an unknown name or without `xkb-data`.
    public static func layout(named name: String) throws(LayoutError) -> KeyboardLayout {
        if name == KeyboardLayout.us.name { return .us }
        if let known = cache.withLock({ $0[name] }) { return known }
        let compiled = try compile(name)
        // The configuration names few layouts; the limit bounds the memory for any other caller.
        cache.withLock { if $0.count < 64 { $0[name] = compiled } }
        return compiled
    }

    /// Compiles a layout without the cache and without the built-in one.
    package static func compile(_ name: String) throws(LayoutError) -> KeyboardLayout {
        let (layout, variant) = try parts(of: name)
        let flags = xkb_context_flags(rawValue: XKB_CONTEXT_NO_ENVIRONMENT_NAMES.rawValue)
        guard let context = xkb_context_new(flags) else {
            throw LayoutError(
                code: "layout_unavailable", message: "No keyboard layouts are installed.",
                hint: "Install the package xkb-data.")
        }
        defer { xkb_context_unref(context) }
        // An unknown layout is reported as an error; libxkbcommon would print it.
        xkb_context_set_log_level(context, XKB_LOG_LEVEL_CRITICAL)
        guard let keymap = keymap(context, layout, variant) else {
            throw LayoutError(
                code: "layout_unknown", message: "There is no keyboard layout \"\(name)\".",
                hint: "Layouts are named as in XKB: us, gb, de, fr, ch(fr), de(nodeadkeys).")
        }
        defer { xkb_keymap_unref(keymap) }
        guard let state = xkb_state_new(keymap) else {
            throw LayoutError(code: "layout_unavailable", message: "The layout \"\(name)\" needs more memory.")
        }
        defer { xkb_state_unref(state) }
        return KeyboardLayout(name: name, keys: KeyReader(keymap: keymap, state: state).keys())
    }

    private static func parts(of name: String) throws(LayoutError) -> (layout: String, variant: String) {
        func isPlain(_ text: Substring) -> Bool {
            !text.isEmpty && text.utf8.count <= 32
                && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
        }
        let halves = name.split(separator: "(", maxSplits: 1, omittingEmptySubsequences: false)
        if halves.count == 1, isPlain(halves[0]) { return (name, "") }
        if halves.count == 2, isPlain(halves[0]), halves[1].hasSuffix(")"), isPlain(halves[1].dropLast()) {
            return (String(halves[0]), String(halves[1].dropLast()))
        }
        throw LayoutError(
            code: "layout_name", message: "\"\(name)\" is not the name of a keyboard layout.",
            hint: "Layouts are named as in XKB: us, gb, de, fr, ch(fr), de(nodeadkeys).")
    }

    private static func keymap(_ context: OpaquePointer, _ layout: String, _ variant: String) -> OpaquePointer? {
        layout.withCString { layout in
            variant.withCString { variant in
                "evdev".withCString { rules in
                    "pc105".withCString { model in
                        var names = xkb_rule_names(
                            rules: rules, model: model, layout: layout, variant: variant, options: nil)
                        return xkb_keymap_new_from_names(context, &names, XKB_KEYMAP_COMPILE_NO_FLAGS)
                    }
                }
            }
        }
    }
}

/// Reads the output of each key from a compiled keymap.
private struct KeyReader {
    let keymap: OpaquePointer
    let state: OpaquePointer

    func keys() -> [UInt8: KeyboardLayout.Key] {
        let shift = mask("Shift")
        let altGr = mask("Mod5")
        var keys: [UInt8: KeyboardLayout.Key] = [:]
        for (usage, code) in Self.evdevCodes {
            let key = KeyboardLayout.Key(
                plain: output(code, 0), shift: output(code, shift), altGr: output(code, altGr, onlyIfUsing: "Mod5"),
                shiftAltGr: output(code, shift | altGr, onlyIfUsing: "Mod5"))
            if key != KeyboardLayout.Key(plain: nil) { keys[usage] = key }
        }
        // With Num Lock on, the decimal key of the keypad types a comma in many European layouts.
        if let decimal = output(83, mask("Mod2")) { keys[0x63] = KeyboardLayout.Key(plain: decimal) }
        return keys
    }

    private func mask(_ modifier: String) -> xkb_mod_mask_t {
        let index = xkb_keymap_mod_get_index(keymap, modifier)
        return index < 32 ? 1 << index : 0
    }

    private func output(_ code: UInt32, _ modifiers: xkb_mod_mask_t, onlyIfUsing modifier: String? = nil) -> KeyOutput?
    {
        let key = xkb_keycode_t(code + 8)
        xkb_state_update_mask(state, modifiers, 0, 0, 0, 0, 0)
        if let modifier {
            let index = xkb_keymap_mod_get_index(keymap, modifier)
            guard xkb_state_mod_index_is_consumed(state, key, index) == 1 else { return nil }
        }
        let symbol = xkb_state_key_get_one_sym(state, key)
        if let accent = Self.deadKeys[symbol] { return .dead(accent) }
        var bytes = [CChar](repeating: 0, count: 8)
        guard xkb_keysym_to_utf8(symbol, &bytes, bytes.count) > 1 else { return nil }
        let text = String(decoding: bytes.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let first = text.unicodeScalars.first, first.value >= 0x20, first.value != 0x7f else { return nil }
        return .text(text)
    }

    /// The usages (HUT 1.5 §10) with Linux's key codes (`hid_keyboard` in drivers/hid/hid-input.c), without Enter, Escape,
    /// Backspace and Tab.
    private static let evdevCodes: [(usage: UInt8, code: UInt32)] = {
        let letters: [UInt32] = [
            30, 48, 46, 32, 18, 33, 34, 35, 23, 36, 37, 38, 50, 49, 24, 25, 16, 19, 31, 20, 22, 47, 17, 45, 21, 44,
        ]
        let digits: [UInt32] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
        let signs: [UInt32] = [57, 12, 13, 26, 27, 43, 43, 39, 40, 41, 51, 52, 53]
        let rows: [(UInt8, [UInt32])] = [(0x04, letters), (0x1e, digits), (0x2c, signs)]
        let main = rows.flatMap { start, codes in codes.enumerated().map { (start + UInt8($0.offset), $0.element) } }
        return main + [(0x64, 86), (0x87, 89), (0x89, 124)]
    }()

    /// The characters that dead keysyms (xkbcommon-keysyms.h) type before a space.
    private static let deadKeys: [xkb_keysym_t: Character] = [
        0xfe50: "`", 0xfe51: "´", 0xfe52: "^", 0xfe53: "~", 0xfe54: "¯", 0xfe55: "˘", 0xfe56: "˙", 0xfe57: "¨",
        0xfe58: "°", 0xfe59: "˝", 0xfe5a: "ˇ", 0xfe5b: "¸", 0xfe5c: "˛", 0xfe5d: "ͺ", 0xfe60: "\u{323}",
        0xfe61: "\u{309}", 0xfe62: "\u{31b}", 0xfe63: "/", 0xfe64: "᾿", 0xfe65: "῾", 0xfe66: "\u{30f}",
        0xfe67: "\u{325}",
        0xfe68: "\u{331}", 0xfe69: "\u{32d}", 0xfe6a: "\u{330}", 0xfe6b: "\u{32e}", 0xfe6c: "\u{324}",
        0xfe6d: "\u{311}",
        0xfe6e: "\u{326}", 0xfe6f: "¤",
    ]
}
