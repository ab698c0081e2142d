import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import leaderboard.metrics

LISTING = """
import sys, leaderboard.metrics
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"scipy", "moocore", "django", "cffi", "pandas"}))
"""


def test_importing_the_package_needs_numpy_alone():
    output = subprocess.run([sys.executable, "-c", LISTING], capture_output=True, text=True, check=True).stdout
    assert output.split() == []


def test_what_the_package_imports_when_called_is_the_extra_that_its_docstring_names():
    packages = Path(leaderboard.metrics.__file__).parent
    lazily = {
        (node.names[0].name if isinstance(node, ast.Import) else node.module or "").partition(".")[0]
        for path in packages.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text()))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    } - {"leaderboard"}
    project = tomllib.loads((packages.parents[1] / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    assert {re.split("[<>=]", line)[0] for line in extras["metrics"]} == lazily
    assert any(line.startswith("perwatt[") and "metrics" in line for line in extras["server"])
    assert "perwatt[metrics]" in leaderboard.metrics.__doc__


def test_every_exported_name_exists_and_every_function_says_what_it_does():
    for name in leaderboard.metrics.__all__:
        exported = getattr(leaderboard.metrics, name)
        if callable(exported) and exported.__module__.startswith("leaderboard.metrics"):
            assert exported.__doc__, name


def test_no_module_reads_a_file_a_clock_or_the_network():
    forbidden = {"os", "pathlib", "time", "datetime", "socket", "httpx", "requests", "sqlite3", "random"}
    for path in Path(leaderboard.metrics.__file__).parent.rglob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        imported = {
            alias.name.partition(".")[0] for node in nodes if isinstance(node, ast.Import) for alias in node.names
        }
        imported |= {(node.module or "").partition(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not imported & forbidden, path.name
        assert "open" not in {
            node.func.id for node in nodes if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
