// A job while it happens: the stream of its events, and asking where there is none. Without this the page reloads itself.
const SILENT_MS = 12_000; // the server says something every 5 s
const ASK_MS = 5_000;
const LONGEST_WAIT_MS = 30_000;
const ASK_AFTER_TRIES = 3;
const SAY_EVERY_MS = 30_000;

const live = document.querySelector("#live");
const pause = document.querySelector("#pause");
const said = document.querySelector("#said");
const watch = document.querySelector("#watch");
const log = document.querySelector("#lines");
const box = log?.parentElement;
const toEnd = document.querySelector("#to-end");
const icon = document.querySelector('link[rel="icon"]');

let cursor = live.dataset.cursor;
let source = null;
let heardAt = 0;
let tries = 0;
let again = 0;
let paused = false;
let over = false;

// The word, and what the page does: live, reconnecting, polling, paused.
function become(word) {
  if (live.dataset.word === word) return;
  live.dataset.word = word;
  document.querySelector("#word").textContent = live.dataset[word];
}

function open() {
  close();
  if (over || paused || document.hidden) return;
  heardAt = performance.now();
  source = new EventSource(`${live.dataset.events}?after=${encodeURIComponent(cursor)}`);
  const on = (name, act) => source.addEventListener(name, (event) => {
    heardAt = performance.now();
    tries = 0;
    become("live");
    act(JSON.parse(event.data));
    if (event.lastEventId) cursor = event.lastEventId;
  });
  on("state", () => renewSoon());
  on("log", (piece) => append(piece.lines, piece.first));
  on("ping", () => {});
  on("end", () => finish());
  // It never comes back by itself from an answer that is no stream, so the waiting is ours.
  source.addEventListener("error", lose);
}

function close() {
  clearTimeout(again);
  source?.close();
  source = null;
}

function lose() {
  close();
  tries += 1;
  become(tries < ASK_AFTER_TRIES ? "reconnecting" : "polling");
  const wait = Math.min(LONGEST_WAIT_MS, 1000 * 2 ** (tries - 1));
  again = setTimeout(open, wait * (0.5 + Math.random() / 2));
}

function stop() {
  close();
  become("paused");
}

function finish() {
  over = true;
  close();
  live.hidden = true;
  renew();
}

setInterval(() => {
  if (source && performance.now() - heardAt > SILENT_MS) lose();
}, 1000);

setInterval(async () => {
  if (over || paused || document.hidden) return;
  const asking = live.dataset.word === "polling";
  if (asking || watch.querySelector("[data-moves]")) await renew();
  if (asking && log) await fetchLines();
}, ASK_MS);

document.addEventListener("visibilitychange", () => {
  if (over || paused) return;
  if (document.hidden) stop();
  else open();
});

pause.addEventListener("click", () => {
  paused = !paused;
  const text = pause.textContent;
  pause.textContent = pause.dataset.goOn;
  pause.dataset.goOn = text;
  if (paused) stop();
  else open();
});

// The page itself has the words; it is asked for at most once a second, or in five where motion is unwelcome, and once
// more after the last change.
const CALM_MS = 5000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");
let renewing = false;
let changed = false;
async function renewSoon() {
  changed = true;
  if (renewing) return;
  renewing = true;
  while (changed) {
    changed = false;
    await renew();
    await new Promise((done) => setTimeout(done, calm.matches ? CALM_MS : 1000));
  }
  renewing = false;
}

async function renew() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) return;
    show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    // The server is away for a moment; the stream notices too.
  }
}

function show(page) {
  const fresh = page.querySelector("#watch");
  if (!fresh || busy()) return;
  const before = watch.querySelector(".state").textContent;
  watch.replaceChildren(...fresh.childNodes);
  watch.dataset.tone = fresh.dataset.tone;
  document.title = page.title;
  paintIcon();
  announce(watch.querySelector(".state").textContent !== before);
  if ("over" in fresh.dataset && !over) finish();
}

// Nothing moves under somebody who is about to press, or was asked whether to cancel.
const busy = () => watch.contains(document.activeElement) || watch.querySelector("details.confirm[open]") !== null;

let saidAt = 0;
function announce(changed) {
  if (!changed && performance.now() - saidAt < SAY_EVERY_MS) return;
  saidAt = performance.now();
  said.textContent = watch.querySelector(".lead").textContent.trim().replace(/\s+/g, " ");
}

function paintIcon() {
  const tone = watch.dataset.tone === "plain" ? "front" : watch.dataset.tone;
  const colour = getComputedStyle(document.documentElement).getPropertyValue(`--${tone}`).trim();
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7" fill="${colour}"/></svg>`;
  icon.href = `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

// The log stays where it is read, and follows its end only while the end is in sight.
const last = () => log.start + log.children.length - 1;
const atEnd = () => box.scrollHeight - box.scrollTop - box.clientHeight < 24;
let unread = 0;

function append(lines, first) {
  if (!log || first > last() + 1) return;
  const news = lines.slice(last() + 1 - first);
  const follow = atEnd();
  let attempt = Number(log.dataset.newest ?? 0);
  for (const line of news) {
    const item = document.createElement("li");
    item.id = `L${last() + 1}`;
    item.textContent = line.text;
    if (line.attempt !== attempt) item.dataset.starts = log.dataset.attempt.replace("{n}", line.attempt);
    attempt = line.attempt;
    log.append(item);
  }
  log.dataset.newest = attempt;
  document.querySelector("#no-lines").hidden = log.children.length > 0;
  if (follow) box.scrollTop = box.scrollHeight;
  else tellUnread(unread + news.length);
}

async function fetchLines() {
  try {
    const answer = await fetch(`${live.dataset.log}?from=${last() + 1}`, { cache: "no-store" });
    if (!answer.ok) return;
    const text = await answer.text();
    const attempt = Number(log.dataset.newest ?? 0);
    append(text.split("\n").slice(0, -1).map((line) => ({ attempt, text: line })), last() + 1);
    cursor = `asked.${last()}`;
  } catch {
    // Asked again in a moment.
  }
}

function tellUnread(count) {
  unread = count;
  toEnd.hidden = count === 0;
  toEnd.textContent = (count === 1 ? toEnd.dataset.one : toEnd.dataset.many).replace("{n}", count);
}

if (log) {
  box.addEventListener("scroll", () => atEnd() && tellUnread(0));
  toEnd.addEventListener("click", () => {
    box.scrollTop = box.scrollHeight;
    box.focus();
  });
  if (!location.hash) box.scrollTop = box.scrollHeight;
}

live.hidden = false;
become("reconnecting");
paintIcon();
open();
if (document.hidden) stop();
