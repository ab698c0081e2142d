# The server. Web, gateway, worker, beat and the preparation are this one image with different commands.
# Any Debian-like image with Python 3.11 or newer, its venv module and CA certificates can be the base.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# The base's own certificates: a lab behind an inspecting proxy has its authority there.
ENV UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check 'uv>=0.9,<1'
WORKDIR /opt/perwatt
COPY pyproject.toml uv.lock ./
# CodeCarbon belongs to agents; the extra names it for the one-machine installation only. Compiled here, because the
# containers cannot write.
RUN /opt/uv/bin/uv export --quiet --frozen --no-dev --extra server --prune codecarbon --no-emit-project -o locked.txt \
    && /opt/uv/bin/uv venv --quiet --python python3 venv \
    && /opt/uv/bin/uv pip install --python venv --require-hashes --compile-bytecode -r locked.txt \
    && rm locked.txt uv.lock
COPY manage.py LICENSE ./
# The agent's sources are never run here: the preparation packs them into the wheel that /agent/ offers.
COPY agents agents
COPY fixtures/catalog fixtures/catalog
COPY fixtures/literature fixtures/literature
COPY fixtures/reference fixtures/reference
COPY fixtures/models/digits/mlp256x2.onnx fixtures/models/digits/
COPY frontend frontend
COPY leaderboard leaderboard
COPY workers workers
RUN python3 -m compileall -q frontend leaderboard workers

FROM ${BASE}
RUN useradd --system --uid 10001 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin perwatt \
    && install --directory --owner perwatt --group perwatt --mode 0700 /data
COPY --from=build /opt/perwatt /opt/perwatt
ENV PATH=/opt/perwatt/venv/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PERWATT_DATA_DIR=/data
WORKDIR /opt/perwatt
USER 10001:10001
CMD ["python", "manage.py", "check"]
