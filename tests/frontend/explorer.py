"""The explorer as a browser's script uses it: a call of its callback, and what an answer holds."""

from dataclasses import dataclass

from frontend.explore.application import ANSWERED, callbacks
from tests.frontend.test_board_page import Page

CALL = "/explore/_dash-update-component"


def body_of(board="digits", query="", **changes):
    """What Dash's script sends when the page's script asks for a view."""
    return {
        "output": next(iter(callbacks())),
        "outputs": [{"id": place.component_id, "property": place.component_property} for place in ANSWERED],
        "inputs": [{"id": "asked", "property": "data", "value": {"board": board, "query": query}}],
        "changedPropIds": ["asked.data"],
        "parsedChangedPropsIds": ["asked.data"],
    } | changes


@dataclass(frozen=True)
class Answer:
    parts: dict

    @property
    def figure(self):
        return self.parts["drawn"]["data"]

    @property
    def state(self):
        return self.parts["state"]["data"]

    @property
    def rows(self):
        """Each row of the linked table: id, front flag and the values of its cells, as the board's page has them."""
        return Page(self.parts["rows"]["data"]).rows

    @property
    def points(self):
        """Each entry's point by its id: front flag, x and y."""
        return {identity: (front, x, y) for trace in self.traces for identity, front, x, y in trace["customdata"]}

    @property
    def traces(self):
        return [trace for trace in self.figure["data"] if "hovertemplate" in trace and trace["meta"] != "counts"]

    def text(self, place):
        return " ".join(texts(self.parts[place]["children"]))


def ask(client, board="digits", query=""):
    """Both calls of the script: for the answer, then for its table."""
    parts = {}
    for body in (body_of(board, query), table_body(board, query)):
        answer = client.post(CALL, body, content_type="application/json")
        assert answer.status_code == 200, answer.content
        parts |= answer.json()["response"]
    return Answer(parts)


def table_body(board="digits", query=""):
    return body_of(
        output="rows.data",
        outputs={"id": "rows", "property": "data"},
        inputs=[{"id": "followed", "property": "data", "value": {"board": board, "query": query}}],
        changedPropIds=["followed.data"],
    )


def elements(part, kind):
    if isinstance(part, list):
        return [found for item in part for found in elements(item, kind)]
    if not isinstance(part, dict):
        return []
    own = [part] if part["type"] == kind else []
    return own + elements(part["props"].get("children"), kind)


def texts(part):
    if isinstance(part, list):
        return [found for item in part for found in texts(item)]
    if isinstance(part, dict):
        return texts(part["props"].get("children"))
    return [] if part is None else [str(part)]
