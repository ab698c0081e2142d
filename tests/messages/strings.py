"""Every string that is marked for translation: of templates by Django's own parser, of modules by their syntax tree,
of the registries by what the pages translate of them."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from django.template import Engine, engines
from django.template.base import Template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from frontend.present.registry import texts

ROOT = Path(__file__).parents[2]
MODULES = ("frontend", "leaderboard")
TEMPLATES = ROOT / "frontend" / "templates"
CALLS = {
    "_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2,
}  # fmt: skip
"""How many of a call's arguments are messages."""

Message = str | tuple[str, str]
"""One string, or a singular and a plural."""


@cache
def all_messages() -> dict[Message, list[tuple[str, int]]]:
    """Return each message and where it stands, in the order of files."""
    found: dict[Message, list[tuple[str, int]]] = {}
    for message, file, line in (*_of_templates(), *_of_modules(), *_of_registries()):
        found.setdefault(message, []).append((str(file.relative_to(ROOT)), line))
    return found


def _of_templates() -> Iterator[tuple[Message, Path, int]]:
    engine = engines["django"].engine
    for file in sorted(TEMPLATES.rglob("*.html")):
        for node in _nodes(engine, file):
            message = _message(node)
            if message:
                yield message, file, node.token.lineno


def _nodes(engine: Engine, file: Path) -> Iterable[TranslateNode | BlockTranslateNode]:
    nodes = Template(file.read_text(encoding="utf-8"), engine=engine).nodelist
    return (*nodes.get_nodes_by_type(TranslateNode), *nodes.get_nodes_by_type(BlockTranslateNode))


def _message(node: TranslateNode | BlockTranslateNode) -> Message | None:
    if isinstance(node, TranslateNode):
        # Of a variable, whatever gave it its value has marked the message.
        text = node.filter_expression.var
        literal = getattr(text, "literal", text)
        return str(literal).replace("%", "%%") if isinstance(literal, str) else None
    singular = node.render_token_list(node.singular)[0]
    return (singular, node.render_token_list(node.plural)[0]) if node.plural else singular


def _of_registries() -> Iterator[tuple[Message, Path, int]]:
    yield from ((text, ROOT / module, 0) for module, text in texts())


def _of_modules() -> Iterator[tuple[Message, Path, int]]:
    for file in sorted(path for folder in MODULES for path in (ROOT / folder).rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "gettext" not in text:
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CALLS:
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
                wanted = CALLS[node.func.id]
                if len(texts) >= wanted:
                    yield texts[0] if wanted == 1 else (texts[0], texts[1]), file, node.lineno
