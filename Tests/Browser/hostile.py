"""Whatever is in a name or a code stays text, in its place, and in its direction."""

from pathlib import Path

from station import asset, holds, main, person, same, scan

CHECK = (Path(__file__).parent / "layout.js").read_text()
NAMES = {
    "markup": "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>",
    "entities": "&lt;b&gt; {{station}} ${1} {name} %s",
    "long": "W" * 200,
    "right-to-left": "מחשב נייד של שרה",
    "override": "\u202egnihtemos\u2066\u2067",
    "emoji": "👩🏽‍💻👨‍👩‍👧‍👦🏳️‍🌈 Zoë",
    "combining": "Z" + "\u0351\u0352\u0357" * 20,
}


def body(screen, _):
    for number, (kind, name) in enumerate(NAMES.items()):
        person(name[:200], f"BADGE:{number}")
        asset(f"T-{number}", name[:200])
    screen.run("window.scripts = document.scripts.length; window.images = document.images.length")
    for number, (kind, name) in enumerate(NAMES.items()):
        scan(f"BADGE:{number}")
        scan(f"T-{number}")
        screen.until_text(".result .code", f"T-{number}")
        shown = screen.text(".result .message")
        holds("owned" not in screen.driver.title, f"{kind} ran")
        if kind in ("markup", "entities"):
            holds(name[:8] in shown, f"{kind} is not text: {shown}")
        holds(not any("\u202a" <= letter <= "\u202e" for letter in screen.run("return document.body.innerText")),
              f"{kind} turns the line")
        wrong = screen.run(CHECK)
        holds(not wrong, f"{kind}: {wrong}")
        same(screen.run("return getComputedStyle(document.querySelector('.result .message')).unicodeBidi"), "isolate", "the message's direction")
        screen.picture(f"hostile-{kind}")
    scan("<b>" + "X" * 290 + "</b>")
    screen.until_text(".result .code", "<b>XXX")
    holds(not screen.run(CHECK), f"a code of 300 characters: {screen.run(CHECK)}")
    same(screen.run("return [document.scripts.length, document.images.length, document.querySelectorAll('#lanes b').length]"),
         screen.run("return [window.scripts, window.images, 0]"), "scripts, images and bold letters")


main(body)
