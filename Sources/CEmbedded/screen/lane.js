// One lane: its mode, who is there, the last result, what was done and what is still out.

import { clock, clipped, day, has, plain, say, span } from "./text.js";
import { button, icon, make, open, byID, reconcile, setAttribute, setIcon, setOff, setShort, setShown, setText } from "./page.js";

const modes = ["counter", "checkout", "checkin", "transfer", "audit", "lookup"];
const takesHolder = ["counter", "checkout", "transfer"];
const tones = ["done", "warning", "already_so", "duplicate", "refused", "unknown", "again", "info"];
// how a daemon that says no tone means its outcomes
const tonesOfOutcomes = {
  applied: "done", shown: "info", already_so: "already_so", duplicate: "duplicate", refused: "refused",
  ambiguous: "warning", unknown: "unknown", unknown_badge: "unknown",
};
const listed = 30;
const oldAfter = 45_000;

/** Returns the tone of a result or of an event of a scan. */
export const toneOf = (result) =>
  result.reason === "not_recorded" ? "again"
  : tones.includes(result.tone) ? result.tone
  : tonesOfOutcomes[result.outcome] ?? "again";

/** Returns the one word of a result. */
export function wordOf(result) {
  if (has(`reason.${result.reason}`)) return say(`reason.${result.reason}`);
  if (has(`outcome.${result.outcome}`)) return say(`outcome.${result.outcome}`);
  // only what was done can be done with a remark
  return say(`tone.${toneOf(result) === "warning" && result.outcome === "shown" ? "info" : toneOf(result)}`);
}

/** Returns the name of a mode. */
export const modeName = (mode) => (has(`mode.${mode}`) ? say(`mode.${mode}`) : plain(mode));

/** The time in milliseconds after which an idle lane shows nothing of a person any more. */
export const timeoutOf = (lane) => (lane?.timeout > 0 ? lane.timeout * 1000 : 60_000);

/** Returns whether what happened at the time belongs to somebody who may still be there. */
export function isOpen(lane, at, now) {
  if (now - at < timeoutOf(lane)) return true;
  if (lane?.session) return at >= Date.parse(lane.session.since);
  return Boolean(lane?.holder) && !("session" in lane);
}

/** The card of a lane, made once and changed in place. */
export class LaneCard {
  constructor(id, actions) {
    this.id = id;
    this.actions = actions;
    this.told = null;
    this.exceptionsOnly = false;
    this.log = [];
    const name = `lane-${id}-name`;
    this.name = make("h2", "lane-name");
    this.name.id = name;
    this.operator = make("p", "operator");
    this.mode = make("span", "mode-name");
    this.modeLeft = make("span", "mode-left");
    this.modeButton = button("mode", () => this.chooseMode());
    this.modeButton.setAttribute("aria-haspopup", "dialog");
    this.modeButton.append(this.mode, this.modeLeft);
    const title = make("div", "lane-title", this.name, this.operator);
    const head = make("div", "lane-head", title, this.modeButton);

    this.holder = make("p", "holder");
    this.counts = make("p", "counts");
    this.left = make("span", "seconds");
    this.bar = make("progress");
    this.bar.setAttribute("aria-hidden", "true");
    this.timer = make("p", "timer", this.bar, this.left);
    const who = make("div", "who", this.holder, this.counts, this.timer);

    this.icon = icon("ready");
    this.word = make("span", "word-text");
    this.message = make("p", "message");
    this.code = make("p", "code");
    this.choices = make("div", "choices");
    this.choices.setAttribute("role", "group");
    this.answer = button("answer", () => this.act(() => actions.scan(id, this.lane.question.asset_tag)));
    this.result = make("div", "result",
      make("p", "word", this.icon, this.word), this.message, this.choices, this.answer, this.code);

    this.doneTitle = make("h3", "", say("session.title"));
    this.done = make("ol", "items session");
    this.outTitle = make("h3");
    this.out = make("ol", "items open");
    this.walkBar = make("progress");
    this.walkText = make("p", "walk-found");
    this.walkFacts = make("p", "walk-facts");
    this.filter = button("filter", () => {
      this.exceptionsOnly = !this.exceptionsOnly;
      this.drawLog();
    });
    this.walk = make("div", "walk", this.walkText, this.walkBar, this.walkFacts, this.filter);
    this.logList = make("ol", "items log");
    this.detail = make("div", "detail", this.walk, this.logList, this.doneTitle, this.done, this.outTitle, this.out);

    this.undo = button("undo", () => this.act(() => actions.undo(id)));
    setText(this.undo, say("action.undo"));
    this.finish = button("done", () => this.act(() => actions.done(id)));
    setText(this.finish, say("action.done"));
    this.buttons = make("div", "actions", this.undo, this.finish);

    this.status = make("p", "unseen");
    this.status.setAttribute("role", "status");
    this.card = make("section", "lane", make("div", "lane-grid", head, who, this.result, this.detail, this.buttons), this.status);
    this.card.id = `lane-${id}`;
    this.card.setAttribute("aria-labelledby", name);
    for (const part of [this.undo, this.finish, this.modeButton]) part.setAttribute("aria-describedby", name);
    title.addEventListener("click", () => actions.choose(id));
  }

