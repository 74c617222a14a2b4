"""Without a scanner: codes are typed, and everything else is touched."""

from station import asset, holds, main, person, same, scan


def body(screen, _):
    person("Sarah Chen", "BADGE:1")
    asset("IT-1", "MacBook Pro 16")
    asset("TWIN-1", "Projector A", "SN-TWIN")
    asset("TWIN-2", "Projector B", "SN-TWIN")
    lane = "#lanes .lane:first-child"
    screen.until("!document.querySelector('#search').hidden", "the search box")
    screen.until("document.activeElement.id === 'code'", "the focus in the search box")

    screen.type("BADGE:1\n")
    screen.until_text(f"{lane} .holder", "Sarah Chen")
    screen.click(f"{lane} .mode")
    screen.until("document.querySelector('#mode-dialog').open", "the choice of modes")
    screen.picture("modes")
    screen.click("#mode-dialog .close")
    screen.until("document.activeElement.id === 'code'", "the focus back in the search box")

    # a suggestion, by touch
    screen.type("MacB")
    screen.until("document.querySelectorAll('#matches li').length === 1", "the suggestion")
    screen.picture("suggestions")
    screen.click("#matches li")
    screen.until_text(f"{lane} .counts", "1 out")
    same(screen.run("return document.querySelector('#code').value"), "", "the search box afterwards")
    screen.until("document.querySelector(arguments[0]).ariaDisabled !== 'true'", "undo is offered", f"{lane} .undo")
    screen.click(f"{lane} button.undo")
    screen.until("document.querySelectorAll(arguments[0]).length === 1", "the undone item", f"{lane} .session .undone")
    screen.until("document.activeElement.id === 'code'", "the focus back in the search box")

    scan("SN-TWIN")
    screen.until("document.querySelectorAll(arguments[0]).length === 2", "the candidates", f"{lane} .choice")
    screen.picture("choice")
    screen.click(f"{lane} .choice:last-child")
    screen.until_text(f"{lane} .message", "TWIN-2")
    screen.until("document.querySelectorAll('.choice').length === 0", "the candidates are gone")
    screen.click(f"{lane} button.done")
    screen.until("document.querySelector(arguments[0]).hidden", "nobody after Done", f"{lane} .holder")

    screen.click(f"{lane} .mode")
    screen.click("#mode-dialog .option:nth-child(6)")
    screen.until_text(f"{lane} .mode-name", "Look up")

    screen.click("#lanes .lane:nth-child(2) .lane-title")
    screen.until("document.querySelector('#lanes .lane:nth-child(2)').classList.contains('chosen')", "the second lane is chosen")
    screen.type("BADGE:1\n")
    screen.until_text("#lanes .lane:nth-child(2) .holder", "Sarah Chen")

    screen.click("#sound")
    screen.until("document.querySelector('#sound').dataset.state === 'off'", "the sound is off")
    screen.open()
    same(screen.run("return document.querySelector('#sound').dataset.state"), "off", "the sound after a reload")
    screen.click("#print")
    screen.until("document.querySelector('#print-dialog').open", "what can be printed")
    for link in screen.run("return [...document.querySelectorAll('#print-dialog a')].map((e) => e.href)"):
        status = screen.driver.execute_async_script("fetch(arguments[0]).then((reply) => arguments[1](reply.status))", link)
        same(status, 200, link)
    holds(screen.run("return document.querySelector('#print-dialog code').textContent").startswith("depotctl print"), "how to print badges")


main(body)
