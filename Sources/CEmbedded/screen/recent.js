// The results of all lanes, the newest first.

import { isOpen, toneOf, wordOf } from "./lane.js";
import { icon, make, reconcile, setIcon, setShort, setText } from "./page.js";
import { has, moment, say } from "./text.js";

const kept = 24;
const moves = ["checkout", "checkin", "transfer", "audit", "undo"];
const scannerTones = { scanner_connected: "ready", scanner_disconnected: "unplugged", scanner_failed: "again" };

/** Returns whether the event is of a lane or a scanner, and not of a programme or an administrator. */
function isShown(event) {
  if (event.kind in scannerTones) return true;
  if (!event.origin?.lane_id) return false;
  return moves.includes(event.kind) || (event.kind === "scan" && event.outcome !== "duplicate");
}

/** The list. */
export class RecentList {
  constructor(list) {
    this.list = list;
    this.events = [];
  }

  /** Adds events, the oldest first; returns those that the list shows. */
  add(items) {
    const shown = items.filter((item) => isShown(item.event));
    this.events = [...shown.slice(-kept).reverse(), ...this.events].slice(0, kept);
    return shown;
  }

  /** Draws the list; `lanes` are the lanes by id. */
  draw(lanes, now) {
    const rows = this.events.map(({ event, isMissed }) => {
      const lane = lanes.get(event.origin?.lane_id);
      return { event, isMissed, lane, text: this.text(event, lane, now) };
    }).filter((row) => row.text);
    reconcile(this.list, rows, (row) => row.event.number, () => {
      const row = make("li");
      row.icon = icon("info");
      row.text = make("span", "recent-text");
      row.place = make("span", "recent-place");
      row.append(row.icon, make("div", "", row.text, row.place));
      return row;
    }, (row, { event, isMissed, lane, text }) => {
      const tone = event.kind === "scan" ? toneOf(event) : scannerTones[event.kind] ?? "done";
      row.dataset.tone = tone;
      row.classList.toggle("missed", isMissed);
      setIcon(row.icon, tone);
      setShort(row.text, text, 110);
      const place = lane ? lane.name : "";
      setText(row.place, [isMissed ? say("recent.missed") : "", moment(Date.parse(event.at)), place].filter(Boolean).join(" \u00b7 "));
    });
  }

  /** The sentence of an event; when its person may have gone, one without a person, or null. */
  text(event, lane, now) {
    if (event.kind in scannerTones || isOpen(lane, Date.parse(event.at), now)) {
      return event.message || [event.asset?.asset_tag, event.kind].filter(Boolean).join(": ");
    }
    const asset = event.asset && (event.asset.name ? `${event.asset.asset_tag} (${event.asset.name})` : event.asset.asset_tag);
    if (event.kind !== "scan") return asset ? `${asset}: ${has(`kind.${event.kind}`) ? say(`kind.${event.kind}`) : event.kind}` : null;
    if (["info", "already_so"].includes(toneOf(event))) return null;
    return [asset, wordOf(event)].filter(Boolean).join(": ");
  }
}
