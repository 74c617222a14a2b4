/// The counter screen: a skeleton that its script fills. Nothing but the station's name is in it.
func screenPage(station: String) -> String {
    document(
        station: station,
        """
        <script src="/screen.js" defer></script>
        """,
        """
        <div id="banner" role="alert" hidden></div>
        <div id="health" role="alert" hidden></div>
        <header>
          <h1>\(escaped(station))</h1>
          <p id="summary"></p>
          <p id="clock"></p>
        </header>
        <main id="lanes" aria-live="polite"></main>
        <aside>
          <h2>Last results</h2>
          <ol id="recent"></ol>
        </aside>
        <footer id="scanners"></footer>
        <noscript><p class="notice">The counter screen needs JavaScript.</p></noscript>
        """)
}

/// What a browser sees that is not paired. It asks again by itself: after a pairing link in another page, the browser
/// withholds the new cookie (`SameSite=Strict`) until a page of the station asks.
func unpairedPage(station: String) -> String {
    notice(
        station: station, title: "This screen is not paired.", head: #"<meta http-equiv="refresh" content="3">"#,
        """
        <p>The station is up. To show its counter here, run on the station</p>
        <p><code>depotctl screen pair</code></p>
        <p>and open the link it prints in this browser, within ten minutes.</p>
        """)
}

/// What a browser sees whose pairing link is not good any more.
func spentPage(station: String) -> String {
    notice(
        station: station, title: "This link is used up or too old.",
        """
        <p>A link pairs one browser, once, within ten minutes. Make a new one on the station with</p>
        <p><code>depotctl screen pair</code></p>
        """)
}

private func notice(station: String, title: String, head: String = "", _ text: String) -> String {
    document(
        station: station, head,
        """
        <section class="notice">
          <h1>\(escaped(station))</h1>
          <h2>\(escaped(title))</h2>
          \(text)
        </section>
        """)
}

private func document(station: String, _ head: String, _ body: String) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(escaped(station))</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/screen.css">
    \(head)
    </head>
    <body>
    \(body)
    </body>
    </html>

    """
}

/// Text as HTML text or attribute value.
private func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        case "\"": result += "&quot;"
        case "'": result += "&#39;"
        default: result.unicodeScalars.append(character)
        }
    }
    return result
}
