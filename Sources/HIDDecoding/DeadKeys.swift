/// Composes what a dead key and the key after it type.
enum DeadKeys {
    /// The text of a dead key followed by `text`: one character where there is one, else both, as Windows does it.
    static func compose(_ dead: Character, with text: String) -> String {
        let accent = spacing[dead] ?? dead
        guard let first = text.first else { return String(accent) }
        if first == " " || first == accent { return String(accent) + String(text.dropFirst()) }
        if let table = tables[accent], let index = table.bases.firstIndex(of: first) {
            let distance = table.bases.distance(from: table.bases.startIndex, to: index)
            let composed = table.composed[table.composed.index(table.composed.startIndex, offsetBy: distance)]
            return String(composed) + String(text.dropFirst())
        }
        return String(accent) + text
    }

    /// The spacing form, which is also what the key types alone.
    static func alone(_ dead: Character) -> String {
        String(spacing[dead] ?? dead)
    }

    private static let spacing: [Character: Character] = [
        "\u{300}": "`", "\u{301}": "´", "\u{302}": "^", "\u{303}": "~", "\u{308}": "¨", "\u{30A}": "°", "\u{327}": "¸",
        "\u{30C}": "ˇ", "ˆ": "^", "˜": "~", "˚": "°",
    ]

    /// Each base and, at the same place, what it becomes.
    private static let tables: [Character: (bases: String, composed: String)] = [
        "`": ("aeiouAEIOUnN", "àèìòùÀÈÌÒÙǹǸ"),
        "´": ("aeiouyAEIOUYcnszlrCNSZLR", "áéíóúýÁÉÍÓÚÝćńśźĺŕĆŃŚŹĹŔ"),
        "^": ("aeiouAEIOUcghjswyCGHJSWY", "âêîôûÂÊÎÔÛĉĝĥĵŝŵŷĈĜĤĴŜŴŶ"),
        "~": ("anoANOiuIU", "ãñõÃÑÕĩũĨŨ"),
        "¨": ("aeiouyAEIOUY", "äëïöüÿÄËÏÖÜŸ"),
        "°": ("aAuU", "åÅůŮ"),
        "¸": ("cCsStT", "çÇşŞţŢ"),
        "ˇ": ("cCdDeEnNrRsStTzZ", "čČďĎěĚňŇřŘšŠťŤžŽ"),
    ]
}
