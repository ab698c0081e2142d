// The plot's third layer, fetched when a reader turns to the plot: limits that are dragged along its axes, and the
// chart's file as pixels. The form beside the plot has a field for each limit; the file itself is a link.
const WAIT_MS = 300;
const PREFIXES = [[1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""], [1e-3, "m"], [1e-6, "µ"], [1e-9, "n"]];
const STEPS = { ArrowRight: 0.01, ArrowUp: 0.01, ArrowLeft: -0.01, ArrowDown: -0.01, PageUp: 0.1, PageDown: -0.1, Home: -1, End: 1 };

// `places` gives the middles of all points in the window's pixels.
export function limits(figure, plot, places) {
  const layer = Object.assign(document.createElement("div"), { className: "limiting" });
  plot.parentElement.append(layer);
  const fit = () => {
    const [outer, inner] = [plot.parentElement, plot].map((element) => element.getBoundingClientRect());
    Object.assign(layer.style, {
      left: `${inner.x - outer.x}px`, top: `${inner.y - outer.y}px`, width: `${inner.width}px`, height: `${inner.height}px`,
    });
  };
  new ResizeObserver(fit).observe(plot);
  fit();
  for (const text of figure.dataset.limits.split("|")) limit(text.split("~"));

  function limit([axis, key, set, ...rest]) {
    const [low, high, log, factor] = rest.slice(0, 4).map(Number);
    const [unit, name] = rest.slice(4);
    const upper = key.startsWith("max.");
    const to = log ? Math.log : Number;
    const share = (value) => (to(value) - to(low)) / (to(high) - to(low));
    const valueAt = (at) => {
      const found = to(low) + at * (to(high) - to(low));
      return Number((log ? Math.exp(found) : found).toPrecision(3));
    };
    const none = upper ? 1 : 0;
    const clamped = (at) => Math.min(1, Math.max(0, at));
    let at = set === "" ? none : clamped(share(Number(set)));
    let timer = 0;

    const shade = Object.assign(document.createElement("div"), { className: `shade ${axis} ${upper ? "above" : "below"}`, hidden: true });
    const handle = Object.assign(document.createElement("div"), { className: `limit ${axis}`, tabIndex: 0, role: "slider" });
    const told = Object.assign(document.createElement("span"), { hidden: true });
    handle.append(told);
    handle.setAttribute("aria-label", name);
    handle.setAttribute("aria-orientation", axis === "x" ? "horizontal" : "vertical");
    handle.setAttribute("aria-valuemin", low);
    handle.setAttribute("aria-valuemax", high);
    layer.append(shade, handle);
    place();

    function place() {
      for (const element of [shade, handle]) element.style.setProperty("--at", axis === "x" ? at : 1 - at);
      handle.classList.toggle("far", at > 0.5);
      handle.setAttribute("aria-valuenow", valueAt(at));
      handle.setAttribute("aria-valuetext", at === none ? "–" : said(valueAt(at)));
    }

    function said(value) {
      if (factor !== 1 || !["s", "J", "W"].includes(unit)) return `${Number((value * factor).toPrecision(3))} ${unit}`;
      const [step, letter] = PREFIXES.find(([size]) => value >= size) ?? PREFIXES.at(-1);
      return `${Number((value / step).toPrecision(3))} ${letter}${unit}`;
    }

    function move(next) {
      at = clamped(next);
      if (Math.abs(at - none) < 0.005) at = none;
      place();
      shade.hidden = told.hidden = false;
      const box = plot.getBoundingClientRect();
      const all = places();
      const passes = all.filter(({ x, y }) => {
        const where = axis === "x" ? (x - box.x) / box.width : 1 - (y - box.y) / box.height;
        return where >= -1e-3 && where <= 1.001 && (upper ? where <= at + 1e-3 : where >= at - 1e-3);
      });
      const count = figure.dataset.passes.replace("{count}", at === none ? all.length : passes.length).replace("{all}", all.length);
      told.textContent = at === none ? count : `${name}: ${said(valueAt(at))}. ${count}`;
      clearTimeout(timer);
    }

    // As with every filter, the server draws what is left. Back does not walk through positions of a limit.
    function settle() {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const query = location.search.replace(/^\?/, "").split("&").filter((part) => part && !/^page=/.test(part) && !part.startsWith(`${key}=`));
        if (at !== none) query.push(`${key}=${valueAt(at)}`);
        history.replaceState(history.state, "", `${location.pathname}${query.length ? "?" : ""}${query.join("&")}${location.hash}`);
        location.reload(); // which keeps the place on the page
      }, WAIT_MS);
    }

    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.focus({ preventScroll: true });
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId)) return;
      const box = plot.getBoundingClientRect();
      move(axis === "x" ? (event.clientX - box.x) / box.width : 1 - (event.clientY - box.y) / box.height);
    });
    handle.addEventListener("pointerup", () => told.hidden || settle());
    handle.addEventListener("keydown", (event) => {
      const step = STEPS[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      move(at + step);
      settle();
    });
  }
}

const SCALE = 2;

// The file of the chart, which has title, caption, scope, revision, address and licence in it, as an image to keep.
export async function png(href) {
  try {
    const answer = await fetch(href);
    if (!answer.ok) throw new Error(answer.statusText);
    const image = new Image();
    image.src = URL.createObjectURL(new Blob([await answer.text()], { type: "image/svg+xml" }));
    await image.decode();
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [SCALE * image.naturalWidth, SCALE * image.naturalHeight];
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const pixels = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(pixels) });
    link.download = new URL(href, location).pathname.split("/").pop().replace(/svg$/, "png");
    link.click();
    URL.revokeObjectURL(image.src);
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  } catch {
    location.assign(href); // the file as it is
  }
}
