"""A connection that is lost is said at once, comes back by itself, and then what was missed is there, once."""

from station import asset, holds, main, person, same, scan


def body(screen, line):
    person("Sarah Chen", "BADGE:1")
    for number in range(1, 5):
        asset(f"IT-{number}")
    scan("BADGE:1")
    scan("IT-1")
    screen.until_text(".lane .counts", "1 out")
    before = screen.run("return [...document.querySelectorAll('#recent li')].map((e) => e.dataset.key)")

    line.cut()
    screen.until("!document.querySelector('#lost').hidden", "the loss")
    screen.until("document.documentElement.classList.contains('lost')", "the page is grey")
    holds(screen.run("return /\\d\\d:\\d\\d:\\d\\d/.test(document.querySelector('#lost').textContent)"), "the time of the loss")
    holds(screen.run("return document.querySelector('#lanes').inert"), "lanes that are out of date can be touched")
    screen.picture("lost")
    scan("IT-2")
    scan("IT-3")
    holds("IT-3" not in screen.run("return document.body.innerText"), "the line is not cut")

    line.mend()
    screen.until("document.querySelector('#lost').hidden", "the connection is back")
    screen.until_text(".lane .counts", "3 out")
    screen.until("document.querySelectorAll('#recent li.missed').length === 2", "the two results that were missed")
    screen.until_text("#missed", "2 results meanwhile")
    screen.picture("found")
    keys = screen.run("return [...document.querySelectorAll('#recent li')].map((e) => e.dataset.key)")
    same(len(keys), len(set(keys)), "a result that is there twice")
    same(keys[2:2 + len(before)], before, "the results from before")
    same(keys[:2], sorted(keys[:2], key=int, reverse=True), "the order of the missed results")
    scan("IT-4")
    screen.until_text(".lane .counts", "4 out")
    same(screen.run("return document.querySelectorAll('#recent li.missed').length"), 2, "what came later was not missed")
    holds(not screen.run("return document.querySelector('#lanes').inert"), "lanes can be touched again")


main(body)
