"""Images for a machine without a registry: a base from Debian, and stand-ins for the three that compose.yaml names."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
# What a machine's own package tools trust and use belongs to its base image; our Dockerfiles know nothing of it.
OF_THIS_MACHINE = ("etc/ssl/certs/ca-certificates.crt", "etc/pip.conf")
PACKAGES = "python3,python3-venv,ca-certificates"


def base():
    """Return the tag of a Debian with Python, made once for as long as what it is made of stays the same."""
    parts = [PACKAGES.encode()]
    parts += [file.read_bytes() for name in OF_THIS_MACHINE if (file := Path("/") / name).exists()]
    tag = f"perwatt-test-base:{hashlib.sha256(b' '.join(parts)).hexdigest()[:12]}"
    if _docker("image", "inspect", tag, check=False).returncode != 0:
        _make_base(tag)
    return tag


def _make_base(tag):
    with tempfile.TemporaryDirectory(prefix="perwatt-base-") as folder:
        root = Path(folder) / "root"
        command = ["debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", str(root)]
        subprocess.run(command, check=True, capture_output=True)
        for name in OF_THIS_MACHINE:
            if (Path("/") / name).exists():
                shutil.copy(Path("/") / name, root / name)
        shutil.rmtree(root / "var/cache/apt/archives")
        with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as packed:
            _docker("import", "-", tag, stdin=packed.stdout)


def stand_ins(base):
    tag = "perwatt-test-stand-ins:local"
    _build(tag, HERE / "stand_ins", base)
    return tag


def agent(base, tree):
    tag = "perwatt-agent:test"
    _build(tag, tree, base, "--file", str(tree / "docker" / "agent.Dockerfile"))
    return tag


def model(base, *, protocol="openai", mischief=""):
    """Return the digest of an image that is measured."""
    tag = f"perwatt-test-model:{hashlib.sha256(f'{protocol} {mischief}'.encode()).hexdigest()[:12]}"
    chosen = ("--build-arg", f"PROTOCOL={protocol}", "--build-arg", f"MISCHIEF={mischief}")
    _build(tag, HERE / "models", base, *chosen)
    return _docker("image", "inspect", "--format", "{{.Id}}", tag).stdout.strip()


def _build(tag, context, base, *options):
    # In the machine's own network: what reaches a package index here may reach none from a bridge.
    arguments = ("--quiet", "--network", "host", "--build-arg", f"BASE={base}", "--tag", tag)
    _docker("build", *arguments, *options, str(context))


def _docker(*arguments, check=True, stdin=None):
    done = subprocess.run(["docker", *arguments], check=False, capture_output=True, text=True, stdin=stdin)
    assert not check or done.returncode == 0, f"docker {arguments[0]}:\n{done.stdout[-1000:]}\n{done.stderr[-3000:]}"
    return done
