// A sound for each tone, made by Web Audio: nobody looks at a screen for each of twenty scans.

import { say } from "./text.js";
import { setAttribute, setText } from "./page.js";

// [hertz, start and length in seconds], and the form of the wave
const sounds = {
  done: ["sine", [880, 0, 0.09], [1319, 0.09, 0.16]],
  warning: ["triangle", [988, 0, 0.1], [784, 0.13, 0.1], [988, 0.26, 0.14]],
  already_so: ["sine", [659, 0, 0.22]],
  duplicate: ["triangle", [523, 0, 0.05], [523, 0.09, 0.05]],
  question: ["sine", [587, 0, 0.12], [880, 0.14, 0.24]],
  refused: ["sawtooth", [165, 0, 0.5]],
  unknown: ["square", [440, 0, 0.12], [349, 0.14, 0.12], [277, 0.28, 0.22]],
  again: ["square", [220, 0, 0.1], [220, 0.16, 0.1], [220, 0.32, 0.1]],
  unplugged: ["triangle", [523, 0, 0.12], [392, 0.14, 0.24]],
  info: ["sine", [784, 0, 0.07]],
};
const loudness = { sine: 0.3, triangle: 0.3, square: 0.1, sawtooth: 0.14 };
const setting = "depot.sound";
let audio = null;
let isOn = read() !== "off";
let lastAt = 0;

function read() {
  try { return localStorage.getItem(setting); } catch { return null; }
}

/** Returns whether there are sounds: on, off, or waiting for the first touch or key, before which browsers are silent. */
export const soundState = () => (!isOn ? "off" : !audio || audio.state !== "running" ? "waiting" : "on");

/** Plays the sound of the tone. */
export function play(tone) {
  document.documentElement.dataset.sounded = tone;
  if (soundState() !== "on" || !sounds[tone]) return;
  const now = audio.currentTime;
  if (now - lastAt < 0.05) return;
  lastAt = now;
  const [form, ...notes] = sounds[tone];
  for (const [hertz, start, length] of notes) {
    const [source, gain] = [audio.createOscillator(), audio.createGain()];
    source.type = form;
    source.frequency.value = hertz;
    const [from, to] = [now + 0.01 + start, now + 0.01 + start + length];
    gain.gain.setValueAtTime(0, from);
    gain.gain.linearRampToValueAtTime(loudness[form], from + 0.008);
    gain.gain.setValueAtTime(loudness[form], Math.max(from + 0.008, to - 0.02));
    gain.gain.linearRampToValueAtTime(0, to);
    source.connect(gain).connect(audio.destination);
    source.start(from);
    source.stop(to + 0.02);
  }
}

/** Makes the button switch the sounds, and the first touch or key start them. */
export function installSound(button) {
  const draw = () => {
    const state = soundState();
    setText(button, say(`sound.${state}`));
    setAttribute(button, "aria-pressed", state === "off" ? "false" : "true");
    button.dataset.state = state;
  };
  const start = () => {
    if (!isOn) return;
    try { audio ??= new AudioContext(); } catch { return; }
    audio.onstatechange = draw;
    if (audio.state === "suspended") audio.resume().catch(() => {});
  };
  button.addEventListener("click", () => {
    // the touch that starts them is no wish to end them
    if (button.dataset.state === "waiting") { play("info"); return; }
    isOn = !isOn;
    try { localStorage.setItem(setting, isOn ? "on" : "off"); } catch { /* for this visit then */ }
    start();
    draw();
  });
  for (const event of ["pointerdown", "keydown"]) document.addEventListener(event, start, { capture: true });
  // where the browser lets the page sound by itself, it does
  start();
  draw();
}
