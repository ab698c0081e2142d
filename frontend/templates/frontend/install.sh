#!/bin/sh
# Installs the Perwatt agent {{ version }} of {{ origin }} into a virtual environment of its own, for this user alone.
# Run it again to upgrade; nothing needs root. POSIX sh.
set -eu

origin='{{ origin }}'
wheel='{{ wheel }}'
checksum='{{ checksum }}'
home=${HOME:-}
into=${XDG_DATA_HOME:-$home/.local/share}/perwatt-agent
bin=$home/.local/bin
ca_file=
extras=
size='160 MB at most; --estimate and --llama add 110 MB each'

usage() {
    cat <<TEXT
Usage: sh install.sh [--into DIR] [--ca-file FILE] [--estimate] [--llama] [--container]

  --into DIR      where to install (default $into)
  --ca-file FILE  the certificate to trust when the agent is fetched from $origin
  --estimate      with CodeCarbon's process estimate, for a machine without an energy sensor
  --llama         with llama.cpp, which runs GGUF models
  --container     with the client for a Docker engine, which runs models that come as an image

Variables: PERWATT_PYTHON, the Python to use; pip's own, such as PIP_INDEX_URL and PIP_CERT.
TEXT
}

fail() {
    printf 'perwatt: %s\n' "$1" >&2
    exit 2
}

