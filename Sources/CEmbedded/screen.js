"use strict";
(() => {
  const api = "/station/v1/";
  const outcomes = {
    applied: ["done", "\u2713", "Done"],
    shown: ["info", "i", "Note"],
    already_so: ["already", "=", "No change"],
    duplicate: ["duplicate", "2", "Scanned twice"],
    refused: ["refused", "\u2715", "Refused"],
    ambiguous: ["unknown", "?", "Which one?"],
    unknown: ["unknown", "?", "Unknown"],
    unknown_badge: ["unknown", "?", "Unknown badge"],
    empty: ["again", "\u21bb", "Scan again"],
    too_long: ["again", "\u21bb", "Code too long"],
    control_characters: ["again", "\u21bb", "Unusable code"],
    invalid_text: ["again", "\u21bb", "Unusable code"],
    broken: ["again", "\u21bb", "Scan again"],
  };
  const asks = {
    counter: "Scan a badge, or an asset to check it in",
    checkout: "Scan a badge first",
    checkin: "Scan the assets being returned",
    transfer: "Scan the new holder's badge first",
    audit: "Scan the location's label first",
    lookup: "Scan anything to look it up",
  };
  const faces = {
    socket: "depotctl", station: "HTTP", snipe_it: "Snipe-IT", atech: "ATech", incident_iq: "Incident IQ",
    issue_asset: "Issue Asset",
  };
  const takesHolder = ["counter", "checkout", "transfer"];
  const lanes = new Map();
  const scanners = new Map();
  const cards = new Map();
  let skew = 0;
  let source = null;
  let retry = null;
  let lostSince = null;

  const $ = (id) => document.getElementById(id);
  const make = (tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined && text !== null) element.textContent = text;
    return element;
  };
  const now = () => Date.now() + skew;
  // at most so many characters, and no word so long that it fills a card; the rest is in the title
  const clipped = (text, most) => {
    const words = text.replace(/\S{33,}/gu, (word) => {
      const letters = Array.from(word);
      return letters.length > 32 ? letters.slice(0, 22).join("") + "\u2026" + letters.slice(-8).join("") : word;
    });
    const letters = Array.from(words);
    return letters.length > most ? letters.slice(0, most - 1).join("") + "\u2026" : words;
  };
  const short = (tag, name, text, most) => {
    const shown = clipped(text, most);
    const element = make(tag, name, shown);
    if (shown !== text) element.title = text;
    return element;
  };
  const time = (text) => new Date(text).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const look = (outcome, reason) =>
    reason === "not_recorded" ? ["again", "!", "Not recorded"] : outcomes[outcome] || ["idle", "\u00b7", outcome];

  // Lanes

  function visible() {
    const all = [...lanes.values()].sort((a, b) => a.id - b.id);
    const live = all.filter((lane) => lane.connected || (lane.last && now() - Date.parse(lane.last.at) < 600000));
    return live.length ? live : all.filter((lane) => lane.scanner);
  }

  function drawLanes() {
    const shown = visible();
    const main = $("lanes");
    const wanted = new Set(shown.map((lane) => lane.id));
    for (const [id, card] of cards) {
      if (!wanted.has(id)) { card.remove(); cards.delete(id); }
    }
    main.querySelector(".empty")?.remove();
    if (!shown.length) main.append(make("p", "empty", "No scanner yet. Plug one in, and its lane appears here."));
    for (const lane of shown) {
      const card = drawLane(lane);
      const old = cards.get(lane.id);
      if (old) old.replaceWith(card); else main.append(card);
      cards.set(lane.id, card);
    }
  }

  function drawLane(lane) {
    const last = lane.last;
    const [tone, icon, word] = last ? look(last.outcome, last.reason) : ["idle", "", ""];
    const card = make("section", "lane");
    card.dataset.tone = tone;
    card.dataset.scan = last ? last.scan : "";
    const before = cards.get(lane.id);
    if (last && before && before.dataset.scan !== last.scan) card.classList.add("fresh");
    if (!lane.connected && lane.scanner) card.classList.add("off");

    const head = make("div", "lane-head");
    const title = make("div", "lane-title");
    title.append(short("div", "lane-name", lane.name, 40));
    if (!lane.connected && lane.scanner) title.append(make("div", "warn", "Scanner not connected"));
    if (lane.operator) title.append(short("div", "faint", "Operator " + lane.operator, 50));
    head.append(title, make("span", "mode", lane.mode));
    card.append(head);

    const holder = make("div", "holder");
    if (lane.holder) {
      holder.append(make("div", "holder-label", "Holder"));
      holder.append(short("div", "holder-name", lane.holder.name, 60));
      const bar = make("div", "bar");
      bar.append(make("div"));
      holder.append(bar);
    } else if (lane.location && !takesHolder.includes(lane.mode)) {
      holder.append(make("div", "holder-label", "Location"));
      holder.append(short("div", "holder-name", lane.location.name, 60));
    } else {
      holder.append(make("div", "holder-none", asks[lane.mode] || ""));
    }
    card.append(holder);

    const result = make("div", "result");
    if (last) {
      const heading = make("div", "result-word");
      heading.append(make("span", "icon", icon), make("span", "", word));
      result.append(heading, short("div", "result-text", last.message, 140));
      if (last.candidates.length) {
        const names = last.candidates.slice(0, 4).map((match) => match.label + (match.detail ? " (" + match.detail + ")" : ""));
        const listed = make("div", "result-more", names.map((name) => clipped(name, 40)).join(" \u00b7 "));
        listed.title = names.join(" \u00b7 ");
        result.append(listed);
      }
      const more = make("div", "result-more");
      more.append(short("code", "", last.code, 40), " \u00b7 " + time(last.at));
      result.append(more);
    } else {
      result.append(make("div", "result-text", "Ready"));
    }
    card.append(result);
    age(card, lane);
    return card;
  }

  function age(card, lane) {
    card.classList.toggle("old", Boolean(lane.last) && now() - Date.parse(lane.last.at) > 45000);
    const bar = card.querySelector(".bar > div");
    if (!bar) return;
    const left = lane.deadline ? Date.parse(lane.deadline) - now() : 0;
    lane.span = Math.max(lane.span || 1, left);
    bar.style.width = Math.max(0, Math.min(100, (100 * left) / lane.span)) + "%";
  }

  // Recent results

  function note(event) {
    const isScanner = event.kind.startsWith("scanner_");
    if (event.kind === "administration" || (event.kind === "scan" && event.outcome === "duplicate")) return;
    const [tone, icon] =
      event.kind === "scan" ? look(event.outcome, null)
      : isScanner ? [event.kind === "scanner_connected" ? "idle" : "again", event.kind === "scanner_connected" ? "+" : "!"]
      : outcomes.applied;
    const item = make("li");
    const mark = make("span", "tone", icon);
    mark.dataset.tone = tone;
    const what = make("div", "what");
    const text = event.message || [event.asset && event.asset.asset_tag, event.kind].filter(Boolean).join(": ");
    what.append(short("div", "what-text", text, 100));
    const lane = lanes.get(event.origin.lane_id);
    const who = lane ? lane.name : faces[event.origin.face] || event.actor.name;
    what.append(short("div", "when", time(event.at) + " \u00b7 " + who, 50));
    item.append(mark, what);
    const list = $("recent");
    list.prepend(item);
    while (list.children.length > 9) list.lastChild.remove();
  }

  // Scanners

  function drawScanners() {
    const all = [...scanners.values()].sort((a, b) => a.lane_id - b.lane_id);
    const words = { ready: "ready", settling: "settling", failing: "failing", unplugged: "not connected" };
    $("scanners").replaceChildren(...all.map((scanner) => {
      const state = words[scanner.state] || scanner.state;
      const problem = scanner.state === "failing" && scanner.problem ? " (" + scanner.problem.message + ")" : "";
      const item = make("span", "", clipped(scanner.name, 40) + ": " + state + problem);
      item.title = scanner.name + ": " + state + problem;
      item.dataset.state = scanner.state;
      return item;
    }));
    const ready = all.filter((scanner) => scanner.state === "ready").length;
    $("summary").textContent = all.length ? ready + " of " + all.length + " scanners ready" : "No scanners";
  }

  // Health

  function drawHealth(problems) {
    const worst = problems[0];
    $("health").hidden = !worst;
    $("health").textContent = worst ? worst.message + (worst.hint ? " \u2013 " + worst.hint : "") : "";
  }

  // Connection

  function lost(text) {
    if (lostSince === null) lostSince = Date.now();
    const since = new Date(lostSince).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    $("banner").textContent = text + " Showing the state as of " + since + ". Reconnecting\u2026";
    $("banner").hidden = false;
    document.body.classList.add("lost");
  }

  function found() {
    lostSince = null;
    $("banner").hidden = true;
    document.body.classList.remove("lost");
  }

  async function get(path) {
    const reply = await fetch(api + path, { cache: "no-store", signal: AbortSignal.timeout(8000) });
    if (reply.status === 401 || reply.status === 403) { location.reload(); throw new Error("not paired"); }
    if (!reply.ok) throw new Error("status " + reply.status);
    return reply.json();
  }

  async function refresh() {
    const [status, laneList, scannerList] = await Promise.all([get("status"), get("lanes"), get("scanners")]);
    skew = Date.parse(status.now) - Date.now();
    lanes.clear();
    for (const lane of laneList.lanes) lanes.set(lane.id, lane);
    scanners.clear();
    for (const scanner of scannerList.scanners) scanners.set(scanner.identity, scanner);
    drawLanes();
    drawScanners();
    drawHealth(status.problems.filter((problem) => !scannerList.scanners.some(
      (scanner) => scanner.problem && scanner.problem.message === problem.message)));
    return status;
  }

  function again() {
    source?.close();
    source = null;
    clearTimeout(retry);
    retry = setTimeout(connect, 2000);
  }

  async function connect() {
    try {
      const status = await refresh();
      $("recent").replaceChildren();
      const since = Math.max(0, status.last_event - 12);
      source = new EventSource(api + "events?since=" + since);
    } catch {
      lost("No connection to the station.");
      again();
      return;
    }
    let isFirst = true;
    source.onopen = () => {
      found();
      if (!isFirst) refresh().catch(() => {});
      isFirst = false;
    };
    source.onerror = () => {
      lost("Lost the connection to the station.");
      if (source && source.readyState === EventSource.CLOSED) again();
    };
    source.addEventListener("event", (message) => note(JSON.parse(message.data)));
    source.addEventListener("lane", (message) => {
      const lane = JSON.parse(message.data);
      lanes.set(lane.id, lane);
      drawLanes();
    });
    source.addEventListener("health", (message) => drawHealth(JSON.parse(message.data).problems));
    source.addEventListener("scanner", (message) => {
      const scanner = JSON.parse(message.data);
      scanners.set(scanner.identity, scanner);
      drawScanners();
    });
  }

  // A pulled cable closes nothing, so the station is asked now and then whether it is there.
  async function check() {
    try {
      const reply = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(6000) });
      // where it cannot write, the stream has said so
      if (!reply.ok && reply.status !== 503) lost("The station is not working.");
      else if (lostSince !== null && (!source || source.readyState !== EventSource.OPEN)) again();
      else if (lostSince !== null) found();
    } catch {
      lost("No connection to the station.");
    }
  }

  setInterval(() => {
    $("clock").textContent = new Date(now()).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    for (const [id, card] of cards) { const lane = lanes.get(id); if (lane) age(card, lane); }
  }, 1000);
  setInterval(check, 10000);
  connect();
})();
