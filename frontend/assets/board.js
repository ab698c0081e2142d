// A board's second layer: sorting in place, the dialog of columns, new entries announced, links to copy.
// Without it every control is a link or a form.
const table = document.querySelector("table.board[data-sorts]");
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

// Texts by code points, runs of digits as numbers: 7b before 34b, as the server has it.
export function compareTexts(a, b) {
  const [left, right] = [a, b].map((text) => text.match(/[0-9]+|[^0-9]+/g) ?? []);
  for (let at = 0; at < Math.min(left.length, right.length); at++) {
    const found = comparePieces(left[at], right[at]);
    if (found) return found;
  }
  return left.length - right.length;
}

function comparePieces(a, b) {
  const [first, second] = [a, b].map((piece) => /[0-9]/.test(piece[0]));
  if (first !== second) return first ? -1 : 1;
  if (!first) return comparePoints([...a], [...b]);
  const [left, right] = [a, b].map((piece) => piece.replace(/^0+/, ""));
  return left.length - right.length || comparePoints([...left], [...right]);
}

function comparePoints(a, b) {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const found = a[at].codePointAt(0) - b[at].codePointAt(0);
    if (found) return found;
  }
  return a.length - b.length;
}

const AT_ONCE = 25;
// Rows out of sight are laid out once the others have been seen, few enough at a time for a press in between.
const WOKEN_AT_ONCE = 10;
const asleep = [...document.querySelectorAll(".picks .board tbody tr")];
const later = globalThis.requestIdleCallback ?? setTimeout;
function wake() {
  for (const row of asleep.splice(0, WOKEN_AT_ONCE)) row.classList.add("awake");
  if (asleep.length) later(wake);
}
if (document.readyState === "complete") later(wake);
else addEventListener("load", () => later(wake));

const painted = (then) => requestAnimationFrame(() => setTimeout(then));

if (table) {
  const body = table.tBodies[0];
  const initial = [...body.rows];
  // What decides between equal values has been decided by the server: rank interval, then entry. Most stand there.
  const orders = new Map(initial.filter((row) => row.dataset.id).map((row, at) => [row, Number(row.dataset.o ?? at)]));
  const tied = [...orders.keys()].sort((a, b) => orders.get(a) - orders.get(b));
  const heads = [...table.tHead.rows[0].cells];
  const said = table.parentElement.parentElement.appendChild(document.createElement("p"));
  said.className = "only-read";
  said.setAttribute("aria-live", "polite");
  const startedSorted = heads.some((head) => head.hasAttribute("aria-sort"));
  const startedAt = asked();
  let at = startedAt;
  const startedCaption = table.caption.textContent;
  let placing = null; // the newest press's; an older one stops where it is

  for (const [index, head] of heads.entries()) {
    const link = head.querySelector("a.sort");
    if (!link || !head.dataset.first) continue;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      press(head, index);
    });
  }

  // What the address asks for; what is chosen to be compared changes nothing that is shown.
  function asked() {
    const query = new URLSearchParams(location.search);
    query.delete("e");
    return String(query);
  }

  function press(head, index) {
    const { first, rest, best, worst } = head.dataset;
    const other = first === "ascending" ? "descending" : "ascending";
    const now = head.getAttribute("aria-sort");
    const next = now === null ? first : now === first ? other : null;
    // Back to the board's own order: the server's page has it, unless this page began with it.
    if (next === null && startedSorted) return location.assign(rest);
    mark(index, next);
    // The head answers at the next paint, the rows at the one after it: a slow machine takes a while for them.
    painted(() => {
      history.pushState(next && { index, next }, "", next === null ? rest : next === first ? best : worst);
      at = asked();
      show(index, next);
    });
  }

  addEventListener("popstate", ({ state }) => {
    if (asked() === at) return; // a place of the page, as a skip link leads to
    at = asked();
    if (state?.next) show(state.index, state.next);
    else if (startedSorted || at !== startedAt) location.reload();
    else show(null, null);
  });

  function mark(index, next) {
    for (const cell of heads) cell.removeAttribute("aria-sort");
    if (next) heads[index].setAttribute("aria-sort", next);
  }

  function show(index, next) {
    mark(index, next);
    table.classList.toggle("sorted-otherwise", next !== null);
    place(next ? sorted(index, next, heads[index]) : initial);
    const words = next && { ...table.dataset, ...heads[index].dataset };
    const name = next && heads[index].querySelector("a.sort").textContent.trim();
    const order = next && (next === "ascending" ? words.asc : words.desc);
    table.caption.textContent = next ? fill(table.dataset.caption, { order: `${name}, ${order}` }) : startedCaption;
    said.textContent = fill(next ? table.dataset.sorted : table.dataset.unsorted, { name, order, count: tied.length });
  }

  // Seen in its new order at once; then the rows are moved, a few at a time, so that they are also read in it.
  function place(rows) {
    const turn = (placing = {});
    rows.forEach((row, at) => {
      row.style.order = at;
      row.classList.remove("awake");
    });
    asleep.splice(0, asleep.length, ...rows);
    let placed = 0;
    const go = () => {
      if (placing !== turn) return;
      if (placed < rows.length) {
        body.append(...rows.slice(placed, (placed += AT_ONCE)));
        return setTimeout(go);
      }
      for (const row of rows) row.style.removeProperty("order");
      wake();
    };
    painted(go);
  }

  function sorted(index, direction, head) {
    const textual = head.matches(".model, .device");
    const sign = direction === "ascending" ? 1 : -1;
    const worst = head.dataset.first === "ascending" ? Infinity : -Infinity;
    const keyed = tied.map((row) => {
      const text = row.cells[index].dataset.v;
      return { row, missing: text === "", key: textual ? text : text === "inf" ? worst : Number(text) };
    });
    keyed.sort((a, b) => {
      if (a.missing || b.missing) return a.missing - b.missing;
      if (textual) return sign * compareTexts(a.key, b.key);
      return a.key === b.key ? 0 : sign * (a.key < b.key ? -1 : 1);
    });
    return [...initial.filter((row) => !row.dataset.id), ...keyed.map(({ row }) => row)];
  }
}

