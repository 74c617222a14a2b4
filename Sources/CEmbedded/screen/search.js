// The box in which everything typed on the page arrives: a code and Enter is a scan at the chosen lane.

import { read } from "./connection.js";
import { byID, make, setAttribute, setShort, setShown, setText } from "./page.js";
import { clipped, say } from "./text.js";

const pause = 150;
const most = 8;

/** The search box with its suggestions and the choice of the lane. */
export class SearchBox {
  /** `scan` posts a code at a lane. */
  constructor(scan) {
    this.scan = scan;
    this.input = byID("code");
    this.list = byID("matches");
    this.place = byID("place");
    this.note = byID("search-note");
    this.matches = [];
    this.active = -1;
    this.asked = 0;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("blur", () => this.close());
    byID("enter").addEventListener("click", () => this.enter());
    this.list.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      const option = event.target.closest("li");
      if (option) this.take(Number(option.dataset.index));
    });
    this.place.addEventListener("change", () => {
      this.onplace?.();
      if (this.isFine) this.input.focus();
    });
    this.keepFocus();
  }

  /** What is typed anywhere goes here, and what was touched gives the focus back. */
  keepFocus() {
    const isFine = matchMedia("(any-pointer: fine)").matches || !matchMedia("(any-pointer: coarse)").matches;
    const isElsewhere = () => document.querySelector("dialog[open]") || byID("search").hidden;
    document.addEventListener("keydown", (event) => {
      if (event.key.length !== 1 || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isElsewhere()) return;
      const isControl = ["BUTTON", "SELECT", "A"].includes(document.activeElement.tagName);
      if (document.activeElement === this.input || (event.key === " " && isControl)) return;
      if (document.activeElement.tagName === "SELECT") return;
      this.input.focus();
    }, { capture: true });
    this.isFine = isFine;
    if (!isFine) return;
    // a key that presses a button has no pointer; its focus stays for the next key
    document.addEventListener("click", (event) => {
      if (event.detail > 0 && !isElsewhere() && event.target.tagName !== "SELECT") this.input.focus({ preventScroll: true });
    });
    addEventListener("focus", () => this.wait());
  }

  /** Takes the focus where nothing else has it. */
  wait() {
    const isFree = document.activeElement === document.body && !document.querySelector("dialog[open]");
    if (this.isFine && isFree && !byID("search").hidden) this.input.focus();
  }

  /** Offers the lanes; one that is chosen stays so as long as it is there. */
  offer(lanes) {
    const key = JSON.stringify(lanes.map((lane) => [lane.id, lane.name]));
    if (key === this.offered) return;
    this.offered = key;
    const chosen = this.lane;
    this.place.replaceChildren(...lanes.map((lane) => new Option(clipped(lane.name, 40), lane.id)));
    this.choose(lanes.some((lane) => lane.id === chosen) ? chosen : lanes[0]?.id);
  }

  /** Chooses the lane. */
  choose(id) {
    if (Array.from(this.place.options).some((option) => option.value === String(id))) this.place.value = String(id);
    this.onplace?.();
  }

  /** The id of the chosen lane, or null where there is none. */
  get lane() { return this.place.value ? Number(this.place.value) : null; }

  /** Shows a sentence below the box. */
  tell(text) {
    setText(this.note, clipped(text, 200));
    setShown(this.note, Boolean(text));
    clearTimeout(this.noteTimer);
    if (text) this.noteTimer = setTimeout(() => this.tell(""), 8000);
  }

  typed() {
    this.tell("");
    clearTimeout(this.timer);
    const text = this.input.value.trim();
    if (text.length < 2) { this.close(); return; }
    this.timer = setTimeout(() => this.find(text), pause);
  }

  async find(text) {
    const turn = ++this.asked;
    let matches = [];
    try { matches = (await read(`find?q=${encodeURIComponent(text)}&limit=${most}`)).matches; } catch { /* it is a help only */ }
    if (turn !== this.asked || this.input.value.trim() !== text || document.activeElement !== this.input) return;
    this.show(matches.filter((match) => match.code));
  }

  show(matches) {
    this.matches = matches;
    this.active = -1;
    this.list.replaceChildren(...matches.map((match, index) => {
      const [label, detail] = [make("bdi", "item-tag"), make("bdi", "item-name")];
      setShort(label, match.label, 60);
      setShort(detail, match.detail ?? "", 60);
      const option = make("li", "", label, " ", detail, " ", make("span", "item-facts", say(`entity.${match.kind}`)));
      option.id = `match-${index}`;
      option.dataset.index = index;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      return option;
    }));
    setShown(this.list, matches.length > 0);
    setAttribute(this.input, "aria-expanded", matches.length > 0);
    setAttribute(this.input, "aria-activedescendant", null);
  }

  close() {
    this.asked += 1;
    clearTimeout(this.timer);
    if (this.matches.length) this.show([]);
  }

  move(step) {
    const count = this.matches.length;
    if (!count) return;
    this.active = this.active < 0 ? (step > 0 ? 0 : count - 1) : (this.active + step + count) % count;
    Array.from(this.list.children).forEach((option, index) => option.setAttribute("aria-selected", index === this.active));
    setAttribute(this.input, "aria-activedescendant", `match-${this.active}`);
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      this.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      if (this.matches.length) this.close();
      else this.input.value = "";
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.active >= 0) this.take(this.active);
      else this.enter();
    }
  }

  take(index) {
    const match = this.matches[index];
    if (match) this.send(match.code);
  }

  enter() {
    const code = this.input.value.trim();
    if (code && this.lane !== null) this.send(code);
  }

  async send(code) {
    this.input.value = "";
    this.close();
    this.tell("");
    try { await this.scan(this.lane, code); } catch (error) {
      // so that it need not be typed again
      if (!this.input.value) this.input.value = code;
      this.tell([error.message, error.hint].filter(Boolean).join(" "));
    }
  }
}
