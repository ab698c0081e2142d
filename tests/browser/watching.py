"""A page in a browser that keeps what must never happen on it."""

from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SLIGHT = {"minor"}
# What a theme can change: it is nothing but colours, which a test of the palette sees to.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
FINDINGS = """async (only) => {
  const found = await axe.run(document, { resultTypes: ["violations"], ...(only && { runOnly: only }) });
  return found.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => [impact, id, target.join(" "), failureSummary])); }"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth"
# What WCAG 1.4.12 lets a reader set. A sheet that is made by script is none of the page's, and so not its policy's.
SPACED = """() => { const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; "
    + "word-spacing: 0.16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets.push(sheet); }"""
CUT_OFF = """() => [...document.querySelectorAll("body *")].filter((one) => {
  const style = getComputedStyle(one);
  return style.overflow === "hidden" && style.clipPath === "none" && one.clientWidth > 1
    && (one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1);
}).map((one) => `${one.tagName}.${one.className}`)"""
# A plot paints itself anew a moment after the theme has changed.
PAINTED = """() => { const plot = document.querySelector("#graph .main-svg");
  return !plot || plot.style.background === getComputedStyle(document.documentElement).backgroundColor; }"""


class Watched:
    def __init__(self, chromium, site, **context):
        self.context = chromium.new_context(base_url=site, **context)
        self.page = self.context.new_page()
        self.path = ""
        self.faults = []
        self.page.on("console", self._keep_message)
        self.page.on("pageerror", lambda error: self._keep(str(error)))
        self.page.on(
            "request", lambda request: request.url.startswith((site, "blob:", "data:")) or self._keep(request.url)
        )

    def _keep(self, fault):
        self.faults.append((self.path, fault))

    def _keep_message(self, message):
        if message.type in {"error", "warning"}:
            self._keep(message.text)

    def begin(self, cookies):
        """Forget the test before."""
        self.faults.clear()
        self.context.clear_cookies()
        self.context.add_cookies(cookies)

    def goto(self, path):
        """Go there and wait until it stands."""
        self.path = path
        self.page.goto(path)
        if urlsplit(self.page.url).path != path.partition("?")[0]:
            self._keep("is elsewhere")
        if self.page.evaluate(WIDER):
            self._keep("scrolls sideways")

    def wait_for_explorer(self):
        self.page.locator("#explorer:not(.waiting)").wait_for()
        self.page.locator("#linked-table tr[data-id]").first.wait_for()

    def look(self, width, theme):
        """Show what stands in a window of this width and in this theme."""
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(color_scheme=theme)
        if not self._comes_to_fit():
            self._keep(f"scrolls sideways at {width} px")

    def space_out(self):
        """Set the text as wide as a reader may; nothing may be cut off by it. It stays so until the next page."""
        self.page.evaluate(SPACED)
        for cut in self.page.evaluate(CUT_OFF):
            self._keep(f"{cut} is cut off")

    def examine(self, only=None):
        """Keep what axe finds, by all of its rules or by those named.

        It comes from here and not through the page, so that it needs no hole in the policy.
        """
        self.page.wait_for_function(PAINTED)
        if not self.page.evaluate("'axe' in window"):
            self.page.evaluate(AXE)
        for finding in self.page.evaluate(FINDINGS, only):
            if finding[0] not in SLIGHT:
                self._keep((self.page.viewport_size["width"], *finding))

    def _comes_to_fit(self):
        """A plot draws itself anew a moment after its window has changed."""
        for _ in range(20):
            if not self.page.evaluate(WIDER):
                return True
            self.page.wait_for_timeout(50)
        return False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()


def sort_by(page, head):
    """Press the head of a column, and go on once the rows are seen in their new order."""
    page.get_by_role("columnheader", name=head).locator("a.sort").click()
    seen(page)


def seen(page):
    """Go on after the paint that follows the one to come."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => setTimeout(done))))")
