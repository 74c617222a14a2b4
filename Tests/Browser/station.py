"""What the browser tests share: the station under test, a line to it that can be cut, and the browser.

A script gets the station's address and an administrator's token as its arguments. It asks the test that runs it for what happens at the counter: one JSON
line on standard output is a question, one on standard input the answer. What it prints for people goes to standard error.
"""

import json
import os
import select
import socket
import sys
import threading
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from selenium import webdriver
from selenium.common.exceptions import JavascriptException, TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 45
PICTURES = os.environ.get("DEPOT_SCREENSHOTS")


class Failure(Exception):
    """The screen is not as it must be."""


def holds(condition, what):
    """Raises unless it holds."""
    if not condition:
        raise Failure(what)


def same(actual, expected, what):
    """Raises unless both are equal."""
    if actual != expected:
        raise Failure(f"{what}: expected {expected!r}, got {actual!r}")


def ask(**question):
    """Asks the test that runs this script; returns its answer."""
    print(json.dumps(question), flush=True)
    answer = json.loads(sys.stdin.readline() or '{"error": "the test is gone"}')
    if "error" in answer:
        raise Failure(answer["error"])
    return answer


def scan(code, scanner="A"):
    """Makes a scanner read a code, to the end."""
    ask(bench={"scan": {"scanner": scanner, "text": code}})
    ask(bench={"drain": scanner})


def unplug(scanner="A"):
    """Unplugs a scanner."""
    ask(bench={"unplug": scanner})


def depotctl(*arguments):
    """Runs depotctl; returns its JSON, or None where it prints none."""
    output = ask(depotctl=list(arguments))["output"]
    return json.loads(output) if output.strip().startswith(("{", "[")) else None


def call(method, path, body=None):
    """Makes a request to the station API as an administrator; returns its JSON."""
    request = urllib.request.Request(
        f"{sys.argv[1]}/station/v1/{path}", None if body is None else json.dumps(body).encode(), method=method,
        headers={"Authorization": f"Bearer {sys.argv[2]}", "Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)


def person(name, badge):
    """Adds a person."""
    call("POST", "people", {"name": name, "badge": badge})


def asset(tag, name=None, serial=None):
    """Adds an asset; returns its id."""
    body = {"asset_tag": tag} | ({"name": name} if name else {}) | ({"serial": serial} if serial else {})
    return call("POST", "assets", body)["asset"]["id"]


class Line:
    """A line to the station: browsers reach it here until it is cut."""

    def __init__(self, address):
        target = urlsplit(address)
        self.target = (target.hostname, target.port)
        self.is_cut = False
        self.pairs = set()
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if self.is_cut:
                near.close()
                continue
            far = socket.create_connection(self.target)
            with self.lock:
                self.pairs.add((near, far))
            threading.Thread(target=self.carry, args=(near, far), daemon=True).start()

    def carry(self, near, far):
        try:
            while True:
                for ready in select.select([near, far], [], [])[0]:
                    data = ready.recv(65536)
                    if not data:
                        return
                    (far if ready is near else near).sendall(data)
        except (OSError, ValueError):
            return
        finally:
            with self.lock:
                self.pairs.discard((near, far))
            near.close()
            far.close()

    def cut(self):
        """Ends every connection and lets none begin."""
        self.is_cut = True
        with self.lock:
            for pair in self.pairs:
                for end in pair:
                    try:
                        end.shutdown(socket.SHUT_RDWR)
                    except OSError:
                        pass

    def mend(self):
        """Lets connections begin again."""
        self.is_cut = False


class Screen:
    """A browser that shows the counter screen."""

    def __init__(self, driver, address):
        self.driver = driver
        self.address = address

    def pair(self):
        """Pairs the browser by a link, as a person does."""
        self.driver.get(self.address)
        self.until("document.querySelector('.notice code')", "the page of a browser that is not paired")
        link = depotctl("screen", "pair", "--json")["url"]
        self.driver.get(self.address + urlsplit(link).path)
        self.until("document.querySelector('#lanes') !== null", "the screen after pairing")
        # it is good once
        self.driver.get(self.address + urlsplit(link).path)
        self.until("!document.querySelector('#lanes') && document.querySelector('.notice')", "a spent link's page")
        self.open()

    def open(self):
        """Opens the screen anew."""
        self.driver.get(self.address)
        self.until("document.querySelector('#clock')?.textContent", "the screen's first frame")

    def run(self, script, *arguments):
        """Runs a script in the page."""
        return self.driver.execute_script(script, *arguments)

    def until(self, expression, what, *arguments):
        """Waits until the expression holds; returns its value."""
        try:
            return WebDriverWait(self.driver, PATIENCE, 0.05, [JavascriptException]).until(
                lambda driver: driver.execute_script(f"return {expression}", *arguments))
        except TimeoutException:
            shown = self.driver.execute_script("return document.body.innerText")
            raise Failure(f"never seen: {what}; the page says:\n{shown}") from None

    def text(self, selector):
        """The text of the first element, or None."""
        return self.run("return document.querySelector(arguments[0])?.textContent ?? null", selector)

    def until_text(self, selector, text):
        """Waits until an element has the text in it."""
        self.until("[...document.querySelectorAll(arguments[0])].some((e) => !e.closest('[hidden]') && "
                   "e.textContent.replace(/[\\u2066-\\u2069]/g, '').includes(arguments[1]))",
                   f"“{text}” in {selector}", selector, text)

    def click(self, selector):
        """Touches an element, as soon as it is there."""
        self.until("document.querySelector(arguments[0])", selector, selector)
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def type(self, *keys):
        """Types wherever the focus is."""
        self.driver.switch_to.active_element.send_keys(*keys)

    def shape(self, width, height, is_dark=False):
        """Gives the browser a size and a colour scheme."""
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride", {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia",
            {"features": [{"name": "prefers-color-scheme", "value": "dark" if is_dark else "light"},
                          {"name": "prefers-reduced-motion", "value": "reduce"}]})
        # two frames: one that lays out, one that has drawn
        self.driver.execute_async_script("requestAnimationFrame(() => requestAnimationFrame(arguments[0]))")

    def picture(self, name):
        """Takes a picture where pictures are wanted."""
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            self.driver.save_screenshot(str(Path(PICTURES) / f"{name}.png"))

    def faults(self):
        """The errors that the browser has logged since the last time, and what broke the page's policy."""
        return [entry["message"] for entry in self.driver.get_log("browser")
                if entry["level"] == "SEVERE" and "Failed to load resource" not in entry["message"]
                and "ERR_" not in entry["message"]]


@contextmanager
def browser():
    """A browser without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
                     "--force-device-scale-factor=1", "--lang=en", "--autoplay-policy=no-user-gesture-required"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))
    try:
        driver.set_script_timeout(PATIENCE)
        yield driver
    finally:
        driver.quit()


def main(body):
    """Runs body(screen, line) in a browser that is paired and 1280 by 720; exits 0, or 1 with a sentence."""
    if len(sys.argv) < 3:
        sys.exit(f"usage: {sys.argv[0]} BASE_URL TOKEN [ARGUMENT]...")
    line = Line(sys.argv[1])
    try:
        with browser() as driver:
            screen = Screen(driver, line.address)
            screen.shape(1280, 720)
            screen.pair()
            body(screen, line)
            faults = screen.faults()
            holds(not faults, f"the browser complains: {faults}")
    except Failure as failure:
        sys.exit(f"{sys.argv[0]}: {failure}")
