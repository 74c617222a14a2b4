"""By keyboard alone, and by ear: every control is reached and named, and only what changed is announced."""

from selenium.webdriver.common.keys import Keys
from station import asset, holds, main, person, same, scan


def body(screen, _):
    person("Sarah Chen", "BADGE:1")
    asset("TWIN-1", "Projector A", "SN-TWIN")
    asset("TWIN-2", "Projector B", "SN-TWIN")
    lane = "#lanes .lane:first-child"
    screen.until("document.activeElement.id === 'code'", "the focus in the search box")
    screen.type("Sarah")
    screen.until("document.querySelectorAll('#matches li').length === 1", "the suggestion")
    screen.type(Keys.ARROW_DOWN)
    same(screen.run("return document.querySelector('#code').getAttribute('aria-activedescendant')"), "match-0", "the active suggestion")
    screen.type(Keys.ENTER)
    screen.until_text(f"{lane} .holder", "Sarah Chen")
    screen.type("SN-TWIN", Keys.ENTER)
    screen.until("document.querySelectorAll(arguments[0]).length === 2", "the candidates", f"{lane} .choice")

    # Tab reaches every control, and each has a name
    names = []
    for _ in range(40):
        screen.type(Keys.TAB)
        focus = screen.run("""const e = document.activeElement;
            return e === document.body ? null : [e.id || e.className, (e.textContent || e.labels?.[0]?.textContent || "").trim(),
                getComputedStyle(e).outlineStyle]""")
        if focus is None or focus in names:
            break
        names.append(focus)
    reached = {name for name, _, _ in names}
    holds({"place", "enter", "print", "sound", "mode", "choice", "undo", "done"} <= reached, f"Tab reaches {reached}")
    holds(all(text for _, text, _ in names), f"a control without a name: {names}")
    holds(all(outline != "none" for _, _, outline in names), f"a focus that is not seen: {names}")

    screen.run("document.querySelector(arguments[0]).focus()", f"{lane} .choice:last-child")
    screen.type(Keys.ENTER)
    screen.until_text(f"{lane} .message", "TWIN-2")
    screen.run("document.querySelector(arguments[0]).focus()", f"{lane} .mode")
    screen.type(Keys.ENTER)
    screen.until("document.querySelector('#mode-dialog').open", "the choice of modes")
    screen.type(Keys.ESCAPE)
    screen.until("!document.querySelector('#mode-dialog').open", "the choice of modes is closed")
    # a typed letter leads to the box from wherever the focus is
    screen.type("x")
    screen.until("document.activeElement.id === 'code' && document.activeElement.value === 'x'", "the letter in the search box")
    screen.type(Keys.BACKSPACE)

    # landmarks, headings, names
    same(screen.run("return ['header', 'main', 'aside', 'footer', 'nav', '[role=search]'].filter((s) => !document.querySelector(s))"), [], "landmarks")
    same(screen.run("return [...document.querySelectorAll('.lane')].map((e) => document.getElementById(e.getAttribute('aria-labelledby')).textContent.length > 0)"),
         [True, True], "the names of the lanes")
    same(screen.run("return document.querySelectorAll('.lane [role=status]').length"), 2, "one status line for each lane")
    holds(not screen.run("return document.querySelector('[aria-live] .lane, main[aria-live]')"), "whole lanes are announced")

    # one scan changes one status line, and makes no element of a lane anew
    screen.run("""window.changed = []; window.cards = [...document.querySelectorAll('.lane')];
        for (const line of document.querySelectorAll('.lane [role=status]'))
            new MutationObserver(() => window.changed.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true })""")
    scan("NOTHING")
    screen.until("window.changed.length > 0", "an announcement")
    screen.until_text(f"{lane} .code", "NOTHING")
    changed = screen.run("return window.changed")
    holds(len(changed) == 1 and "Unknown" in changed[0], f"announced: {changed}")
    holds(screen.run("return window.cards.every((card) => card.isConnected)"), "a card was made anew")


main(body)
