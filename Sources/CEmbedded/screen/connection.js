// The station as this page knows it: its state, the stream of what changes, and what to do about a loss of either.

const api = "/station/v1/";
const second = 1000;

/** An answer other than success, with the station's own words. */
export class Refusal extends Error {
  constructor(status, error) {
    super(error?.message ?? `${status}`);
    this.status = status;
    this.hint = error?.hint ?? null;
  }
}

async function request(path, options = {}) {
  const reply = await fetch(api + path, { cache: "no-store", signal: AbortSignal.timeout(8 * second), ...options });
  const body = await reply.json().catch(() => null);
  if (!reply.ok) throw new Refusal(reply.status, body?.error);
  return body;
}

/** Reads a path of the station API. */
export const read = (path, options) => request(path, options);

/** Posts a body to a path of the station API. */
export const post = (path, body = {}) =>
  request(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

/**
 * The connection. It tells `listener`: state(status, lanes, scanners), lane(lane), scanner(scanner), event(event, isMissed),
 * health(problems), lost(since, reason), found(since).
 */
export class Connection {
  constructor(listener) {
    this.listener = listener;
    this.source = null;
    this.retry = null;
    this.lostSince = null;
    /** The newest event that was told, or null before the first connection. */
    this.last = null;
    /** The newest event when the connection came back: those up to it were missed. */
    this.missedUntil = 0;
    this.skew = 0;
    setInterval(() => this.check(), 4 * second);
    addEventListener("offline", () => this.lose("network"));
    addEventListener("online", () => this.check());
    this.connect();
  }

  /** The station's time in milliseconds. */
  now() { return Date.now() + this.skew; }

  lose(reason) {
    this.lostSince ??= this.now();
    this.listener.lost(this.lostSince, reason);
  }

  find() {
    if (this.lostSince === null) return;
    const since = this.lostSince;
    this.lostSince = null;
    this.listener.found(since);
  }

  async refresh() {
    const [status, lanes, scanners] = await Promise.all([read("status"), read("lanes"), read("scanners")]);
    this.skew = Date.parse(status.now) - Date.now();
    this.listener.state(status, lanes.lanes, scanners.scanners);
    return status;
  }

  again() {
    this.source?.close();
    this.source = null;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.connect(), 2 * second);
  }

  async connect() {
    let status;
    try {
      status = await this.refresh();
    } catch (error) {
      // no longer paired: the page itself says how to pair it
      if (error instanceof Refusal && (error.status === 401 || error.status === 403)) { location.reload(); return; }
      this.lose("network");
      this.again();
      return;
    }
    const newest = status.last_event;
    // a ledger with fewer events is another one, and is shown from its end
    const isKnown = this.last !== null && this.last <= newest;
    if (isKnown) this.missedUntil = newest;
    const since = isKnown ? this.last : Math.max(0, newest - 100);
    this.last = since;
    this.listen(new EventSource(`${api}events?since=${since}`));
  }

  listen(source) {
    this.source?.close();
    this.source = source;
    let isFirst = true;
    source.onopen = async () => {
      // the stream resumes by itself; the lanes do not
      if (!isFirst) {
        try { this.missedUntil = (await this.refresh()).last_event; } catch { return; }
      }
      isFirst = false;
      this.find();
    };
    source.onerror = () => {
      this.lose("stream");
      if (source === this.source && source.readyState === EventSource.CLOSED) this.again();
    };
    source.addEventListener("event", (message) => {
      const event = JSON.parse(message.data);
      if (event.number <= this.last) return;
      this.last = event.number;
      this.listener.event(event, event.number <= this.missedUntil || this.lostSince !== null);
    });
    source.addEventListener("lane", (message) => this.listener.lane(JSON.parse(message.data)));
    source.addEventListener("scanner", (message) => this.listener.scanner(JSON.parse(message.data)));
    source.addEventListener("health", (message) => this.listener.health(JSON.parse(message.data).problems));
  }

  /** A pulled cable closes nothing, so the station is asked now and then whether it is there. */
  async check() {
    try {
      const reply = await fetch("/health", { cache: "no-store", signal: AbortSignal.timeout(4 * second) });
      // where it cannot write, the stream has said so
      if (!reply.ok && reply.status !== 503) this.lose("station");
      else if (this.lostSince === null) return;
      else if (this.source?.readyState === EventSource.OPEN) {
        await this.refresh();
        this.find();
      } else this.again();
    } catch {
      this.lose("network");
    }
  }
}
