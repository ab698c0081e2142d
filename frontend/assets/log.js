// Search in a job's log. It marks what it finds and moves nothing; only who asks for the next line is taken there.
const SAY_AFTER_MS = 400;

const tools = document.querySelector("#log-find");
const field = tools.querySelector("input");
const shown = document.querySelector("#found");
const said = document.querySelector("#found-said");
const lines = document.querySelector("#lines");
const box = lines.parentElement;

let found = [];
let current = null;
let pattern = null;
const ranges = typeof Highlight === "function" ? new Highlight() : null;
if (ranges) CSS.highlights.set("found", ranges);

function mark(item) {
  const text = item.firstChild;
  const matches = pattern && text ? [...text.data.matchAll(pattern)] : [];
  item.classList.toggle("found", matches.length > 0);
  if (!matches.length) return;
  found.push(item);
  for (const match of ranges ? matches : []) ranges.add(rangeOf(text, match));
}

function rangeOf(text, match) {
  const range = new Range();
  range.setStart(text, match.index);
  range.setEnd(text, match.index + match[0].length);
  return range;
}

// A long line that is not wrapped is shown where its first match is.
function showAcross(text) {
  const { left, right } = box.getBoundingClientRect();
  const [match] = text.data.matchAll(pattern);
  const place = rangeOf(text, match).getBoundingClientRect();
  if (place.left < left) box.scrollLeft += place.left - left - box.clientWidth / 2;
  else if (place.right > right) box.scrollLeft += place.right - right + box.clientWidth / 2;
}

function search() {
  const words = field.value;
  pattern = words ? new RegExp(words.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&"), "giu") : null;
  found = [];
  ranges?.clear();
  point(null);
  for (const item of lines.children) mark(item);
  tell();
  sayIn(SAY_AFTER_MS);
}

function point(item) {
  current?.removeAttribute("aria-current");
  current = item;
  current?.setAttribute("aria-current", "true");
}

function tell() {
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const values = { n: found.length, i: found.indexOf(current) + 1, line: current?.id.slice(1) };
  const { none, all, at } = shown.dataset;
  shown.textContent = pattern ? fill(!found.length ? none : current ? at : all, values) : "";
  shown.toggleAttribute("href", current !== null);
  if (current) shown.href = `#${current.id}`;
}

// Said once for what the reader did; lines that arrive change the count only for the eyes.
let timer = 0;
function sayIn(wait) {
  clearTimeout(timer);
  timer = setTimeout(() => (said.textContent = shown.textContent), wait);
}

// From the line pointed at, or from the first in sight; round at either end.
function go(step) {
  if (!found.length) return sayIn(0);
  const top = box.getBoundingClientRect().top;
  const at = current ? found.indexOf(current) : found.findIndex((item) => item.getBoundingClientRect().bottom > top);
  const next = current ? at + step : step > 0 ? Math.max(at, 0) : (at < 0 ? found.length : at) - 1;
  point(found.at(next % found.length));
  const offset = current.getBoundingClientRect().top - top;
  if (offset < 0 || offset + current.offsetHeight > box.clientHeight) box.scrollTop += offset - box.clientHeight / 2;
  current.scrollIntoView({ block: "nearest" }); // the page too, where the log's end is below it
  showAcross(current.firstChild);
  tell();
  sayIn(0);
}

field.addEventListener("input", search);
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  go(event.shiftKey ? -1 : 1);
});
for (const button of tools.querySelectorAll("button")) button.addEventListener("click", () => go(Number(button.value)));
new MutationObserver((changes) => {
  if (!pattern) return;
  for (const change of changes) for (const item of change.addedNodes) mark(item);
  tell();
}).observe(lines, { childList: true });

tools.classList.remove("waits");
if (field.value) search(); // what the browser kept from before a reload