// Every choice takes effect at once, what is typed when its field is left or Enter is pressed. A key that steps through
// choices changes at every step: the one that a reader stays at counts.
const STEPPING_MS = 600;
const STEPS = /^(Arrow|Home|End|Page)|^.$/;
const form = document.querySelector("#view");
let ordered = false;
let key = ""; // what was pressed last in the form, unless a pointer was since
let stepping = 0;
form?.addEventListener("keydown", (event) => (key = event.key));
form?.addEventListener("pointerdown", () => (key = ""));
form?.addEventListener("change", ({ target }) => {
  ordered ||= target.name === "sort";
  clearTimeout(stepping);
  if (!STEPS.test(key) || !["select-one", "radio"].includes(target.type)) return form.requestSubmit();
  stepping = setTimeout(() => form.requestSubmit(), STEPPING_MS);
});

// Whoever chooses comes back to the same place of the page and the same control, whichever page answers.
const PLACE = "perwatt-place";
const main = document.querySelector(".board-main");
const CONTROLS = ".board a.sort, .pages a, .switch a, #view :is(select, input:not([type=hidden]))";
const controls = () => [...document.querySelectorAll(CONTROLS)];
function leave(control) {
  const y = control?.closest(".pages") ? scrollY + main.querySelector(".table-panel").getBoundingClientRect().top : scrollY;
  // Whoever works in the folded form by keys finds it open again; after Enter in a field what was found is in sight.
  const stays = key && ["select-one", "radio", "checkbox"].includes(control?.type);
  sessionStorage.setItem(PLACE, JSON.stringify({ path: location.pathname, y, name: control && called(control), stays, byKey: key !== "" }));
  main.ariaBusy = "true";
}
function called(control) {
  const alike = controls().filter((other) => other.className === control.className && other.name === control.name);
  return [control.className, control.name ?? "", control.type === "checkbox" || control.type === "radio" ? control.value : alike.indexOf(control)].join(" ");
}
function comeBack() {
  const left = JSON.parse(sessionStorage.getItem(PLACE));
  sessionStorage.removeItem(PLACE);
  if (left?.path !== location.pathname) return;
  const control = left.name && controls().find((other) => called(other) === left.name);
  const folded = control && form?.contains(control) && !control.checkVisibility();
  const filters = document.querySelector("#filters");
  if (folded && left.stays) filters.open = true;
  scrollTo(0, left.y);
  if (folded && left.byKey && !left.stays) filters.querySelector("summary").focus({ preventScroll: true });
  else if (control) control.focus({ preventScroll: true });
}
if (main) {
  comeBack();
  form?.addEventListener("submit", () => {
    // What was sorted in the page stands in the address alone.
    const { sort } = form.elements;
    const order = new URLSearchParams(location.search).get("sort") ?? "";
    if (!ordered && sort.value !== order) sort.append(Object.assign(element("option", order, { value: order }), { selected: true }));
    leave(document.activeElement);
  });
  main.addEventListener("click", (event) => {
    const link = event.target.closest(".board a.sort, .pages a, .switch a");
    if (link && !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey) leave(link);
  });
  addEventListener("pageshow", () => (main.ariaBusy = null));
}

