"""A counter with so many lanes as the last argument says, each in another state, fits every screen and can be read."""

import sys
from pathlib import Path

from station import asset, holds, main, person, scan, unplug

CHECK = (Path(__file__).parent / "layout.js").read_text()
LONG = "Maximiliana Konstantinopolitanski-Hohenlohe von der Au (EDV)"
SIZES = [(1280, 720), (1920, 1080), (3840, 2160), (1080, 1920), (390, 844)]
NAMES = ["A", "B", "C", "D", "E", "F", "G", "H"]


def play(count):
    """Brings the lanes into different states."""
    person("Sarah Chen", "BADGE:1")
    person(LONG, "BADGE:2")
    person("Tom Okafor", "BADGE:3")
    for number in range(1, 7):
        asset(f"IT-{number}", "MacBook Pro 16")
    for number in range(1, 7):
        asset(f"LONG-{number:055}", LONG)
    asset("TWIN-1", "Projector A", "SN-TWIN")
    asset("TWIN-2", LONG, "SN-TWIN")
    scripts = [
        ["BADGE:1", "IT-1", "IT-2", "IT-3"],
        ["BADGE:2", *(f"LONG-{number:055}" for number in range(1, 5))],
        ["SN-TWIN"],
        None,
        ["BADGE:3", "IT-6", "DEPOT:DONE", "BADGE:3", "IT-6"],
        ["DEPOT:MODE:CHECKIN"],
        ["NOTHING-OF-THE-KIND"],
        ["BADGE:3", "DEPOT:DONE", "BADGE:3", "IT-5", "DEPOT:UNDO"],
    ]
    for scanner, codes in list(zip(NAMES, scripts))[:count]:
        if codes is None:
            unplug(scanner)
        for code in codes or []:
            scan(code, scanner)


def body(screen, _):
    count = int(sys.argv[3])
    play(count)
    screen.open()
    screen.until("document.querySelectorAll('.lane').length === arguments[0]", f"{count} lanes", count)
    if count >= 4:
        screen.until("document.querySelectorAll('[data-tone=unplugged].lane').length === 1", "the lane without its scanner")
    wrong = []
    for width, height in SIZES:
        for is_dark in (False, True):
            screen.shape(width, height, is_dark)
            name = f"{count}-lanes-{width}x{height}-{'dark' if is_dark else 'light'}"
            screen.picture(name)
            wrong += [f"{name}: {fault}" for fault in screen.run(CHECK)]
    holds(not wrong, "\n".join(wrong))


main(body)
