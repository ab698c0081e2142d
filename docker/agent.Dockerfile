# A device agent: the base installation and the wire contract, no Django.
# Any Debian-like image with Python 3.11 or newer, its venv module and CA certificates can be the base.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
# EXTRAS=estimate adds CodeCarbon's process estimate, for machines without an energy sensor.
ARG EXTRAS=
# The base's own certificates: a lab behind an inspecting proxy has its authority there.
ENV UV_SYSTEM_CERTS=1 UV_PYTHON_DOWNLOADS=never UV_NO_CACHE=1 UV_PROJECT_ENVIRONMENT=/opt/perwatt/venv
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir --disable-pip-version-check 'uv>=0.9,<1'
WORKDIR /opt/perwatt
COPY pyproject.toml uv.lock ./
RUN /opt/uv/bin/uv sync --frozen --no-dev --no-install-project --no-progress --python python3 --compile-bytecode \
    ${EXTRAS:+--extra "$EXTRAS"} \
    && rm uv.lock
COPY agents agents
COPY leaderboard/__init__.py leaderboard/__init__.py
COPY leaderboard/grading leaderboard/grading
COPY leaderboard/metrics leaderboard/metrics
COPY leaderboard/missing.py leaderboard/missing.py
COPY leaderboard/protocol leaderboard/protocol
COPY leaderboard/scoring leaderboard/scoring
COPY fixtures/catalog venv/share/perwatt/catalog
# In the project's folder and not installed: hatchling builds the four packages, and an agent has no use for two.
RUN python3 -m compileall -q agents leaderboard \
    && printf '#!/bin/sh\nexec python -m agents "$@"\n' > venv/bin/perwatt && chmod 0755 venv/bin/perwatt

FROM ${BASE}
RUN useradd --system --uid 10002 --user-group --home-dir /nonexistent --shell /usr/sbin/nologin perwatt \
    && install --directory --owner perwatt --group perwatt --mode 0700 /agent
COPY --from=build /opt/perwatt /opt/perwatt
ENV PATH=/opt/perwatt/venv/bin:$PATH PYTHONPATH=/opt/perwatt HOME=/tmp PYTHONUNBUFFERED=1 PERWATT_AGENT_HOME=/agent
USER 10002:10002
VOLUME /agent
ENTRYPOINT ["perwatt", "agent"]
CMD ["run"]
