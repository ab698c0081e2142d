"""The repository tested as a thing: what may import what, how long a module may be, and that promises have tests."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

ROOT = Path(__file__).parents[1]
PACKAGES = ("leaderboard", "workers", "agents", "frontend")
SOURCES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
OURS = [model for model in apps.get_models() if model.__module__.startswith(PACKAGES)]
CONSTRAINTS = [
    pytest.param(constraint.name, id=constraint.name) for model in OURS for constraint in model._meta.constraints
]


@cache
def _text(path):
    return path.read_text(encoding="utf-8")


@cache
def _tree(path):
    return ast.parse(_text(path))


def _name(path):
    return str(path.relative_to(ROOT))


def _where(paths, wrong):
    return [f"{_name(path)}:{node.lineno}" for path in paths for node in ast.walk(_tree(path)) if wrong(node)]


def test_there_is_something_to_test():
    assert len(SOURCES) > 50
    assert len(CONSTRAINTS) > 10


def test_imports_only_point_down():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_package_of_the_server_is_in_the_layers():
    import tomllib

    contracts = tomllib.loads(_text(ROOT / "pyproject.toml"))["tool"]["importlinter"]["contracts"]
    named = {name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")}
    folders = {path.parent.name for path in (ROOT / "leaderboard").glob("*/__init__.py")}
    assert {f"leaderboard.{folder}" for folder in folders} <= named


def test_no_module_is_longer_than_four_hundred_lines():
    assert [_name(path) for path in SOURCES if _text(path).count("\n") > 400] == []


def test_no_module_is_called_after_nothing():
    bad = {"utils.py", "helpers.py", "common.py", "misc.py"}
    assert [_name(path) for path in SOURCES if path.name in bad] == []


def test_what_ci_runs_on_one_database_only_knows_none():
    words = ("django_db", "shared_database", "transactional_db")
    once = [path for path in TESTS if path.relative_to(ROOT).parts[1] in {"agents", "metrics"}]
    assert once
    assert [_name(path) for path in once if any(word in _text(path) for word in words)] == []


def test_there_are_no_signals():
    def uses_signals(node):
        return (
            isinstance(node, ast.ImportFrom) and "signals" in (node.module or "").split(".") and "django" in node.module
        )

    found = [place for place in _where(SOURCES, uses_signals) if not place.startswith("leaderboard/api/short_calls.py")]
    assert found == []  # short_calls sends what every handler of Django sends, and listens to nothing


def test_no_model_has_logic_in_save_or_delete():
    def overrides(node):
        return isinstance(node, ast.FunctionDef) and node.name in {"save", "delete", "bulk_create", "full_clean"}

    assert _where([path for path in SOURCES if path.name == "models.py"], overrides) == []


def test_no_model_orders_by_default():
    assert [model.__name__ for model in OURS if model._meta.ordering and model._meta.model_name != "user"] == []


def test_no_property_of_a_model_asks_the_database():
    def asks(node):
        is_property = isinstance(node, ast.FunctionDef) and any(
            isinstance(item, ast.Name) and item.id == "property" for item in node.decorator_list
        )
        return is_property and "objects" in ast.dump(node)

    assert _where([path for path in SOURCES if path.name == "models.py"], asks) == []


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_every_constraint_has_a_test_that_names_it(name):
    assert any(name in _text(path) for path in TESTS if path.name != Path(__file__).name), f"no test names {name}"


def test_every_state_and_code_fits_its_column():
    for model in OURS:
        for field in model._meta.get_fields():
            if isinstance(field, models.CharField) and field.choices:
                longest = max((len(str(value)) for value, _ in field.flatchoices), default=0)
                assert longest <= field.max_length, f"{model.__name__}.{field.name}"


EXEMPTION = re.compile(r"#\s*(noqa|type:\s*ignore|fmt:\s*skip|pragma)\b(?P<rest>.*)$")
BARE = re.compile(r"^(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*|\[[a-z-]+(,\s*[a-z-]+)*\])?\s*$")


def test_every_exemption_names_its_rule_and_carries_its_reason():
    found = []
    for path in SOURCES:
        for number, line in enumerate(_text(path).splitlines(), 1):
            match = EXEMPTION.search(line)
            if match and not match[1].startswith("fmt") and BARE.match(match["rest"]):
                found.append(f"{_name(path)}:{number}")
    assert found == []


def test_every_dependency_carries_its_reason():
    lines = _text(ROOT / "pyproject.toml").split("[build-system]")[0].splitlines()
    wanted = [line for line in lines if re.match(r'^  "[a-z]', line)]
    assert len(wanted) > 20
    assert [line.strip() for line in wanted if "#" not in line] == []


def test_no_default_is_a_clock_that_the_code_could_not_be_given():
    """`auto_now` and friends read a clock below the entry points."""
    clocked = [
        f"{model.__name__}.{field.name}"
        for model in OURS
        for field in model._meta.get_fields()
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    ]
    assert clocked == []


def test_no_clock_is_read_below_the_entry_points():
    below = ("accounts", "catalog", "devices", "submissions", "runs", "boards")
    # Admin pages and commands are entry points that Django keeps beside the models.
    entries = [path for path in SOURCES if path.name == "admin.py" or "commands" in path.parts]
    paths = [path for path in SOURCES if path.parts[len(ROOT.parts) + 1] in below and path not in entries]

    def reads_clock(node):
        return isinstance(node, ast.Call) and ast.unparse(node.func) in {
            "timezone.now", "datetime.now", "datetime.utcnow", "time.time", "database_now"
        }  # fmt: skip

    assert _where(paths, reads_clock) == []
