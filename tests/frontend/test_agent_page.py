import re
import subprocess
from hashlib import sha256

import pytest

from leaderboard.wheel import pack_wheel


@pytest.fixture
def wheel(tmp_path, settings):
    settings.WHEEL_DIR = tmp_path / "wheel"
    return pack_wheel(settings.ROOT, settings.WHEEL_DIR)


def test_the_page_has_the_line_that_installs_with_the_checksum_of_the_script_it_serves(client, wheel):
    script = client.get("/agent/install.sh").content
    page = client.get("/agent/").content.decode()

    assert f"echo &quot;{sha256(script).hexdigest()}" in page.replace('"', "&quot;")
    assert "http://testserver/agent/install.sh" in page
    assert wheel.sha256 in page


def test_the_page_says_how_to_add_what_not_every_machine_needs_and_how_a_token_is_made(client, wheel):
    page = client.get("/agent/").content.decode()

    assert all(option in page for option in ("--estimate", "--llama", "--container"))
    assert "./perwatt manage enrol_token" in page


@pytest.mark.parametrize("accept", ["*/*", "text/plain"])
def test_a_terminal_gets_plain_lines_of_at_most_eighty_columns_but_for_addresses_and_the_one_line(
    client, wheel, accept
):
    answer = client.get("/agent/", headers={"accept": accept})

    assert answer["Content-Type"].startswith("text/plain")
    assert "Accept" in answer["Vary"]
    lines = answer.content.decode().splitlines()
    assert [line for line in lines if len(line) > 80 and "http" not in line] == []
    assert "&" not in answer.content.decode().replace("&&", "")


def test_the_wheel_and_its_checksum_are_served_and_belong_together(client, wheel):
    content = b"".join(client.get(f"/agent/{wheel.name}").streaming_content)
    checksum = client.get(f"/agent/{wheel.name}.sha256").content.decode()

    assert checksum == f"{sha256(content).hexdigest()}  {wheel.name}\n"


def test_the_script_is_sound_and_names_this_server_and_this_wheel(client, wheel):
    script = client.get("/agent/install.sh", headers={"host": "127.0.0.1:8443"}).content.decode()

    subprocess.run(["sh", "-n"], input=script, text=True, check=True)
    assert "origin='http://127.0.0.1:8443'" in script
    assert f"checksum='{wheel.sha256}'" in script
    assert not re.search(r"&(amp|lt|gt|quot|#)", script)


@pytest.mark.parametrize("name", ["perwatt-0.0.1-py3-none-any.whl", "secret-key", "v2"])
def test_another_name_is_not_found(client, wheel, db, name):
    assert client.get(f"/agent/{name}").status_code == 404


def test_a_server_without_a_wheel_says_so_and_how_to_make_one(client, tmp_path, settings, db):
    settings.WHEEL_DIR = tmp_path / "none"

    assert "manage prepare" in client.get("/agent/").content.decode()
    assert "manage prepare" in client.get("/agent/", headers={"accept": "*/*"}).content.decode()
    assert client.get("/agent/install.sh").status_code == 404
