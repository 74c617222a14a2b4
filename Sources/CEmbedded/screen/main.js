// The counter screen: what the station tells is collected, and drawn once for each frame.

import { Connection, Refusal, post, read } from "./connection.js";
import { LaneCard } from "./lane.js";
import { byID, make, open, reconcile, setAttribute, setShown, setText } from "./page.js";
import { RecentList } from "./recent.js";
import { SearchBox } from "./search.js";
import { installSound, play } from "./sound.js";
import { clipped, clock, loadWords, moment, say } from "./text.js";

const lanes = new Map();
const scanners = new Map();
const cards = new Map();
const keptLast = 10 * 60_000;
let events = [];
// the results that were missed in the time without connection, and from when to when that was
let missed = 0;
let gap = null;
let gapTimer = null;
let problems = [];
let isDue = false;
let mayAct = false;
let connection;
let search;

// Drawing

/** Draws what changed at the next frame, however much that is. */
function draw() {
  if (isDue) return;
  isDue = true;
  requestAnimationFrame(() => {
    isDue = false;
    drawLanes();
    drawRecent();
    drawScanners();
    drawClock();
  });
}

/** The lanes of scanners that are or were plugged in, and the one of typed scans when it is in use. */
function shownLanes() {
  const all = [...lanes.values()].sort((a, b) => a.id - b.id);
  const now = connection.now();
  const isUsed = (lane) => lane.session || lane.holder || lane.walk || (lane.last && now - Date.parse(lane.last.at) < keptLast);
  const ofScanners = all.filter((lane) => lane.scanner && (lane.connected || scanners.has(lane.scanner) || isUsed(lane)));
  const known = ofScanners.length ? ofScanners : all.filter((lane) => lane.scanner);
  const typed = all.find((lane) => !lane.scanner);
  search.offer(typed ? [...known, typed] : known);
  return typed && (isUsed(typed) || (!known.length && mayAct)) ? [...known, typed] : known;
}

const nothing = make("p", "empty");

function drawLanes() {
  setText(nothing, say("lanes.none"));
  const main = byID("lanes");
  const shown = shownLanes();
  const now = connection.now();
  setAttribute(document.documentElement, "data-lanes", Math.min(shown.length, 9));
  const heard = [];
  if (shown.length) nothing.remove();
  reconcile(main, shown, (lane) => lane.id, (lane) => {
    const card = new LaneCard(lane.id, actions);
    cards.set(lane.id, card);
    return card.card;
  }, (_, lane) => {
    const card = cards.get(lane.id);
    const tone = card.update(lane, scanners.get(lane.scanner), now, !card.lane);
    if (tone) heard.push(tone);
  });
  if (!shown.length) main.append(nothing);
  for (const id of cards.keys()) if (!cards.get(id).card.isConnected) cards.delete(id);
  markChosen();
  for (const tone of heard) play(tone);
}

/** Marks the lane at which typed codes are scanned. */
function markChosen() {
  for (const [id, card] of cards) card.card.classList.toggle("chosen", mayAct && cards.size > 1 && id === search.lane);
}

const recent = new RecentList(byID("recent"));

function drawRecent() {
  const added = recent.add(events).filter((item) => item.isMissed).length;
  missed += added;
  events = [];
  recent.draw(lanes, connection.now());
  if (gap) setText(byID("missed"), say("lost.found", { ...gap, n: missed }));
}

