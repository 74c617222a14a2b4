"""Thousands of events of others neither fill the list of results nor stop the page."""

import json
import sys
import threading
import urllib.request

from station import asset, call, holds, main, person, same, scan

COUNT = 1500


def flood():
    """Adds assets as fast as the station takes them."""
    rows = "\n".join(f"F-{number:05},Thing {number}" for number in range(COUNT))
    body = f"asset_tag,name\n{rows}\n".encode()
    boundary = "boundary"
    parts = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="f.csv"\r\n'
             "Content-Type: text/csv\r\n\r\n").encode() + body + f"\r\n--{boundary}--\r\n".encode()
    request = urllib.request.Request(
        f"{sys.argv[1]}/api/assets/import/csv", parts, method="POST",
        headers={"Authorization": f"Bearer {sys.argv[2]}", "Content-Type": f"multipart/form-data; boundary={boundary}"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        json.load(answer)


def body(screen, _):
    person("Sarah Chen", "BADGE:1")
    asset("IT-1")
    scan("BADGE:1")
    screen.until_text(".lane .holder", "Sarah Chen")
    screen.run("""window.frames_ = 0; const step = () => { window.frames_ += 1; requestAnimationFrame(step); }; step();
        window.most = 0; new MutationObserver(() => {
            window.most = Math.max(window.most, document.querySelectorAll('#recent li').length);
        }).observe(document.querySelector('#recent'), { childList: true });""")
    first = call("GET", "status")["last_event"]
    worker = threading.Thread(target=flood)
    worker.start()
    scan("IT-1")
    screen.until_text(".lane .counts", "1 out")
    worker.join()
    holds(call("GET", "status")["last_event"] >= first + COUNT, "the flood did not come")
    frames = screen.run("return window.frames_")
    screen.until("window.frames_ > arguments[0] + 5", "frames after the flood", frames)
    same(screen.run("return [...document.querySelectorAll('#recent li')].filter((e) => /F-\\d/.test(e.textContent)).length"), 0,
         "imported things among the results")
    holds(screen.run("return window.most") <= 24, "the list grows")
    screen.until_text("#recent", "IT-1")


main(body)