  async act(action) {
    if (this.isBusy) return;
    this.isBusy = true;
    this.card.setAttribute("aria-busy", "true");
    try { await action(); } catch (error) {
      this.actions.complain(error);
    } finally {
      this.isBusy = false;
      this.card.removeAttribute("aria-busy");
    }
  }

  chooseMode() {
    const dialog = byID("mode-dialog");
    setText(byID("mode-title"), say("mode.choose", { lane: this.lane.name }));
    const options = dialog.querySelector(".options");
    const all = modes.includes(this.lane.mode) ? modes : [...modes, this.lane.mode];
    options.replaceChildren(...all.map((mode) => {
      const option = button("option", () => {
        dialog.close();
        this.act(() => this.actions.mode(this.id, mode));
      });
      option.append(make("strong", "", modeName(mode)), make("span", "", say(`purpose.${mode}`)));
      setAttribute(option, "aria-current", mode === this.lane.mode ? "true" : null);
      return option;
    }));
    open(dialog);
  }

  /** Shows the state of the lane; `scanner` is its scanner's, if known. */
  update(lane, scanner, now, isFirst) {
    const before = this.lane;
    this.lane = lane;
    this.scanner = scanner;
    setShort(this.name, lane.name, 60);
    setShown(this.operator, Boolean(lane.operator));
    if (lane.operator) setShort(this.operator, say("lane.operator", { name: lane.operator }), 70);
    setText(this.mode, modeName(lane.mode));
    setOff(this.modeButton, !this.actions.mayAct());
    this.drawWho();
    this.drawDetail();
    setShown(this.buttons, this.actions.mayAct());
    setOff(this.undo, lane.undo === null || lane.undo === undefined);
    setOff(this.finish, !lane.session && !lane.holder && !lane.walk);
    const isNew = Boolean(lane.last) && lane.last.scan !== before?.last?.scan;
    const wasPlugged = this.tone !== "unplugged";
    if (isNew) this.logged(lane.last, isFirst);
    this.drawResult(now);
    this.tell(isFirst);
    this.tick(now);
    return !isFirst && (isNew || (wasPlugged && this.tone === "unplugged")) ? this.tone : null;
  }

  drawWho() {
    const { lane } = this;
    const holder = lane.session?.holder ?? lane.holder;
    const place = lane.walk?.name ?? lane.location?.name;
    const isPlace = Boolean(place) && (lane.walk || !takesHolder.includes(lane.mode));
    const isThere = Boolean(holder) || isPlace;
    setAttribute(this.card, "data-who", isThere || lane.session ? "true" : null);
    setShown(this.holder, isThere);
    setShort(this.holder, isPlace ? place : holder?.name ?? "", 60);
    const counts = lane.session?.counts;
    const parts = ["out", "back", "transferred", "audited"].filter((name) => counts?.[name] > 0)
      .map((name) => say(`count.${name}`, { n: counts[name] }));
    setShown(this.counts, Boolean(lane.session) && !lane.walk);
    setText(this.counts, parts.join(", ") || say("count.none"));
  }

  drawDetail() {
    const { session, walk } = this.lane;
    setShown(this.walk, Boolean(walk));
    setShown(this.logList, Boolean(walk));
    if (walk) this.drawWalk(walk);
    const items = walk ? [] : (session?.items ?? []).slice(0, listed);
    setShown(this.doneTitle, items.length > 0);
    setShown(this.done, items.length > 0);
    reconcile(this.done, items, (item) => item.event, () => make("li", "item"), (row, item) => {
      row.dataset.kind = item.kind;
      row.classList.toggle("undone", Boolean(item.undone));
      const due = item.kind === "checkin" || !item.due ? "" : say("item.due", { day: day(item.due) });
      const sign = { checkout: "\u2192", checkin: "\u2190", transfer: "\u21c4" }[item.kind] ?? "\u2713";
      const kind = has(`kind.${item.kind}`) ? say(`kind.${item.kind}`) : item.kind;
      this.drawItem(row, sign, item, item.undone ? "" : kind, item.undone ? say("item.undone") : due);
    });
    const held = walk ? null : session?.open;
    const isHeld = Boolean(held) && (held.count > 0 || held.returned > 0);
    setShown(this.outTitle, isHeld);
    setShown(this.out, isHeld && held.items.length > 0);
    if (isHeld) {
      const since = Date.parse(session.since);
      const earlier = held.items.filter((item) => Date.parse(item.since) < since).length + held.count - held.items.length;
      const returned = held.returned > 0 ? say("open.returned", { n: held.returned, all: held.returned + earlier }) : "";
      const count = held.count > 0 ? say("open.count", { n: held.count }) : "";
      setText(this.outTitle, [count, returned].filter(Boolean).join(" \u00b7 "));
    }
    reconcile(this.out, isHeld ? held.items.slice(0, listed) : [], (item) => item.asset_tag, () => make("li", "item"), (row, item) => {
      row.classList.toggle("overdue", Boolean(item.overdue));
      const due = item.due ? say(item.overdue ? "item.overdue" : "item.due", { day: day(item.due) })
        : item.since ? say("item.since", { day: day(item.since) }) : "";
      this.drawItem(row, item.overdue ? "!" : "\u2022", item, "", due);
    });
    setAttribute(this.card, "data-detail", walk || items.length > 0 || isHeld ? "true" : null);
  }

