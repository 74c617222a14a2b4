/// Composes the characters of dead keys and the keys after them.
enum DeadKeys {
    /// Returns the text of a dead key followed by `text`: one composed character, or both if there is none, as in Windows.
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

    /// Returns the spacing form of a dead key, which is also its text when it is typed alone.
    static func alone(_ dead: Character) -> String {
        String(spacing[dead] ?? dead)
    }

    private static let spacing: [Character: Character] = [
        "\u{300}": "`", "\u{301}": "´", "\u{302}": "^", "\u{303}": "~", "\u{308}": "¨", "\u{30A}": "°", "\u{327}": "¸",
        "\u{30C}": "ˇ", "ˆ": "^", "˜": "~", "˚": "°",
    ]

    /// The bases of each accent and, at the same positions, the composed characters.
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
