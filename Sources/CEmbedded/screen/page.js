// The document's elements. They are made once and changed in place, so that only what changed is drawn and read out.

import { clipped } from "./text.js";

/** Returns the element with the id. */
export const byID = (id) => document.getElementById(id);

/** Makes an element with a class and children, texts among them. */
export function make(tag, name = "", ...children) {
  const element = document.createElement(tag);
  if (name) element.className = name;
  element.append(...children);
  return element;
}

/** Makes a button. */
export function button(name, action) {
  const element = make("button", name);
  element.type = "button";
  element.addEventListener("click", () => { if (!isOff(element)) action(element); });
  return element;
}

/** Makes one of the shapes of the page. */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const element = document.createElementNS(space, "svg");
  element.setAttribute("class", "icon");
  element.setAttribute("aria-hidden", "true");
  element.append(document.createElementNS(space, "use"));
  setIcon(element, name);
  return element;
}

/** Changes the shape. */
export const setIcon = (element, name) => setAttribute(element.firstChild, "href", `#icon-${name}`);

/** Changes an attribute, or removes it where the value is null. */
export function setAttribute(element, name, value) {
  if (value === null) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, value);
}

/** Changes the text. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shows at most so many letters of a text from outside, in its own direction; the whole is in the title. */
export function setShort(element, text, most) {
  const shown = clipped(text, most);
  setText(element, shown);
  setAttribute(element, "dir", "auto");
  setAttribute(element, "title", shown === text ? null : String(text).slice(0, 300));
}

/** Shows or hides the element. */
export function setShown(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

/** Switches a button off in a way that keeps the focus where it is. */
export const setOff = (element, off) => setAttribute(element, "aria-disabled", off ? "true" : null);

/** Returns whether a button is switched off. */
export const isOff = (element) => element.getAttribute("aria-disabled") === "true";

/** Makes the list's children those of the items, in their order; an item with a known key keeps its element. */
export function reconcile(list, items, key, create, update) {
  const known = new Map(Array.from(list.children, (child) => [child.dataset.key, child]));
  let place = list.firstChild;
  for (const item of items) {
    const name = String(key(item));
    let child = known.get(name);
    if (child) known.delete(name);
    else {
      child = create(item);
      child.dataset.key = name;
    }
    update(child, item);
    if (child === place) place = place.nextSibling;
    else list.insertBefore(child, place);
  }
  for (const child of known.values()) child.remove();
}

/** Opens a dialog, which its own button, Escape and a touch beside it close. */
export function open(dialog) {
  if (!dialog.dataset.ready) {
    dialog.dataset.ready = "true";
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog || event.target.closest(".close")) dialog.close();
    });
  }
  dialog.showModal();
}
