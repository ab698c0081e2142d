// The explorer's half in the browser. The form and the links ask, the server answers, the address follows.
// An answer holds the figure with names of tokens for colours: they are the theme's at the time of drawing.
(() => {
  const TYPING_MS = 300;
  const PATIENCE_MS = 8000;
  const MOST_CHOSEN = 4;
  // As the style sheet has it.
  const [NARROW, MEDIUM] = ["(max-width: 639.98px)", "(max-width: 1279.98px)"];
  const NARROW_HEXAGONS = 0.4; // what is left of their width where the plot has a third of its width
  const root = document.querySelector("#explorer");
  const form = document.querySelector("#view");
  const lost = document.querySelector("#lost");
  const board = root.dataset.board;
  let shown = null; // the state of the newest answer
  let asked = null; // the query that has no answer yet
  let how = "replace"; // what the next answer does to the history: push for a choice, replace for typing and zooming
  let typing = 0;
  let patience = 0;
  let focused = null;
  const hidden = new Set(); // kinds of points that the reader has put aside, by the keys of their groups

  root.classList.add("waiting");

  // The page has the first answer.
  function begin() {
    const answer = JSON.parse(document.querySelector("#answer").textContent);
    for (const [place, props] of Object.entries(answer)) dash_clientside.set_props(place, props);
    return dash_clientside.no_update;
  }

  function ask(query, history) {
    clearTimeout(typing);
    asked = query;
    if (how !== "push") how = history;
    wait();
    dash_clientside.set_props("asked", { data: { board, query } });
  }

  function wait() {
    root.setAttribute("aria-busy", "true");
    expect();
  }

  function expect() {
    clearTimeout(patience);
    patience = setTimeout(() => (lost.hidden = false), PATIENCE_MS);
  }

  const later = (query) => {
    clearTimeout(typing);
    typing = setTimeout(() => ask(query(), "replace"), TYPING_MS);
  };

  lost.querySelector("button").addEventListener("click", () => ask(asked ?? shown.query, "replace"));
  addEventListener("popstate", () => {
    how = "replace";
    ask(location.search.slice(1), "replace");
  });

  // The address and the form follow an answer.
  function follow(state) {
    if (!state) return dash_clientside.no_update;
    expect(); // the rows
    lost.hidden = true;
    root.removeAttribute("aria-busy");
    shown = state;
    const href = state.path + (state.query ? `?${state.query}` : "");
    if (location.pathname + location.search !== href) history[`${how}State`](null, "", href);
    how = "replace";
    control(state.controls);
    const back = document.querySelector(".trail li:nth-child(2) a");
    if (back) back.href = state.board;
    for (const next of document.querySelectorAll(".theme input[name=next]")) next.value = href;
    return { board, query: state.query };
  }

  function control(controls) {
    for (const field of form.elements) {
      if (!field.name || field.type === "hidden") continue;
      const values = controls[field.name] ?? [];
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else if (field.tagName === "SELECT") select(field, values[0] ?? "");
      else if (field !== document.activeElement) field.value = values[0] ?? "";
    }
    const count = document.querySelector("#filters .count");
    if (count) count.textContent = shown.active || "";
  }

  function select(field, value) {
    if (![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
    field.value = value;
  }

  function query() {
    const lists = new Map();
    for (const [name, value] of new FormData(form)) {
      if (value.trim()) lists.set(name, [...(lists.get(name) ?? []), value]);
    }
    for (const name of ["sort", "hl", "e", "model", "group", "cols", "view", "asof", "zoom"]) lists.delete(name);
    const moved = ["x", "y", "xs", "ys"].some((key) => (lists.get(key)?.[0] ?? "") !== (shown.controls[key]?.[0] ?? ""));
    for (const [name, value] of Object.entries(shown.kept)) {
      if (name !== "zoom" || !moved) lists.set(name, [value]);
    }
    return [...lists].map(([name, values]) => `${name}=${values.map(encodeURIComponent).join("~")}`).join("&");
  }

  function changed(key, value) {
    const rest = shown.query.split("&").filter((part) => part && !part.startsWith(`${key}=`));
    return [...rest, ...(value ? [`${key}=${value}`] : [])].join("&");
  }

  form.addEventListener("change", (event) => {
    if (event.target.name === "scope") return form.requestSubmit(); // other rows, other choices: a page of its own
    if (event.target.matches("select, input[type=radio], input[type=checkbox]")) ask(query(), "push");
  });
  form.addEventListener("input", (event) => {
    if (event.target.matches("input:not([type=radio], [type=checkbox])")) later(query);
  });
  form.addEventListener("submit", (event) => {
    const scope = form.querySelector("[name=scope]:checked")?.value;
    if (scope && scope !== shown?.controls.scope[0]) return;
    event.preventDefault();
    ask(query(), "push");
  });
  document.addEventListener("click", (event) => {
    const aside = event.shiftKey && event.target.closest(".legend button[data-kind]");
    if (aside) return press(aside.dataset.kind, true);
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button || !shown) return;
    const kind = event.target.closest(".legend button[data-kind]");
    if (kind) return press(kind.dataset.kind, false);
    const tick = event.target.closest("button[data-pick]");
    if (tick) return toggle(tick.dataset.pick);
    const link = event.target.closest("a[href]");
    if (!link || link.hash || link.origin !== location.origin || link.pathname !== location.pathname) return;
    event.preventDefault();
    ask(link.search.slice(1), "push");
  });

  function toggle(id) {
    if (!shown.picks) return;
    const chosen = shown.chosen.includes(id) ? shown.chosen.filter((one) => one !== id) : [...shown.chosen, id];
    focused = id;
    if (chosen.length <= MOST_CHOSEN) return ask(changed("e", chosen.join("~")), "push");
    const words = document.querySelector(".chosen-words");
    if (words) words.textContent = words.dataset.full;
  }

  // An area drawn around points adds them; one with too many adds none, and says so, rather than some of them.
  function enclosed(event) {
    const ids = (event?.points ?? []).map((point) => point.customdata?.[0]).filter((id) => typeof id === "string");
    if (!ids.length || !shown?.picks) return;
    Plotly.relayout(plot(), { selections: [] });
    const chosen = [...new Set([...shown.chosen, ...ids])];
    if (chosen.length > MOST_CHOSEN) {
      const words = document.querySelector(".chosen-words");
      if (words) words.textContent = words.dataset.many.replace("{count}", ids.length);
    } else if (chosen.length > shown.chosen.length) ask(changed("e", chosen.join("~")), "push");
  }

  // Names of tokens become the theme's colours.
  function paint(figure) {
    if (!figure) return dash_clientside.no_update;
    const value = (token) => (typeof token === "string" && token.startsWith("--") ? resolved(token) : token);
    const inked = (part, colour) => {
      if (Array.isArray(part)) return part.map((item) => inked(item, colour));
      if (part === null || typeof part !== "object") return colour ? value(part) : part;
      return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, inked(item, key.endsWith("color"))]));
    };
    const { data, layout } = inked(figure, false);
    // An answer draws the plot anew; the tool in the reader's hand stays in it.
    layout.dragmode = plot()?._fullLayout?.dragmode ?? layout.dragmode;
    for (const trace of data) if (hidden.has(trace.meta)) trace.visible = false;
    const narrow = matchMedia(NARROW).matches;
    layout.annotations = layout.meta.notes[narrow ? "narrow" : matchMedia(MEDIUM).matches ? "medium" : "wide"];
    const counts = data.find((trace) => trace.meta === "counts");
    if (narrow && counts) counts.marker.size = counts.marker.size.map((size) => size * NARROW_HEXAGONS);
    if (narrow) layout.margin = { ...layout.margin, l: 46, r: layout.margin.r > 20 ? 30 : 8, t: 64, b: 66 };
    return { data, layout };
  }

  // As a colour that Plotly knows: a system colour, which forced colours bring, has a name only CSS knows.
  const probe = document.createElement("i");
  probe.hidden = true;
  probe.style.forcedColorAdjust = "none";
  root.append(probe);

  function resolved(token) {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  }

  const repaint = () => dash_clientside.set_props("theme", { data: Date.now() });
  for (const condition of ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)", NARROW, MEDIUM]) {
    matchMedia(condition).addEventListener("change", repaint);
  }

  // The plot and the table point at each other; a click on a point selects it, as its row's button does.
  const plot = () => document.querySelector("#graph .js-plotly-plot");
  const row = (id) => document.querySelector(`#linked-table tr[data-id="${CSS.escape(id)}"]`);
  const idOf = (event) => event.points[0].customdata?.[0];

  // Before the first picture of the plot is painted: waiting for a frame would show it a frame later.
  const building = new MutationObserver(wire);
  building.observe(root, { childList: true, subtree: true });

  function wire() {
    const graph = plot();
    if (!graph?.on) return;
    building.disconnect();
    graph.on("plotly_afterplot", reveal);
    graph.on("plotly_afterplot", told);
    graph.on("plotly_click", (event) => idOf(event) && toggle(idOf(event)));
    graph.on("plotly_selected", enclosed);
    graph.on("plotly_hover", (event) => light(idOf(event)));
    graph.on("plotly_unhover", () => light(null));
    graph.on("plotly_relayout", zoomed);
    graph.on("plotly_doubleclick", () => shown.kept.zoom && ask(changed("zoom", ""), "replace"));
    if (graph._fullLayout) reveal();
  }

  function reveal() {
    if (!root.classList.contains("waiting")) return;
    root.classList.remove("waiting");
    document.querySelector("#first").remove();
    performance.mark("explorer-drawn");
  }

  // A press shows one kind of points alone, with Shift it hides or shows one. Nothing else changes.
  const kinds = () => [...document.querySelectorAll(".legend button[data-kind]")];
  function press(key, aside) {
    const keys = kinds().map((button) => button.dataset.kind);
    const only = keys.every((one) => hidden.has(one) !== (one === key));
    for (const one of keys) {
      const hide = aside ? (one === key ? !hidden.has(one) : hidden.has(one)) : !only && one !== key;
      hidden[hide ? "add" : "delete"](one);
    }
    const curves = plot().data.flatMap(({ meta }, at) => (keys.includes(meta) ? [at] : []));
    Plotly.restyle(plot(), { visible: curves.map((at) => !hidden.has(plot().data[at].meta)) }, curves);
  }

  function told() {
    for (const button of kinds()) button.setAttribute("aria-pressed", !hidden.has(button.dataset.kind));
  }

  function fill(rows) {
    if (rows === undefined || rows === null) return dash_clientside.no_update;
    clearTimeout(patience);
    lost.hidden = true;
    document.querySelector("#linked-table").innerHTML = rows;
    refocus();
    return dash_clientside.no_update;
  }

  function refocus() {
    const tick = focused && document.activeElement === document.body && row(focused)?.querySelector("button");
    if (tick) tick.focus();
  }

  function zoomed(change) {
    if (!Object.keys(change).some((key) => /^[xy]axis\.(range|autorange)/.test(key))) return;
    const { meta, xaxis, yaxis } = plot().layout;
    const ends = [...own(xaxis.range, meta.x), ...own(yaxis.range, meta.y)];
    later(() => changed("zoom", ends.join("~").replaceAll("e+", "e")));
  }

  const own = (range, { log, factor }) =>
    range.map((end) => String(Number(((log ? 10 ** end : Number(end)) / factor).toPrecision(6))));

  function light(id) {
    for (const lit of document.querySelectorAll("#linked-table tr.lit")) lit.classList.remove("lit");
    if (id) row(id)?.classList.add("lit");
  }

  function show(id) {
    const graph = plot();
    const curve = graph?.data?.findIndex((trace) => trace.ids?.includes(id)) ?? -1;
    if (curve < 0) return;
    const { ids, xaxis = "x", yaxis = "y" } = graph.data[curve];
    Plotly.Fx.hover(graph, [{ curveNumber: curve, pointNumber: ids.indexOf(id) }], [xaxis + yaxis]);
  }

  for (const kind of ["pointerover", "focusin"]) {
    root.addEventListener(kind, (event) => {
      const line = event.target.closest?.("#linked-table tr[data-id]");
      if (line) show(line.dataset.id);
    });
  }
  for (const kind of ["pointerout", "focusout"]) {
    root.addEventListener(kind, (event) => {
      if (event.target.closest?.("#linked-table tr[data-id]") && plot()?._fullLayout) Plotly.Fx.unhover(plot());
    });
  }
  root.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && plot()?._fullLayout) Plotly.Fx.unhover(plot());
  });

  window.dash_clientside = Object.assign(window.dash_clientside ?? {}, {
    explorer: {
      begin,
      paint,
      follow,
      fill,
    },
  });
})();