arguments() {
    while [ $# -gt 0 ]; do
        case $1 in
        --into | --ca-file) [ $# -gt 1 ] || fail "$1 needs a value." ;;
        esac
        case $1 in
        --into) into=$2 && shift ;;
        --ca-file) ca_file=$2 && shift ;;
        --estimate | --llama | --container) extras="$extras ${1#--}" ;;
        -h | --help) usage && exit 0 ;;
        *) usage >&2 && exit 2 ;;
        esac
        shift
    done
    [ "$into" != /.local/share/perwatt-agent ] || fail "HOME is not set; name the folder to install into with --into."
    case $into in
    /*) ;;
    *) into=$(pwd)/$into ;;
    esac
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    if [ -n "${PERWATT_PYTHON:-}" ]; then
        is_new_enough "$PERWATT_PYTHON" || fail "PERWATT_PYTHON=$PERWATT_PYTHON is not a Python 3.11 or newer."
        python=$PERWATT_PYTHON
        return
    fi
    for python in python3.13 python3.12 python3.11 python3 python3.14; do
        if is_new_enough "$python"; then return; fi
    done
    found=$(python3 --version 2>/dev/null || echo 'no Python at all')
    fail "no Python 3.11 or newer: found $found. Install one, or name it in PERWATT_PYTHON."
}

# What the packages that are not pure Python are built for.
check_machine() {
    machine=$("$python" -c '
import platform, sys
bits = 64 if sys.maxsize > 2**32 else 32
name, version = platform.libc_ver() if sys.platform == "linux" else ("glibc", "9")
is_old = name == "glibc" and tuple(map(int, version.split("."))) < (2, 28)
print(platform.machine(), bits, f"old-{version}" if is_old else name or "musl")')
    case $machine in
    "x86_64 64 glibc" | "aarch64 64 glibc" | "arm64 64 glibc") ;;
    *" 32 "*) fail "this Python is a 32-bit program; ONNX Runtime needs a 64-bit system on x86-64 or arm64." ;;
    *" old-"*) fail "this system has glibc ${machine##*-}; ONNX Runtime needs 2.28 or newer." ;;
    *" musl") fail "this system has no glibc; ONNX Runtime is built for glibc. The container image of the agent runs here." ;;
    *) fail "this machine is ${machine%% *}; ONNX Runtime is built for x86-64 and arm64." ;;
    esac
    "$python" -c 'import venv, ensurepip' 2>/dev/null || fail "this Python has no venv module: on Debian and Ubuntu,\
 apt install $("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
}

# Fetches the wheel, and keeps it only when it is the one that this script was written for.
fetch() {
    "$python" - "$origin/agent/$wheel" "$into/$wheel" "$checksum" "$ca_file" <<'PYTHON' || exit 2
import hashlib, ssl, sys, urllib.error, urllib.request
url, target, checksum, ca_file = sys.argv[1:]
try:
    trusted = ssl.create_default_context(cafile=ca_file or None)
    content = urllib.request.urlopen(url, timeout=60, context=trusted).read()
except urllib.error.HTTPError as error:
    sys.exit(f"perwatt: {url} answered {error.code}. Was the server upgraded? Fetch this script again.")
except OSError as error:
    why = getattr(error, "reason", error)
    hint = " Name the server's certificate with --ca-file." if isinstance(why, ssl.SSLError) else ""
    sys.exit(f"perwatt: {url} cannot be fetched: {why}.{hint}")
found = hashlib.sha256(content).hexdigest()
if found != checksum:
    sys.exit(f"perwatt: {url} is not what was promised: its SHA-256 is {found}, expected {checksum}. Nothing was installed.")
with open(target, "wb") as file:
    file.write(content)
PYTHON
}

# The machine's own certificates, for pip too: a lab behind an inspecting proxy has its authority there.
trust_own_certificates() {
    for bundle in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt; do
        if [ -z "${PIP_CERT:-}" ] && [ -r "$bundle" ]; then export PIP_CERT="$bundle"; fi
    done
}

# Run a step with its output in the log; on failure say in one line what is wrong.
try() {
    if "$@" >>"$log" 2>&1; then return; fi
    if grep -qi 'no space left' "$log"; then
        fail "no disk space left in $into: the agent takes $size."
    elif grep -qiE 'resolution|unreachable|connection|timed out|max retries' "$log"; then
        fail "no network: pip does not reach its package index; PIP_INDEX_URL names another. Details in $log."
    elif grep -qiE 'no matching distribution' "$log"; then
        fail "pip finds no$(grep -i 'no matching distribution' "$log" | head -n 1 | sed 's/.*found for//') that runs on\
 $("$python" --version); PERWATT_PYTHON names another Python, PIP_INDEX_URL another index. Details in $log."
    fi
    fail "installing failed: $(grep -iE 'error|denied' "$log" | head -n 1); details in $log."
}

pip() {
    "$into/pip/bin/python" -m pip --python "$venv/bin/python" install \
        --disable-pip-version-check --no-input --no-compile --quiet "$@"
}

# The stamp is written last: an installation that was interrupted is done again.
install() {
    venv=$into/venv
    # What an earlier installation was given stays.
    extras=$({ echo "$extras"; cat "$into/extras" 2>/dev/null; } | tr ', ' '\n\n' | grep . | sort -u | paste -sd , -)
    wanted="$checksum${extras:+[$extras]}"
    if [ "$(cat "$into/installed" 2>/dev/null)" = "$wanted" ] && "$venv/bin/perwatt" --version >/dev/null 2>&1; then
        echo "perwatt: this version is installed already"
        return
    fi
    rm -f "$into/installed"
    echo "perwatt: installing into $venv ($size; details in $log)"
    # pip lives beside it and goes again, and what is never imported is never compiled: that is 80 MB less.
    try "$python" -m venv --clear "$into/pip"
    is_new_enough "$venv/bin/python" || try "$python" -m venv --clear --without-pip "$venv"
    # Twice, because pip takes another file of the same version for one that is there already.
    try pip --force-reinstall --no-deps "$into/$wheel"
    try pip "$into/$wheel${extras:+[$extras]}"
    [ -z "$extras" ] || echo "$extras" >"$into/extras"
    # 8 MB of tests that nothing imports.
    find "$venv"/lib/python3*/site-packages/numpy -type d -name tests -prune -exec rm -rf {} + 2>/dev/null || :
    "$venv/bin/perwatt" --version >>"$log" 2>&1 || fail "what was installed does not start: $(tail -n 1 "$log"); details in $log."
    rm -rf "$into/pip"
    printf '%s\n' "$wanted" >"$into/installed"
}

# A file of somebody else's is left alone.
link() {
    command=$venv/bin/perwatt
    [ -n "$home" ] || return 0
    case ":$PATH:" in
    *":$bin:"*) ;;
    *) return ;;
    esac
    if [ -e "$bin/perwatt" ] && [ ! -L "$bin/perwatt" ]; then return; fi
    mkdir -p "$bin" && ln -sf "$venv/bin/perwatt" "$bin/perwatt" && command=perwatt
}

main() {
    arguments "$@"
    find_python
    check_machine
    mkdir -p "$into" || fail "cannot make $into."
    log=$into/install.log
    : >"$log" || fail "cannot write to $into."
    fetch
    trust_own_certificates
    install
    rm -f "$into/$wheel"
    link
    cat <<TEXT
Installed $("$venv/bin/perwatt" --version). Next:
  $command agent probe                         what this machine can measure
  $command agent enrol --url $origin --token-stdin
  $command agent doctor                        what is fine and what to fix
  $command agent service install               start it with this machine
TEXT
}

# On the last line, so that half a script does nothing.
main "$@"
