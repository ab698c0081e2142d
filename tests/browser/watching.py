"""A page in a browser that keeps what must never happen on it; and every page that there is."""

from pathlib import Path

import axe_playwright_python

from leaderboard.boards.models import Entry
from tests.factories import UserFactory

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
SEVERE = {"serious", "critical"}
FINDINGS = """async () =>
  (await axe.run(document, { resultTypes: ["violations"] })).violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => [impact, id, target.join(" "), failureSummary]))"""
WIDER = "() => document.documentElement.scrollWidth > innerWidth"


class Watched:
    """Its script comes before a page's own and not through it, so that axe needs no hole in the policy."""

    def __init__(self, chromium, site, **context):
        self.context = chromium.new_context(base_url=site, **context)
        if context.get("java_script_enabled", True):
            self.context.add_init_script(AXE)
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

    def _keep_stranger(self, request):
        if not request.url.startswith(self.own):
            self._keep(request.url)

    def goto(self, path):
        self.path = path
        self.page.goto(path)
        if self.page.evaluate(WIDER):
            self._keep("scrolls sideways")

    def visit(self, path, widths):
        """Go there, wait until it stands, and look at all of it in windows of these widths."""
        self.goto(path)
        if path.startswith("/boards/") and "/explore/" in path:
            self.page.locator("#explorer:not(.waiting)").wait_for()
            self.page.locator("#linked-table tr[data-id]").first.wait_for()
        for width in widths:
            self.page.set_viewport_size({"width": width, "height": 800})
            if not self._comes_to_fit():
                self._keep(f"scrolls sideways at {width} px")
            for finding in self.page.evaluate(FINDINGS):
                if finding[0] in SEVERE:
                    self._keep((width, *finding))

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


def every_path():
    """Return the pages for everybody, and those of somebody who is signed in."""
    entry = Entry.objects.select_related("job", "submission", "device").first()
    public = [
        "/", "/boards/", "/boards/digits/", "/boards/digits/?x=cost_of_pass_usd&scope=process",
        "/boards/digits/?q=nothing-like-this", "/boards/digits/about/", "/explore/", "/boards/digits/explore/",
        f"/boards/digits/explore/?x=cost_of_pass_usd&color=family&e={entry.uuid}&wat=1", f"/entries/{entry.uuid}/",
        "/devices/", f"/devices/{entry.device.slug}/", f"/models/{entry.submission.model_slug}/", "/metrics/",
        "/metrics/ipw/", "/methods/", "/api/", f"/jobs/{entry.job.uuid}/", "/account/login/", "/account/sign-in/abc/",
    ]  # fmt: skip
    return public, ["/jobs/", "/account/tokens/", "/account/logout/"]


def signed_in(watched, client):
    client.force_login(UserFactory(username="grace"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}
    watched.context.add_cookies([cookie])