function drawScanners() {
  const all = [...scanners.values()].sort((a, b) => a.lane_id - b.lane_id);
  reconcile(byID("scanners"), all, (scanner) => scanner.identity, () => make("li"), (item, scanner) => {
    const problem = scanner.state === "failing" && scanner.problem ? ` (${scanner.problem.message})` : "";
    const text = `${scanner.name}: ${say(`state.${scanner.state}`)}${problem}`;
    setText(item, clipped(text, 70));
    setAttribute(item, "title", text);
    item.dataset.state = scanner.state;
  });
  const ready = all.filter((scanner) => scanner.state === "ready").length;
  setText(byID("summary"), all.length ? say("scanners.ready", { n: ready, all: all.length }) : say("scanners.none"));
  // what a scanner has is said in its lane
  const others = problems.filter((problem) => !all.some((scanner) => scanner.problem?.message === problem.message));
  setShown(byID("problem"), others.length > 0);
  if (others.length) setText(byID("problem"), [others[0].message, others[0].hint].filter(Boolean).join(" \u2013 "));
}

function drawClock() { setText(byID("clock"), clock(connection.now())); }

function tick() {
  const now = connection.now();
  drawClock();
  for (const card of cards.values()) card.tick(now);
  recent.draw(lanes, now);
}

// What a person does

const actions = {
  mayAct: () => mayAct,
  scan: (lane, code) => post("scans", { code, lane_id: lane }),
  done: (lane) => post(`lanes/${lane}/done`),
  undo: (lane) => post(`lanes/${lane}/undo`),
  mode: (lane, mode) => post(`lanes/${lane}/mode`, { mode }),
  pick: (lane, scan, match) => post(`lanes/${lane}/choose`, { scan, kind: match.kind, id: match.id }),
  choose: (lane) => search.choose(lane),
  complain: (error) => search.tell(error instanceof Refusal ? [error.message, error.hint].filter(Boolean).join(" ") : say("lost.action")),
};

/** Finds out whether this station lets its screens act; an older one, or one that is told so, does not. */
async function learnRights() {
  try {
    await read("find?q=0&limit=1");
    mayAct = true;
  } catch (error) {
    mayAct = !(error instanceof Refusal) || ![401, 403, 404, 405].includes(error.status);
  }
  setShown(byID("search"), mayAct);
  search.wait();
  draw();
}

// What the station tells

const listener = {
  state(status, laneList, scannerList) {
    lanes.clear();
    for (const lane of laneList) lanes.set(lane.id, lane);
    scanners.clear();
    for (const scanner of scannerList) scanners.set(scanner.identity, scanner);
    problems = status.problems;
    learnRights();
    draw();
  },
  lane(lane) { lanes.set(lane.id, lane); draw(); },
  scanner(scanner) { scanners.set(scanner.identity, scanner); draw(); },
  health(list) { problems = list; draw(); },
  event(event, isMissed) {
    events.push({ event, isMissed });
    // where the page is hidden there are no frames
    if (events.length > 500) drawRecent();
    draw();
  },
  lost(since, reason) {
    setText(byID("lost"), `${say(`lost.${reason}`)} ${say("lost.since", { time: moment(since) })}`);
    setShown(byID("lost"), true);
    setShown(byID("missed"), false);
    if (gap !== null || !document.documentElement.classList.contains("lost")) missed = 0;
    gap = null;
    document.documentElement.classList.add("lost");
    for (const part of [byID("lanes"), byID("search")]) part.inert = true;
  },
  found(since) {
    setShown(byID("lost"), false);
    document.documentElement.classList.remove("lost");
    for (const part of [byID("lanes"), byID("search")]) part.inert = false;
    gap = { from: moment(since), to: moment(connection.now()) };
    drawRecent();
    setShown(byID("missed"), true);
    clearTimeout(gapTimer);
    gapTimer = setTimeout(() => {
      gap = null;
      setShown(byID("missed"), false);
    }, 20_000);
  },
};

// The beginning

try { await loadWords(); } catch {
  // the station is starting, or gone; without words there is nothing to say
  await new Promise(() => setTimeout(() => location.reload(), 3000));
}
search = new SearchBox((lane, code) => actions.scan(lane, code));
search.onplace = markChosen;
installSound(byID("sound"));
byID("print").addEventListener("click", () => open(byID("print-dialog")));
connection = new Connection(listener);
setInterval(tick, 1000);
