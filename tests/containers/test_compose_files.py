"""What can be said of the container set-up without an engine."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from leaderboard.wheel import PARTS

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "docker"
SERVER = (DOCKER / "compose.yaml").read_text(encoding="utf-8")
MAIL = (DOCKER / "mail.yaml").read_text(encoding="utf-8")
AGENT = (DOCKER / "perwatt-agent/compose.yaml").read_text(encoding="utf-8")
SERVICES = ("database", "broker", "prepare", "web", "gateway", "worker", "beat", "proxy")


def block(text, name):
    """Return the lines below a key, as long as they are indented more than it."""
    found = re.search(rf"^( *){name}:.*\n((?:\1 +.*\n|\s*\n|\1 *#.*\n)*)", text, re.MULTILINE)
    assert found, name
    return found[0]


def service(name):
    """Return the text of a service with the templates that it merges."""
    own = block(block(SERVER, "services"), name)
    merged = "".join(block(SERVER, f"x-{anchor}") for anchor in re.findall(r"<<: \*(hardened|server)", own))
    return own + merged + (block(SERVER, "x-hardened") if "*server" in own else "")


def test_the_services_are_those_of_the_architecture():
    names = re.findall(r"^  (\w+):$", block(SERVER, "services"), re.MULTILINE)
    assert tuple(names) == SERVICES


@pytest.mark.parametrize("name", SERVICES)
@pytest.mark.parametrize(
    "wanted",
    [
        r"read_only: true",
        r"cap_drop: \[ALL\]",
        r'security_opt: \["no-new-privileges:true"\]',
        r'user: (postgres|rabbitmq|"1\d{4}:1\d{4}")',
        r"healthcheck:",
        r"networks: \[inside",
        r"tmpfs: ",
    ],
)
def test_every_service_is_hardened_and_has_a_health_check(name, wanted):
    assert re.search(wanted, service(name))


@pytest.mark.parametrize("wanted", ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "healthcheck:"])
def test_the_agent_is_hardened_too(wanted):
    assert wanted in AGENT


def test_only_the_preparation_has_no_check_of_its_own():
    assert [name for name in SERVICES if "disable: true" in block(SERVER, name)] == ["prepare"]


def test_every_image_is_a_variable_with_a_pinned_minor():
    images = re.findall(r"image: (\S+)", SERVER + AGENT)
    assert len(images) == 5
    for image in images:
        assert re.fullmatch(r"\$\{PERWATT_\w+_IMAGE:-(perwatt-\w+:local|\w+:\d+\.\d+[\w.-]*)\}", image), image


@pytest.mark.parametrize("file", ["server.Dockerfile", "agent.Dockerfile"])
def test_an_image_is_built_from_any_base_and_does_not_run_as_root(file):
    text = (DOCKER / file).read_text(encoding="utf-8")
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["${BASE}", "${BASE}"]
    assert re.search(r"^USER 1\d{4}:1\d{4}$", text, re.MULTILINE)


def copied(file):
    """Return what an image takes from the project's folder."""
    lines = re.findall(r"^COPY (?!--from)(.+) \S+$", (DOCKER / file).read_text(encoding="utf-8"), re.MULTILINE)
    return [Path(source) for line in lines for source in line.split()]


