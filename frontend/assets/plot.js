// The plot's second layer: a card on hover, focus and tap, the nearest point within reach, arrow keys, and the
// link between a point and its table row. Without it every point is still a link with a title.
const REACH_PX = 20;
const SHEET = matchMedia("(max-width: 639.98px)"); // the stylesheet makes the card a sheet at the bottom there
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function made(name, text = "", values = {}) {
  const element = Object.assign(document.createElement(name), values);
  element.textContent = text;
  return element;
}

// Where the page has the module of what only some reach for.
const more = document.querySelector("script[data-more]")?.dataset.more;

for (const button of more ? document.querySelectorAll("[data-png]") : []) {
  button.hidden = false;
  button.addEventListener("click", async () => (await import(more)).png(button.dataset.png));
}

for (const figure of document.querySelectorAll("figure.chart")) {
  enhance(figure, figure.closest("section")?.parentElement?.querySelector("table.board") ?? document);
}

function enhance(figure, table) {
  const plot = figure.querySelector("svg.plot");
  const points = [...figure.querySelectorAll("a.pt")];
  if (!plot || !points.length) return;
  const tip = made("div", "", { className: "tip", hidden: true });
  figure.append(tip);
  const idOf = (point) => point.getAttribute("href").split("/").at(-2);
  const said = new Map();
  const tell = (point, lines) => {
    said.set(point, lines);
    point.setAttribute("aria-label", lines.replaceAll("\n", ". "));
  };
  for (const point of points) {
    const title = point.querySelector("title");
    tell(point, title.textContent);
    title.remove(); // or the browser would show it beside the card
    point.tabIndex = -1;
  }
  // Measured once for each size of the plot: a pointer that moves asks for all of them each time.
  const middles = new Map();
  new ResizeObserver(() => middles.clear()).observe(figure);
  const middle = (point, { x, y }) => {
    if (!middles.has(point)) {
      const box = point.querySelector(".mark").getBoundingClientRect();
      middles.set(point, { x: box.x + box.width / 2 - x, y: box.y + box.height / 2 - y });
    }
    return middles.get(point);
  };
  const centre = (point, origin = plot.getBoundingClientRect()) => {
    const { x, y } = middle(point, origin);
    return { x: origin.x + x, y: origin.y + y };
  };
  const sure = new Map(); // how sure a point's place is, as the server tells it: a region or a cross
  const shown = []; // of the point that is lit
  let lit = null;
  let pinned = null;
  let current = points[points.length - 1];
  current.tabIndex = 0;

  function light(point) {
    if (lit === point) return;
    lit?.classList.remove("lit");
    row(lit)?.classList.remove("lit");
    lit = point;
    outline(point);
    tip.hidden = !point;
    if (pinned !== point) pinned = null;
    if (!point) return;
    point.classList.add("lit");
    row(point)?.classList.add("lit");
    tip.replaceChildren(...card(said.get(point).split("\n")));
    beside(point);
  }

  // A joint region stands in place of the cross, which is part of the one path of all crosses.
  const lines = plot.querySelector(".lines");
  const crosses = lines?.querySelector(".whiskers");
  const all = crosses?.getAttribute("d");
  function outline(point) {
    for (const old of shown.splice(0)) old.remove();
    crosses?.setAttribute("d", all);
    const { region, cross } = sure.get(point) ?? {};
    if (!(region || cross) || !point.checkVisibility()) return;
    const drawn = document.createElementNS("http://www.w3.org/2000/svg", region ? "circle" : "path");
    const values = region ? { class: "region", r: 1, transform: `matrix(${region})` } : { class: "whiskers", d: cross };
    for (const [name, value] of Object.entries(values)) drawn.setAttribute(name, value);
    lines.append(drawn);
    shown.push(drawn);
    if (region && cross) crosses?.setAttribute("d", all.replace(cross, ""));
  }

  // Who it is, its configuration, both values with what they stand on; then where it is to the front.
  function card([name, config, y, x, ...rest]) {
    const values = made("dl");
    for (const line of [y, x].filter(Boolean)) {
      const at = line.indexOf(": ");
      values.append(made("dt", line.slice(0, at)), made("dd", line.slice(at + 2)));
    }
    return [made("b", name), made("p", config ?? ""), values, ...rest.map((line) => made("p", line))];
  }

  function beside(point) {
    const at = centre(point);
    if (SHEET.matches) {
      // What is told must not lie behind what tells it.
      if (at.y > tip.getBoundingClientRect().top - REACH_PX) point.scrollIntoView({ block: "center" });
      return;
    }
    const frame = figure.getBoundingClientRect();
    const left = Math.min(Math.max(0, at.x - frame.x + 14), frame.width - tip.offsetWidth);
    const fits = at.y + 14 + tip.offsetHeight < innerHeight;
    tip.style.setProperty("--x", `${left}px`);
    tip.style.setProperty("--y", `${at.y - frame.y + (fits ? 14 : -14 - tip.offsetHeight)}px`);
  }

  // A tap keeps the card open: what keys and a mouse do is then offered in it.
  function pin(point) {
    light(point);
    pinned = point;
    const open = made("a", figure.dataset.open, { href: point.getAttribute("href") });
    const close = made("button", "×", { type: "button", className: "quiet", ariaLabel: figure.dataset.close });
    close.addEventListener("click", () => light(null));
    const actions = made("p", "", { className: "actions" });
    actions.append(open);
    if (document.querySelector("#dock")) {
      const add = made("button", figure.dataset.compare, { type: "button" });
      add.addEventListener("click", () => compare(point));
      actions.append(add);
    }
    tip.append(actions, close);
    beside(point);
  }

  function row(point) {
    return point && table.querySelector(`tr[data-id="${idOf(point)}"]`);
  }

  function nearest(event) {
    if (event.target.closest(".limit")) return null;
    let best = null;
    let least = REACH_PX;
    const origin = plot.getBoundingClientRect();
    for (const point of points) {
      const at = centre(point, origin);
      const away = Math.hypot(at.x - event.clientX, at.y - event.clientY);
      // Marks of the front are drawn on top of the others, so they win a draw.
      if (away <= least && point.checkVisibility()) [best, least] = [point, away];
    }
    return best;
  }

  // The card can be pointed at: it stays as long as the pointer is on it.
  figure.addEventListener("pointermove", (event) => {
    if (event.pointerType !== "touch" && !pinned && !tip.contains(event.target)) light(nearest(event));
  });
  figure.addEventListener("pointerleave", () => pinned || light(null));
  figure.addEventListener("click", (event) => {
    if (event.target.closest(".legend, .tip, .limit")) return;
    const point = nearest(event);
    if (point && event.shiftKey) {
      event.preventDefault();
      return compare(point);
    }
    if (!point) return light(null);
    if (event.pointerType === "touch" && pinned !== point) {
      event.preventDefault(); // the first tap shows the card, the second opens the entry
      pin(point);
    } else if (!event.target.closest("a")) {
      location.assign(point.getAttribute("href"));
    }
  });

  const order = (axis) => [...points].sort((a, b) => centre(a)[axis] - centre(b)[axis]);
  function step(axis, by, among = points) {
    const sorted = order(axis).filter((point) => among.includes(point));
    const at = sorted.indexOf(current);
    const next = at < 0 ? sorted[0] : sorted[Math.min(Math.max(at + by, 0), sorted.length - 1)];
    move(next);
  }
  function move(point) {
    if (!point) return;
    const at = fill(figure.dataset.place, { at: order("x").indexOf(point) + 1, count: points.length });
    point.setAttribute("aria-label", `${said.get(point).replaceAll("\n", ". ")}. ${at}`);
    current.tabIndex = -1;
    current = point;
    point.tabIndex = 0;
    point.focus({ preventScroll: true });
  }
  // The dock listens, where the page has one.
  function compare(point) {
    const [name] = said.get(point).split("\n");
    document.dispatchEvent(new CustomEvent("compare", { detail: { id: idOf(point), name } }));
  }
  function hide() {
    light(null);
    tip.hidden = true; // also where it lists the keys
  }
  function explain() {
    tip.hidden = false;
    tip.replaceChildren(figure.dataset.keys);
    for (const side of ["--x", "--y"]) tip.style.setProperty(side, "0");
    lit?.classList.remove("lit");
    lit = null;
    outline(null);
  }
  function toRow() {
    const link = row(current)?.querySelector("a");
    if (link?.checkVisibility()) return link.focus();
    const words = figure.dataset.elsewhere;
    const live = document.querySelector(".only-read[role=status]");
    if (live) live.textContent = words;
    tip.querySelector(".elsewhere")?.remove();
    tip.append(made("p", words, { className: "elsewhere" }));
    beside(current);
  }
  const front = points.filter((point) => point.classList.contains("on"));
  const keys = {
    ArrowLeft: () => step("x", -1),
    ArrowRight: () => step("x", 1),
    ArrowUp: () => step("y", -1),
    ArrowDown: () => step("y", 1),
    Home: () => move(order("x")[0]),
    End: () => move(order("x").at(-1)),
    f: () => step("x", 1, front),
    F: () => step("x", -1, front),
    " ": () => compare(current),
    "?": () => explain(),
    t: () => toRow(),
    Escape: () => hide(),
  };
  plot.addEventListener("keydown", (event) => {
    const action = keys[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
  plot.addEventListener("focusin", (event) => {
    const point = event.target.closest("a.pt");
    if (point) {
      current = point;
      light(point);
    }
  });
  plot.addEventListener("focusout", () => pinned || hide());
  document.addEventListener("keydown", (event) => event.key === "Escape" && hide());
  document.addEventListener("pointerdown", (event) => figure.contains(event.target) || hide());

  // Kinds of points: a press shows one alone, with Shift it hides or shows one. Nothing else changes.
  const kinds = [...figure.querySelectorAll(".legend li[data-kind]")];
  const buttons = kinds.map((item) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...item.childNodes);
    item.append(button);
    button.setAttribute("aria-pressed", "true");
    button.addEventListener("click", ({ shiftKey }) => press(button, shiftKey));
    return button;
  });
  function press(button, alone) {
    const shown = (one) => one.getAttribute("aria-pressed") === "true";
    const only = shown(button) && buttons.every((one) => one === button || !shown(one));
    for (const one of buttons) {
      const show = alone ? (one === button ? !shown(one) : shown(one)) : only || one === button;
      one.setAttribute("aria-pressed", show);
      figure.classList.toggle(`hide-${one.parentElement.dataset.kind}`, !show);
    }
  }

  // What only some reach for comes when the plot is first pointed at or entered: how to move limits, how sure points
  // are, and the lines of those that say their names alone. Where they do not come, the names are what there is.
  const once = new AbortController();
  for (const kind of ["pointerover", "focusin"]) {
    figure.addEventListener(kind, () => {
      once.abort();
      if (figure.dataset.limits) ask();
      if (more && figure.dataset.limits) import(more).then(({ limits }) => limits(figure, plot, () => points.map((point) => centre(point))));
    }, { signal: once.signal });
  }
  const byId = new Map(points.map((point) => [idOf(point), point]));

  // A board's chart has limits, and its page says where the same view is as data.
  async function ask() {
    const data = document.querySelector('link[rel=alternate][type="application/json"]')?.href;
    const answer = data && (await fetch(data.replace(".json", ".points.json")));
    if (!answer?.ok) return;
    for (const [id, { lines, ...shape }] of Object.entries(await answer.json())) {
      const point = byId.get(id);
      if (!point) continue;
      sure.set(point, shape);
      if (lines) tell(point, lines);
    }
    if (!lit) return;
    outline(lit);
    tip.replaceChildren(...card(said.get(lit).split("\n")), ...tip.querySelectorAll(":scope > :is(.actions, .quiet, .elsewhere)"));
    beside(lit);
  }

  for (const kind of ["pointerover", "focusin"]) {
    table.addEventListener(kind, (event) => {
      const line = event.target.closest("tr[data-id]");
      const point = line && byId.get(line.dataset.id);
      for (const other of points) other.classList.toggle("lit", other === point);
    });
  }
  table.addEventListener("pointerleave", () => points.forEach((point) => point.classList.remove("lit")));
}
