"""Ways through a page by keys alone, each stop of which must be seen."""

STOP = """() => { const at = document.activeElement; const style = getComputedStyle(at);
  const ring = at.matches("a.pt") ? getComputedStyle(at.querySelector(".hit, .mark")).stroke : style.outlineStyle;
  const box = [...at.getClientRects()].find((one) => one.width && one.height) ?? at.getBoundingClientRect();
  const tall = box.height > innerHeight / 2;
  const over = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, innerHeight) / 2);
  const its = [at, ...(at.labels ?? [])];
  const own = over && (over.contains(at) || its.some((one) => one.contains(over)));
  const inside = box.top >= 0 && box.bottom <= innerHeight && box.left >= 0 && box.right <= innerWidth;
  return { what: at.outerHTML.slice(0, 120), ring, seen: tall || (inside && Boolean(own)) }; }"""


def tab_to(page, wanted, most=60):
    """Press Tab until `wanted` has the focus. Return how often; every stop on the way must be seen and uncovered."""
    for pressed in range(most):
        if pressed:
            page.keyboard.press("Tab")
            stop = page.evaluate(STOP)
            assert stop["ring"] != "none", stop
            assert stop["seen"], stop
        if wanted.evaluate("element => element === document.activeElement"):
            return pressed
    raise AssertionError(f"no Tab leads to {wanted} of {page.url}")