@pytest.mark.parametrize("file", ["server.Dockerfile", "agent.Dockerfile"])
def test_what_an_image_takes_exists_and_reaches_the_build(file):
    let_in = [Path(line[1:]) for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for source in copied(file):
        assert (ROOT / source).exists(), source
        assert any(source.is_relative_to(part) for part in let_in), source


def test_the_server_takes_all_that_the_agents_wheel_is_packed_from():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shared = project["tool"]["hatch"]["build"]["targets"]["wheel"]["shared-data"]
    taken = copied("server.Dockerfile")
    for part in ("pyproject.toml", *PARTS, *shared, *project["project"]["license-files"]):
        assert any(Path(part).is_relative_to(source) for source in taken), part


def test_nothing_names_an_architecture():
    texts = [file.read_text(encoding="utf-8") for file in DOCKER.rglob("*") if file.is_file() and _is_ours(file)]
    assert not re.search(r"amd64|x86|arm64|aarch64|--platform", "\n".join(texts))


def test_every_secret_comes_from_a_file_that_git_and_the_build_ignore():
    secrets = SERVER.partition("\nsecrets:\n")[2].splitlines()
    assert len(secrets) == 7
    assert all(re.fullmatch(r"  \w+: \{file: secrets/[\w.-]+\}", line) for line in secrets)
    assert "/docker/secrets/" in (ROOT / ".gitignore").read_text(encoding="utf-8")
    assert (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()[1] == "*"


def test_no_password_is_written_down():
    names = re.findall(r"^ +(\w*(?:PASS|SECRET|TOKEN|URL)\w*): (.*)$", SERVER, re.MULTILINE)
    assert names
    assert all(value.startswith("/run/secrets/") for _, value in names)


@pytest.mark.parametrize(
    ("secret", "adds"), [(None, ""), ("", ""), ("smtp://relay:25/?from=a@b.c&tls=0", "-f mail.yaml ")]
)
def test_mail_is_set_up_where_its_address_is_a_secret(tmp_path, secret, adds):
    for part in ("docker/secrets", "bin"):
        (tmp_path / part).mkdir(parents=True)
    script = tmp_path / "docker/compose"
    script.write_bytes((DOCKER / "compose").read_bytes())
    docker = tmp_path / "bin/docker"
    docker.write_text('#!/bin/sh\necho "$@"\n', encoding="utf-8")
    docker.chmod(0o755)
    if secret is not None:
        (tmp_path / "docker/secrets/email-url").write_text(secret, encoding="utf-8")
    path = f"{docker.parent}:/usr/bin:/bin"
    said = subprocess.check_output(["sh", script, "up", "--detach"], env={"PATH": path}, text=True)
    assert said == "compose -f compose.yaml " + adds + "up --detach\n"


def test_the_worker_alone_reaches_a_mail_server_and_the_web_knows_that_there_is_one():
    assert re.findall(r"^  (\w+):$", block(MAIL, "services"), re.MULTILINE) == ["web", "worker"]
    for name in ("web", "worker"):
        assert "EMAIL_URL_FILE: /run/secrets/email_url" in block(MAIL, name)
        assert "secrets: [email_url]" in block(MAIL, name)
    assert "networks: [inside, mail]" in block(MAIL, "worker")
    assert "networks:" not in block(MAIL, "web")
    assert "  email_url: {file: secrets/email-url}" in MAIL


def test_there_is_no_package_of_the_name_docker():
    assert not (DOCKER / "__init__.py").exists()


def test_the_readme_and_the_operations_page_name_the_commands():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert "## When one machine is not enough" in readme
    assert "docker/up" in readme
    for words in (
        "docker/up",
        "docker/manage",
        "docker/compose",
        "PERWATT_BASE",
        "pg_dump",
        "tls-certificate.pem",
        "email-url",
    ):
        assert words in operations


def test_every_setting_of_the_compose_files_is_documented():
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    names = set(re.findall(r"\$\{(PERWATT_\w+)", SERVER + AGENT))
    assert sorted(name for name in names if f"`{name}`" not in operations) == []


def test_every_setting_that_the_page_names_for_the_containers_reaches_them():
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    section = operations.partition("\n## Several machines\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`PERWATT_.*?) \|", section, re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(PERWATT_\w+)`", row)}
    assert {"PERWATT_HOST", "PERWATT_QUOTA"} < named
    known = SERVER + AGENT + (DOCKER / "up").read_text(encoding="utf-8")
    assert sorted(name for name in named if f"${{{name}" not in known) == []


@pytest.mark.parametrize("script", ["up", "compose", "manage"])
def test_a_script_is_posix_sh_and_may_be_run(script):
    file = DOCKER / script
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert file.stat().st_mode & 0o111
    subprocess.run(["sh", "-n", file], check=True)


@pytest.mark.parametrize(
    ("programs", "sentence"),
    [
        ({}, "there is no docker command"),
        ({"docker": 'test "$1" = info'}, "there is neither docker compose nor docker-compose"),
        ({"docker": 'test "$1" != info || { echo "no daemon" >&2; false; }'}, "does not answer: no daemon"),
    ],
)
def test_what_is_missing_is_said_in_one_line(tmp_path, programs, sentence):
    for name, body in programs.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (tmp_path / name).chmod(0o755)
    for name in ("dirname", "tail", "cat"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")

    done = subprocess.run(
        ["/bin/sh", DOCKER / "up"], env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert sentence in done.stderr


def _is_ours(file):
    return "secrets" not in file.parts and file.name not in {".env", "up.log"}
