// Entries chosen to be compared: ticked in the table, or chosen in the plot. They are kept in the address as `e`, in
// every link and form of the page that leads to the same board, and listed at the bottom with a way to compare them.
const dock = document.querySelector("#dock");
const MOST = 4;

if (dock) {
  const list = dock.querySelector("ol");
  const [go] = dock.getElementsByTagName("a");
  const said = dock.querySelector("[role=status]");
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const chosen = new Map([...list.children].map((item) => [item.dataset.id, item.textContent]));
  const ticks = () => document.querySelectorAll("input[name=e][type=checkbox]");
  const here = location.pathname.replace(/explore\/$/, "");

  document.addEventListener("change", ({ target }) => {
    if (!target.matches("input[name=e][type=checkbox]")) return;
    toggle(target.value, nameOf(target));
    // A form is sent by Enter from any of its boxes.
    if (target.checked && chosen.size > 1) said.textContent += ` ${dock.dataset.enough}`;
  });
  document.addEventListener("compare", ({ detail: { id, name } }) => {
    const tick = [...ticks()].find(({ value }) => value === id);
    toggle(id, tick ? nameOf(tick) : name);
  });
  dock.querySelector("button.quiet").addEventListener("click", () => {
    chosen.clear();
    show();
    document.querySelector("table.board")?.closest("[tabindex]")?.focus();
  });
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("li");
    if (target.closest("button")) toggle(item.dataset.id, chosen.get(item.dataset.id));
  });
  // Filters and pages are links and forms of the server's: they take what is chosen now along.
  document.addEventListener("click", ({ target }) => {
    const link = target.closest?.("a[href]");
    if (link && link.origin === location.origin && link.pathname.startsWith(here) && !link.download) {
      if (/\/(explore\/)?$/.test(link.pathname)) link.href = `${link.pathname}${carried(link.search)}${link.hash}`;
    }
  }, true);
  document.addEventListener("submit", ({ target }) => {
    if (target.id !== "view") return;
    for (const input of target.querySelectorAll("input[name=e]")) input.remove();
    if (chosen.size) target.append(Object.assign(document.createElement("input"), { type: "hidden", name: "e", value: joined() }));
  }, true);

  // The label of a tick tells entries of one model apart; around the name it says what the tick is for.
  function nameOf(tick) {
    const [before, after] = dock.dataset.tick.split("{name}");
    return tick.ariaLabel.slice(before.length, tick.ariaLabel.length - after.length);
  }

  function toggle(id, name) {
    if (chosen.delete(id)) tell(dock.dataset.removed, { name });
    else if (chosen.size === MOST) tell(dock.dataset.most, {});
    else {
      chosen.set(id, name);
      tell(dock.dataset.added, { name, count: chosen.size });
    }
    show();
  }

  function tell(text, values) {
    said.textContent = fill(text, values);
  }

  const joined = () => [...chosen.keys()].join("~");

  function carried(search) {
    const kept = search.replace(/^\?/, "").split("&").filter((part) => part && !part.startsWith("e="));
    const parts = chosen.size ? [...kept, `e=${joined()}`] : kept;
    return parts.length ? `?${parts.join("&")}` : "";
  }

  function show({ address = true } = {}) {
    dock.hidden = chosen.size === 0;
    document.documentElement.classList.toggle("has-dock", chosen.size > 0);
    list.replaceChildren(...[...chosen].map(([id, name]) => item(id, name)));
    go.href = `/compare/?e=${joined()}`;
    go.setAttribute("aria-disabled", chosen.size < 2);
    for (const tick of ticks()) tick.checked = chosen.has(tick.value);
    for (const point of document.querySelectorAll("a.pt")) {
      point.classList.toggle("hl", chosen.has(point.getAttribute("href").split("/").at(-2)));
    }
    if (address) history.replaceState(history.state, "", `${location.pathname}${carried(location.search)}${location.hash}`);
  }

  function item(id, name) {
    const made = document.createElement("li");
    made.dataset.id = id;
    const remove = Object.assign(document.createElement("button"), { type: "button", textContent: "×" });
    remove.setAttribute("aria-label", fill(dock.dataset.remove, { name }));
    made.append(name, remove);
    return made;
  }

  show({ address: false });
}
