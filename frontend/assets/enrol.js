// The page of an enrolment: it listens while it is looked at. Without this it works by reload.
const LISTEN_MS = 2000;
const watch = document.querySelector("#watch");
const said = document.querySelector("#said");

// A token was in the answer to a press; a reload of this address must not ask for another.
if (location.pathname !== watch.dataset.page) history.replaceState(null, "", watch.dataset.page);

async function listen() {
  if (document.hidden) return;
  try {
    const answer = await fetch(watch.dataset.status, { cache: "no-store" });
    if (!answer.ok) return;
    const status = await answer.json();
    if (status.revision !== watch.dataset.revision) await renew(status);
  } catch {
    // The server is away for a moment; the next round asks again.
  }
}

async function renew(status) {
  const answer = await fetch(watch.dataset.page, { cache: "no-store" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("#watch");
  if (!fresh || busy()) return;
  // What the page no longer offers, such as a token that was used, goes; what has the focus stays until it is left.
  for (const section of document.querySelectorAll("[data-until]")) {
    const gone = !page.getElementById(section.dataset.until);
    if (gone && !section.contains(document.activeElement)) section.remove();
  }
  watch.replaceChildren(...fresh.childNodes);
  watch.dataset.revision = fresh.dataset.revision;
  if (said.textContent !== status.sentence) said.textContent = status.sentence;
}

// Nothing moves under somebody who is typing or about to press.
const busy = () => watch.contains(document.activeElement) && document.activeElement.matches("input, button");

(async function forever() {
  for (;;) {
    await new Promise((done) => setTimeout(done, LISTEN_MS));
    await listen();
  }
})();

// Two headings become two tabs: arrow keys move, one is shown.
for (const tabs of document.querySelectorAll(".tabs")) {
  const panels = [...tabs.querySelectorAll(":scope > section")];
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-labelledby", "machine");
  const buttons = panels.map((panel, place) => {
    const button = document.createElement("button");
    const head = panel.querySelector("h3");
    button.type = "button";
    button.id = `tab-${place}`;
    button.textContent = head.textContent;
    button.setAttribute("role", "tab");
    panel.id = `panel-${place}`;
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    head.hidden = true;
    button.addEventListener("click", () => choose(place));
    button.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (!step) return;
      choose((place + step + panels.length) % panels.length);
      buttons[(place + step + panels.length) % panels.length].focus();
    });
    return button;
  });
  const choose = (chosen) => buttons.forEach((button, place) => {
    button.setAttribute("aria-selected", place === chosen);
    button.tabIndex = place === chosen ? 0 : -1;
    panels[place].hidden = place !== chosen;
  });
  list.append(...buttons);
  tabs.prepend(list);
  choose(0);
}
