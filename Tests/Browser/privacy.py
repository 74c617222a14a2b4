"""After the time-out, which is five seconds here, the page holds nothing of the person any more."""

from station import asset, main, person, scan


def body(screen, _):
    person("Sarah Chen", "BADGE:1")
    asset("IT-1", "MacBook Pro 16")
    scan("BADGE:1")
    screen.until_text(".lane .holder", "Sarah Chen")
    scan("IT-1")
    screen.until_text(".lane .message", "Sarah Chen")
    screen.until_text("#recent", "Sarah Chen")
    screen.until("!document.documentElement.outerHTML.includes('Sarah')", "a page without the person")
    screen.until_text(".lane .word-text", "Ready")
    # what happened stays, without whom it happened to
    screen.until_text("#recent", "IT-1 (MacBook Pro 16)")
    scan("IT-1")
    screen.until_text("#recent", "Sarah Chen")
    screen.until("!document.documentElement.outerHTML.includes('Sarah')", "a page without the one who brought it back")


main(body)
