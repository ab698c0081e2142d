# `just` comes with the development tools (rust-just): .venv/bin/just, or `just` from your system.

python := ".venv/bin/python"
bin := ".venv/bin"

# The machine's own certificates, as in ./perwatt.

export UV_SYSTEM_CERTS := "1"

# List the recipes
default:
    @{{ just_executable() }} --list

# Run everything on this machine
up *options:
    ./perwatt up {{ options }}

# Run the tests
test *options:
    ./perwatt test {{ options }}

# Lint, format and spelling, and whether every import is declared
lint: tools
    {{ bin }}/ruff check .
    {{ bin }}/ruff format --check .
    {{ bin }}/codespell
    {{ bin }}/deptry .
    git ls-files -z '*.html' | xargs -0 --no-run-if-empty {{ bin }}/djade --target-version 5.2 --check

# Put code and templates into their form
format: tools
    {{ bin }}/ruff check --fix .
    {{ bin }}/ruff format .
    git ls-files -z '*.html' | xargs -0 --no-run-if-empty {{ bin }}/djade --target-version 5.2

# Check the types
types: tools
    {{ bin }}/mypy

# Check that imports point down
imports: tools
    {{ bin }}/lint-imports

# Check that no migration is missing
migrations: tools
    {{ python }} manage.py makemigrations --check --dry-run

# Train the bundled models again and check their digests
train: tools
    PATH="$PWD/.venv/bin:$PATH" uv run --frozen --all-extras --inexact --group train python fixtures/models/train_digits.py
    PATH="$PWD/.venv/bin:$PATH" uv run --frozen --all-extras --inexact --group train python fixtures/models/train_adders.py

# Begin a language or bring its catalogue up to date, and compile it: `just messages de`
messages code: tools
    {{ python }} -m tests.messages {{ code }}

# Measure our own speed beside references; times are reported and never gate anything
bench: tools
    for file in tests/bench/bench_*.py; do {{ python }} -m "tests.bench.$(basename "$file" .py)"; done

# What CI runs
ci:
    CI=true .ci/run

[private]
tools:
    @./perwatt setup