  drawItem(row, sign, item, kind, fact) {
    if (!row.sign) {
      row.sign = make("span", "sign");
      row.sign.setAttribute("aria-hidden", "true");
      row.tag = make("bdi", "item-tag");
      row.what = make("bdi", "item-name");
      // the sign says it to those who see
      row.kind = make("span", "unseen");
      row.fact = make("span", "item-facts");
      row.replaceChildren(row.sign, make("div", "", row.tag, " ", row.what, " ", row.kind), row.fact);
    }
    setText(row.sign, sign);
    setShort(row.tag, item.asset_tag, 32);
    setShort(row.what, item.name ?? "", 60);
    setText(row.kind, kind);
    setText(row.fact, fact);
  }

  drawWalk(walk) {
    this.walkBar.max = Math.max(1, walk.expected);
    this.walkBar.value = Math.min(walk.found, walk.expected);
    setText(this.walkText, say("walk.found", { n: walk.found, all: walk.expected }));
    const parts = ["misplaced", "unexpected", "unknown", "repeated"].filter((name) => walk[name] > 0)
      .map((name) => say(`walk.${name}`, { n: walk[name] }));
    const missing = walk.missing ?? Math.max(0, walk.expected - walk.found);
    if (missing > 0) parts.unshift(say("walk.missing", { n: missing }));
    setText(this.walkFacts, parts.join(", "));
    this.drawLog();
  }

  /** Keeps the result for the list of a walk, the newest first. */
  logged(last, isFirst) {
    if (this.walkID !== this.lane.walk?.id) {
      this.walkID = this.lane.walk?.id;
      this.log = [];
    }
    if (!this.lane.walk || isFirst && toneOf(last) === "info") return;
    this.log = [last, ...this.log].slice(0, 50);
    this.drawLog();
  }

  drawLog() {
    const isException = (result) => !["done", "info", "already_so", "duplicate"].includes(toneOf(result));
    const count = this.log.filter(isException).length;
    setText(this.filter, say(this.exceptionsOnly ? "walk.all" : "walk.exceptions", { n: count }));
    setAttribute(this.filter, "aria-pressed", this.exceptionsOnly);
    reconcile(this.logList, this.exceptionsOnly ? this.log.filter(isException) : this.log, (result) => result.scan, (result) => {
      const text = make("div");
      setShort(text, result.message, 120);
      const row = make("li", "item", icon(toneOf(result)), text);
      row.dataset.tone = toneOf(result);
      return row;
    }, () => {});
  }

  /** The state of the large area: [tone, word, message, code]. */
  face(now) {
    const { lane, scanner } = this;
    if (lane.scanner && !lane.connected) return ["unplugged", say("scanner.unplugged"), say("scanner.plug"), ""];
    if (scanner?.state === "failing") {
      const text = scanner.problem ? [scanner.problem.message, scanner.problem.hint].filter(Boolean).join(" ") : "";
      return ["unplugged", say("scanner.failing"), text, ""];
    }
    const last = this.visible(now);
    if (!last) {
      const ask = lane.session?.holder || lane.holder ? `ask.holder.${lane.mode}` : `ask.${lane.mode}`;
      return ["ready", say("tone.ready"), has(ask) ? say(ask) : "", ""];
    }
    const tone = lane.question ? "question" : toneOf(last);
    const word = lane.question ? say(`question.${lane.question.kind}`) : wordOf(last);
    return [tone, word, this.sentence(last), `${clipped(last.code, 40)} \u00b7 ${clock(Date.parse(last.at))}`];
  }

  /** The last result as long as it may be shown. */
  visible(now) {
    const { last } = this.lane;
    return last && isOpen(this.lane, Date.parse(last.at), now) ? last : null;
  }

