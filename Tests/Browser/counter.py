"""A session at the counter, by scanner alone: who is there, what went out and back, and nothing of it afterwards."""

from station import asset, call, holds, main, person, same, scan, unplug


def body(screen, _):
    person("Sarah Chen", "BADGE:1")
    person("Jürgen Müller", "BADGE:2")
    for tag, name in [("IT-1", "MacBook Pro 16"), ("IT-2", "ThinkPad X1"), ("IT-3", "Camera"), ("IT-4", "Projector")]:
        asset(tag, name)
    lane = "#lanes .lane:first-child"
    screen.until_text(f"{lane} .word-text", "Ready")
    screen.until_text(f"{lane} .mode-name", "Counter")
    card = screen.run("return document.querySelector('#lanes .lane').id")

    scan("IT-1")
    screen.until("document.querySelector(arguments[0]).dataset.tone === 'refused'", "a thing without a badge is refused", lane)
    screen.until_text(f"{lane} .message", "Scan your badge")
    same(screen.run("return document.documentElement.dataset.sounded"), "refused", "the sound")

    scan("BADGE:1")
    screen.until_text(f"{lane} .holder", "Sarah Chen")
    screen.until("/^\\d+ s$/.test(document.querySelector(arguments[0]).textContent.replace(/[\\u2066-\\u2069]/g, ''))",
                 "the seconds that are left", f"{lane} .seconds")
    scan("IT-1")
    scan("IT-2")
    screen.until_text(f"{lane} .counts", "2 out")
    screen.until("document.querySelector(arguments[0]).dataset.tone === 'done'", "a checkout is done", lane)
    same(screen.run("return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)", f"{lane} .session .item-tag"),
         ["IT-2", "IT-1"], "the list of the session")
    same(screen.run("return document.documentElement.dataset.sounded"), "done", "the sound")
    screen.picture("counter")
    scan("DEPOT:UNDO")
    screen.until("document.querySelectorAll(arguments[0]).length === 1", "the undone item", f"{lane} .session .undone")
    screen.until_text(f"{lane} .counts", "1 out")

    scan("DEPOT:DONE")
    screen.until("document.querySelector(arguments[0]).hidden", "nobody after DONE", f"{lane} .holder")
    scan("BADGE:1")
    scan("IT-1")
    screen.until("document.querySelector(arguments[0]).dataset.tone === 'question'", "the own thing is asked about", lane)
    same(screen.run("return document.documentElement.dataset.sounded"), "question", "the sound")
    screen.until_text(f"{lane} .answer", "Yes")
    screen.picture("question")
    screen.click(f"{lane} .answer")
    screen.until_text(f"{lane} .counts", "1 back")
    holds(call("GET", "assets/bytag/IT-1")["holder"] is None, "the thing is not back")

    scan("BADGE:2", "B")
    screen.until("document.querySelectorAll('.lane .holder:not([hidden])').length === 2", "two people at two lanes")
    holds("Sarah" in screen.text(f"{lane} .holder"), "the lanes are mixed")
    asset("TWIN-1", "Microphone, left", "SN-TWIN")
    asset("TWIN-2", "Microphone, right", "SN-TWIN")
    scan("IT-2")
    scan("IT-3")
    scan("IT-4", "B")
    scan("SN-TWIN", "B")
    screen.until("document.querySelectorAll('.choice').length === 2", "the candidates at the second lane")
    screen.until_text(f"{lane} .message", "IT-3")
    screen.picture("session")
    scan("DEPOT:MODE:AUDIT", "B")
    screen.until_text("#lanes .lane:nth-child(2) .mode-name", "Audit")
    screen.until_text("#lanes .lane:nth-child(2) .mode-left", "min")

    unplug()
    screen.until_text(f"{lane} .word-text", "Scanner unplugged")
    screen.until_text(f"{lane} .message", "Plug it in again.")
    same(screen.run("return document.querySelector('#lanes .lane').id"), card, "the card of the lane")
    same(screen.run("return [...document.querySelectorAll('#recent li')].filter((e) => /added|root/.test(e.textContent)).length"), 0,
         "administration among the results")


main(body)
