// Returns what is wrong with the layout of the page: what overflows, overlaps, is cut, or is hard to read.
const wrong = [];
const root = document.documentElement;
const name = (e) => `${e.tagName.toLowerCase()}.${e.getAttribute("class") ?? ""}#${e.id} “${e.textContent.trim().slice(0, 30)}”`;
const style = (e) => getComputedStyle(e);
const isSeen = (e) => {
  const box = e.getBoundingClientRect();
  return box.width > 1 && box.height > 1 && style(e).visibility !== "hidden" && !e.closest(".unseen, .shapes, svg, noscript");
};

if (root.scrollWidth > innerWidth || root.scrollHeight > innerHeight) wrong.push(`the page is ${root.scrollWidth} by ${root.scrollHeight}`);
const lanes = document.querySelector("#lanes");
if (lanes.scrollHeight > lanes.clientHeight + 1 && lanes.children.length <= 4) wrong.push("the lanes scroll");

// a text that ends in an ellipsis is cut on purpose, and of a list what does not fit whole is not shown
const isCutOnPurpose = (e) => style(e).webkitLineClamp !== "none" || style(e).textOverflow === "ellipsis"
  || e.matches(".items, #recent, #scanners, .choices, option, progress, input, select");
for (const e of document.querySelectorAll("body *")) {
  if (!isSeen(e) || !e.clientWidth || isCutOnPurpose(e) || e === lanes) continue;
  if (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1) {
    wrong.push(`${e.scrollWidth} by ${e.scrollHeight} in ${e.clientWidth} by ${e.clientHeight}: ${name(e)}`);
  }
}

// what is left of an element when all that clip it have clipped
const visibleBox = (e) => {
  const { left, top, right, bottom } = e.getBoundingClientRect();
  const box = { left, top, right, bottom };
  for (let around = e.parentElement; around; around = around.parentElement) {
    if (style(around).overflow === "visible") continue;
    const edge = around.getBoundingClientRect();
    box.left = Math.max(box.left, edge.left);
    box.top = Math.max(box.top, edge.top);
    box.right = Math.min(box.right, edge.right);
    box.bottom = Math.min(box.bottom, edge.bottom);
  }
  return box;
};
const boxes = [...document.querySelectorAll("h1, h2, h3, p, button, input, select, progress, .item, #recent li, #scanners li")]
  .filter((e) => isSeen(e) && !e.closest("dialog")).map((e) => [e, visibleBox(e)])
  .filter(([, box]) => box.right - box.left > 1 && box.bottom - box.top > 1);
boxes.forEach(([e, a], index) => {
  for (const [other, b] of boxes.slice(index + 1)) {
    if (e.contains(other) || other.contains(e)) continue;
    const [width, height] = [Math.min(a.right, b.right) - Math.max(a.left, b.left), Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top)];
    if (width > 2 && height > 2) wrong.push(`${name(e)} lies over ${name(other)}`);
  }
  const whole = e.getBoundingClientRect();
  const left = a.bottom - a.top;
  const scrolls = e.closest(".choices") || (lanes.contains(e) && lanes.scrollHeight > lanes.clientHeight);
  if (left < whole.height - 2 && !scrolls) wrong.push(`${Math.round(left)} of ${Math.round(whole.height)} pixels left of ${name(e)}`);
});

// WCAG 2.2, 1.4.3: 4.5 to 1
const channels = (colour) => {
  const numbers = colour.match(/[\d.]+/g).map(Number);
  return colour.startsWith("color(") ? [...numbers.slice(0, 3).map((n) => n * 255), numbers[3] ?? 1] : [...numbers.slice(0, 3), numbers[3] ?? 1];
};
const luminance = (rgb) => {
  const [r, g, b] = rgb.map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
for (const e of document.querySelectorAll("body *")) {
  const hasText = [...e.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!isSeen(e) || !(hasText || e.matches("input"))) continue;
  let ground = [255, 255, 255, 1];
  for (let around = e; around; around = around.parentElement) {
    const colour = channels(style(around).backgroundColor);
    if (colour[3] > 0.99) { ground = colour; break; }
  }
  const [high, low] = [luminance(channels(style(e).color)), luminance(ground)].sort((a, b) => b - a);
  const contrast = (high + 0.05) / (low + 0.05);
  if (contrast < 4.5) wrong.push(`contrast ${contrast.toFixed(2)}: ${name(e)}`);
}

// from two metres: letters of the result
for (const word of document.querySelectorAll(".word-text")) {
  const size = parseFloat(style(word).fontSize);
  const least = lanes.children.length > 4 || innerWidth < 500 ? 16 : 22;
  if (isSeen(word) && size < least) wrong.push(`letters of ${size} pixels: ${name(word)}`);
}
return wrong;