// The columns: the form becomes a dialog, its list can be searched and its order changed.
const details = document.querySelector("details.columns");
if (details) {
  const columns = details.querySelector("form");
  const list = columns.querySelector(".chosen ol");
  const dialog = document.createElement("dialog");
  dialog.className = "columns-dialog";
  dialog.popover = "auto"; // as a modal dialog it would make the browser look at every row again
  const open = element("button", details.querySelector("summary").textContent.trim(), { type: "button", className: "button" });
  const find = element("input", "", { type: "search", placeholder: columns.dataset.find, ariaLabel: columns.dataset.find });
  const close = element("button", columns.dataset.close, { type: "button" });
  const said = element("p", "", { className: "only-read", role: "status" });
  dialog.setAttribute("aria-label", open.textContent);
  dialog.append(find, columns, said);
  columns.querySelector(".actions").append(close);
  details.replaceWith(open, dialog);
  open.setAttribute("aria-haspopup", "dialog");
  open.popoverTargetElement = dialog;
  close.addEventListener("click", () => dialog.hidePopover());
  dialog.addEventListener("toggle", ({ newState }) => newState === "open" && find.focus());
  for (const item of list.children) movable(item);

  columns.addEventListener("change", ({ target }) => {
    const item = target.closest("li");
    if (!item || !target.checked || item.parentElement === list) return;
    list.append(movable(item));
    target.focus();
  });
  find.addEventListener("input", () => {
    const words = find.value.toLowerCase().split(/\s+/);
    for (const item of columns.querySelectorAll("li")) {
      item.hidden = !words.every((word) => item.textContent.toLowerCase().includes(word));
    }
  });

  function movable(item) {
    const name = item.textContent.trim();
    const moves = [[columns.dataset.up, "↑", -1], [columns.dataset.down, "↓", 1]].map(([label, arrow, by]) => {
      const button = element("button", arrow, { type: "button", className: "move", ariaLabel: fill(label, { name }) });
      button.addEventListener("click", () => {
        const other = by < 0 ? item.previousElementSibling : item.nextElementSibling;
        other?.[by < 0 ? "before" : "after"](item);
        button.focus();
        said.textContent = fill(columns.dataset.moved, { name, at: [...list.children].indexOf(item) + 1, count: list.children.length });
      });
      return button;
    });
    item.append(...moves);
    return item;
  }
}

function element(name, text, values) {
  const made = Object.assign(document.createElement(name), values);
  made.textContent = text;
  return made;
}

// Links to copy. Without a clipboard the link itself is there.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button, new URL(button.dataset.copy, location.href).href));
  }
  for (const button of document.querySelectorAll("[data-copies]")) {
    button.textContent = button.dataset.copies;
    button.form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const answer = await fetch(button.form.action, { method: "POST", body: new FormData(button.form) });
        if (!answer.ok || !answer.url.includes("asof=")) throw new Error(answer.statusText);
        await copy(button, answer.url);
      } catch {
        button.form.submit(); // the page that comes says what there is to say
      }
    });
  }
}

async function copy(button, text) {
  await navigator.clipboard.writeText(text);
  const label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => (button.textContent = label), 2000);
}

// New entries are announced and never shown by themselves. A page that nobody sees asks nothing.
const live = document.querySelector("#live");
if (live) {
  const EVERY_MS = 15_000;
  const { href, revision, entries } = live.dataset;
  const news = element("span", "", { role: "status" });
  const link = element("a", live.dataset.show, { href: location.href, hidden: true });
  const word = element("small", "", { className: "connection" });
  let timer = 0;
  let time = live.dataset.at; // when the numbers here were last known to be the newest, in UTC
  live.append(news, " ", link, " ", word);
  live.hidden = false;
  document.querySelector(".tools")?.prepend(live);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });

  async function ask() {
    try {
      const answer = await fetch(href, { cache: "no-cache", signal: AbortSignal.timeout(EVERY_MS) });
      if (!answer.ok) throw new Error(answer.statusText);
      tell(await answer.json());
      time = new Date().toISOString().slice(11, 16);
      word.textContent = live.dataset.live;
      live.classList.remove("away");
    } catch {
      live.classList.add("away");
      word.textContent = fill(live.dataset.away, { time });
    }
    plan();
  }

  function tell(state) {
    if (String(state.revision) === revision) return;
    const count = state.entries - entries;
    const text = count === 1 ? live.dataset.one : count > 1 ? fill(live.dataset.many, { count }) : live.dataset.changed;
    if (news.textContent !== text) news.textContent = text;
    link.hidden = false;
  }

  function plan() {
    clearTimeout(timer);
    if (document.visibilityState === "visible") timer = setTimeout(ask, EVERY_MS);
    else word.textContent = live.dataset.paused;
  }

  document.addEventListener("visibilitychange", () => (document.visibilityState === "visible" ? ask() : plan()));
  plan();
}
