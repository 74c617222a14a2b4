// The words of the page's language, and texts from outside as they are shown.

export const language = document.documentElement.lang;
let words = {};

/** Loads the words of the language. */
export async function loadWords() {
  const reply = await fetch(`/screen/${language}.json`, { cache: "no-cache" });
  if (!reply.ok) throw new Error(`status ${reply.status}`);
  words = await reply.json();
}

/** Returns whether the language has the words. */
export const has = (key) => Object.hasOwn(words, key);

/**
 * Returns the words with the values in the place of their names.
 * A value is isolated (UAX #9), so that one written from right to left leaves its neighbours where they are.
 */
export function say(key, values = {}) {
  return (words[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => {
    const value = values[name] ?? "";
    return typeof value === "number" ? String(value) : `\u2068${plain(value)}\u2069`;
  });
}

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(language) : null;
const letters = (text) => (segmenter ? Array.from(segmenter.segment(text), (part) => part.segment) : Array.from(text));

/** Returns the text on one line, with signs for control characters, and without those that turn the direction of writing. */
export const plain = (text) =>
  String(text).replace(/[\u202a-\u202e\u2066-\u2069]/g, "").replace(/\\u\{9\}|\t/g, "\u21e5").replace(/\\u\{1d\}/gi, "\u241d")
    .replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]/g, " ");

/** Returns at most so many letters of the text; a word too long for a line is cut in its middle. */
export function clipped(text, most) {
  const shown = plain(text).replace(/\S{33,}/gu, (word) => {
    const all = letters(word.slice(0, 2000));
    return all.length > 32 ? all.slice(0, 22).join("") + "\u2026" + all.slice(-8).join("") : word;
  });
  if (shown.length <= most) return shown;
  const all = letters(shown.slice(0, most * 8));
  return all.length > most ? all.slice(0, most - 1).join("") + "\u2026" : shown;
}

// days and hours as the country of the browser writes them, if it is one of the language
const region = navigator.languages?.find((name) => name.split("-")[0] === language) ?? language;
const timeFormat = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit" });
const secondFormat = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dateFormat = new Intl.DateTimeFormat(region, { day: "numeric", month: "short" });
const yearFormat = new Intl.DateTimeFormat(region, { day: "numeric", month: "short", year: "numeric" });

/** Returns hours and minutes of a time in milliseconds. */
export const clock = (time) => timeFormat.format(time);

/** Returns hours, minutes and seconds of a time in milliseconds. */
export const moment = (time) => secondFormat.format(time);

/** Returns the day of a date or time in ISO 8601, with the year where it is another one than this. */
export function day(text) {
  // a date without a time is a day of this place, not of UTC
  const date = new Date(text.length === 10 ? `${text}T00:00` : text);
  if (Number.isNaN(date.getTime())) return plain(text);
  return (date.getFullYear() === new Date().getFullYear() ? dateFormat : yearFormat).format(date);
}

/** Returns a span in milliseconds as `52 s` or `9:12 min`. */
export function span(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds <= 90) return say("time.seconds", { n: seconds });
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")} ${say("time.minutes")}`;
}