  /** What happened in the language of the page, as far as the lane tells it, else in the station's own words. */
  sentence(last) {
    const item = this.lane.session?.items?.find((item) => item.event === last.event);
    const holder = this.lane.session?.holder?.name;
    if (last.outcome === "applied" && item && holder && has(`event.${item.kind}`)) {
      return say(`event.${item.kind}`, { asset: item.name ? `${item.asset_tag} (${item.name})` : item.asset_tag, holder });
    }
    if (holder && this.lane.session.id === last.scan && has("event.session")) return say("event.session", { holder });
    for (const key of [`message.question.${this.lane.question?.kind}`, `message.${last.reason}`, `message.${last.outcome}`]) {
      if (has(key)) return say(key, { code: last.code, tag: this.lane.question?.asset_tag ?? last.code });
    }
    return last.message;
  }

  drawResult(now) {
    const { lane } = this;
    const [tone, word, message, code] = this.face(now);
    const isFresh = Boolean(this.tone) && (tone !== this.tone || lane.last?.scan !== this.shownScan);
    [this.tone, this.shownScan] = [tone, lane.last?.scan];
    this.card.dataset.tone = tone;
    setIcon(this.icon, tone);
    setText(this.word, word);
    setShort(this.message, message, 160);
    setAttribute(this.card, "data-length", message.length > 90 ? "long" : message.length > 45 ? "middle" : null);
    setShown(this.message, Boolean(message));
    setText(this.code, code);
    setShown(this.code, Boolean(code));
    const isResult = tone !== "ready" && tone !== "unplugged";
    const candidates = isResult && lane.last.outcome === "ambiguous" ? lane.last.candidates ?? [] : [];
    this.drawChoices(candidates);
    setShown(this.answer, tone === "question" && this.actions.mayAct());
    setAttribute(this.card, "data-asks", this.answer.hidden ? null : "true");
    setAttribute(this.card, "data-word", word.length > 13 ? "long" : null);
    if (isFresh) {
      this.card.classList.remove("fresh");
      requestAnimationFrame(() => this.card.classList.add("fresh"));
    }
  }

  drawChoices(candidates) {
    setShown(this.choices, candidates.length > 0);
    setAttribute(this.choices, "aria-label", candidates.length ? say("outcome.ambiguous") : null);
    setAttribute(this.card, "data-choices", candidates.length ? "true" : null);
    const scan = this.lane.last?.scan;
    reconcile(this.choices, candidates.slice(0, 8), (match) => `${scan} ${match.kind} ${match.id}`, (match) => {
      const choice = button("choice", () => this.act(() => this.actions.pick(this.id, scan, match)));
      choice.append(make("bdi", "item-tag", clipped(match.label, 40)));
      if (match.detail) choice.append(make("bdi", "item-name", clipped(match.detail, 60)));
      return choice;
    }, (choice) => setOff(choice, !this.actions.mayAct()));
  }

  /** Says what changed to those who hear the page: one sentence for the lane, and none twice. */
  tell(isFirst) {
    const { lane } = this;
    const isResult = this.tone !== "ready";
    const key = JSON.stringify([isResult ? lane.last?.scan : null, this.tone, lane.mode, lane.question?.until]);
    if (key === this.told) return;
    const modeChanged = this.toldMode !== undefined && this.toldMode !== lane.mode;
    [this.told, this.toldMode] = [key, lane.mode];
    if (isFirst) return;
    const sentence = [modeChanged ? say("mode.now", { mode: modeName(lane.mode) }) : "", this.word.textContent, this.message.textContent];
    setText(this.status, `${clipped(lane.name, 60)}: ${sentence.filter(Boolean).join(". ")}`);
  }

  /** Shows the time that passes. */
  tick(now) {
    const { lane } = this;
    const left = lane.deadline ? Date.parse(lane.deadline) - now : 0;
    const isRunning = left > 0 && Boolean(lane.session || lane.holder);
    setShown(this.timer, isRunning);
    if (isRunning) {
      const whole = lane.timeout > 0 ? lane.timeout * 1000 : (this.longest = Math.max(this.longest ?? 1, left));
      this.bar.max = whole;
      this.bar.value = Math.min(left, whole);
      setText(this.left, span(left));
    }
    const modeLeft = lane.mode_until ? Date.parse(lane.mode_until) - now : 0;
    setShown(this.modeLeft, modeLeft > 0);
    if (modeLeft > 0) setText(this.modeLeft, span(modeLeft));
    if (!this.answer.hidden && lane.question) {
      const asked = Date.parse(lane.question.until) - now;
      setText(this.answer, say("question.yes", { time: span(asked) }));
    }
    const { last } = lane;
    if (this.shownScan && this.tone !== "ready" && this.tone !== "unplugged" && !this.visible(now)) {
      this.drawResult(now);
      this.tell(false);
    }
    this.card.classList.toggle("old", Boolean(last) && now - Date.parse(last.at) > oldAfter);
  }
}
