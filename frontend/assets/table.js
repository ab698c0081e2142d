// Sorts the rows in place when all rows of the view are on the page; the address follows. The order is the server's:
// typed values, missing last in both directions, infinity the worst real value, ties as they stood.
const table = document.querySelector("table.board[data-sorts]");
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

if (table) {
  const body = table.tBodies[0];
  const initial = [...body.rows];
  const live = document.querySelector("#summary");
  const heads = [...table.tHead.rows[0].cells];

  for (const [index, head] of heads.entries()) {
    const link = head.querySelector("a.sort");
    if (!link || !head.dataset.first) continue;
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      press(head, index);
    });
  }

  function press(head, index) {
    const first = head.dataset.first;
    const other = first === "ascending" ? "descending" : "ascending";
    const now = head.getAttribute("aria-sort");
    const next = now === null ? first : now === first ? other : null;
    // Back to the board's own order: the server's page has it, unless this page began with it.
    if (next === null && startedSorted) return location.assign(head.dataset.rest);
    for (const cell of heads) cell.removeAttribute("aria-sort");
    if (next) head.setAttribute("aria-sort", next);
    table.classList.toggle("sorted-otherwise", next !== null);
    body.append(...(next ? sorted(index, next, head) : initial));
    const href = next === null ? head.dataset.rest : next === first ? head.dataset.best : head.dataset.worst;
    history.replaceState(null, "", href);
    announce(head, next);
  }

  const startedSorted = heads.some((head) => head.hasAttribute("aria-sort"));

  function sorted(index, direction, head) {
    const numeric = head.classList.contains("num") || head.classList.contains("rank");
    const sign = direction === "ascending" ? 1 : -1;
    const worst = head.dataset.first === "ascending" ? Infinity : -Infinity;
    const rows = initial.filter((row) => row.dataset.id);
    const keyed = rows.map((row) => {
      const text = row.cells[index].dataset.v;
      return { row, missing: text === "", key: !numeric ? text : text === "inf" ? worst : Number(text) };
    });
    keyed.sort((a, b) => {
      if (a.missing || b.missing) return a.missing - b.missing;
      if (numeric) return a.key === b.key ? 0 : sign * (a.key < b.key ? -1 : 1);
      return sign * collator.compare(a.key, b.key);
    });
    return [...initial.filter((row) => !row.dataset.id), ...keyed.map(({ row }) => row)];
  }

  function announce(head, direction) {
    const region = document.querySelector("#table-order") ?? live?.parentElement.appendChild(document.createElement("p"));
    if (!region) return;
    region.id = "table-order";
    region.className = "only-read";
    region.setAttribute("aria-live", "polite");
    const name = head.querySelector("a.sort").textContent.trim();
    const rows = initial.filter((row) => row.dataset.id).length;
    const order = direction === "ascending" ? "lowest first" : "highest first";
    region.textContent = direction ? `Sorted by ${name}, ${order}, ${rows} rows` : `In the board's order, ${rows} rows`;
  }
}

// Choices that stand alone take effect at once; typed ones wait for Apply.
const form = document.querySelector("#view");
form?.addEventListener("change", (event) => {
  if (event.target.matches("select, input[name=scope], input[name=ci]")) form.requestSubmit();
});
