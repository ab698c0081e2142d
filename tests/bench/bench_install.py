"""How large an installation of the agent is, and whether our wheel holds what the project's build tool would put in.

    python -m tests.bench.bench_install

Runs the script that `/agent/` serves, with the package index of this machine, once without and once with the estimate,
and weighs each environment by `du` after it has probed the machine. Needs a network; says so where there is none. The
bars: 160 MB, and 280 MB with the estimate.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BARS_MB = {"": 160, "--estimate": 280}
ROOT = Path(__file__).parents[2]


def serve(folder: Path) -> tuple[ThreadingHTTPServer, bytes]:
    """The wheel at an address, and the script that installs it from there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
    import django

    django.setup()
    from django.template.loader import render_to_string

    from leaderboard.wheel import pack_wheel

    wheel = pack_wheel(ROOT, folder)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(wheel.path.read_bytes())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_address[1]}"
    words = {"origin": origin, "version": wheel.version, "wheel": wheel.name, "checksum": wheel.sha256}
    return server, render_to_string("frontend/install.sh", words).encode()


def megabytes(folder: Path) -> int:
    return int(subprocess.run(["du", "-sm", folder], capture_output=True, check=True, text=True).stdout.split()[0])


def installed(script: bytes, folder: Path, option: str) -> str:
    environ = os.environ | {"HOME": str(folder), "PERWATT_PYTHON": sys._base_executable}
    command = ["sh", "-s", "--", "--into", folder / "agent", *([option] if option else [])]
    done = subprocess.run(command, input=script, env=environ, capture_output=True, check=False)
    if done.returncode != 0:
        return done.stderr.decode().strip()
    subprocess.run([folder / "agent/venv/bin/perwatt", "agent", "probe"], capture_output=True, check=True)
    return f"{megabytes(folder / 'agent')} MB (bar {BARS_MB[option]} MB)"


def compare_with_build_tool(folder: Path) -> str:
    """Files that are in one wheel and not in the other, of those that an agent needs."""
    uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
    built = subprocess.run(
        [uv, "build", "--wheel", "--quiet", "--out-dir", folder / "built", ROOT], capture_output=True, check=False
    )
    if built.returncode != 0:
        return f"not built: {built.stderr.decode().strip().splitlines()[-1]}"
    (theirs,) = (folder / "built").glob("*.whl")
    (ours,) = (folder / "wheel").glob("*.whl")
    names = [set(zipfile.ZipFile(path).namelist()) for path in (ours, theirs)]
    server = ("frontend/", "workers/", "leaderboard/")
    kept = ("leaderboard/__init__.py", "leaderboard/metrics/", "leaderboard/protocol/")
    wanted = {name for name in names[1] if name.startswith(kept) or not name.startswith(server)}
    ours_alone, theirs_alone = sorted(names[0] - wanted), sorted(wanted - names[0])
    return f"{len(names[0])} files; only ours {ours_alone}, only the build tool's {theirs_alone}"


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        server, script = serve(folder / "wheel")
        for option in BARS_MB:
            where = folder / (option or "base").strip("-")
            where.mkdir()
            print(f"{option or 'base':<12} {installed(script, where, option)}", flush=True)
        print(f"{'wheel':<12} {compare_with_build_tool(folder)}")
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    main()
