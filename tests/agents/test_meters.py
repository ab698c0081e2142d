import json

import pytest

from agents.errors import UserError
from agents.meters import read_meters

PLUG = {"kind": "shelly2", "url": "http://192.168.1.50"}


@pytest.fixture
def named(tmp_path):
    def write(meters):
        path = tmp_path / "meters.json"
        path.write_text(meters if isinstance(meters, str) else json.dumps(meters))
        return read_meters(path)

    return write


def test_no_file_is_no_meter(tmp_path):
    assert read_meters(tmp_path / "meters.json") == {}


def test_an_entry_needs_its_kind_and_its_address(named):
    meter = named({"plug": PLUG})["plug"]

    assert (meter.kind, meter.url, meter.read) == ("shelly2", "http://192.168.1.50", "power")
    assert (meter.period_s, meter.window_s, meter.powers) == (1.0, 60.0, None)


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"kind": "shelly9", "url": "http://a"}, "plug.kind"),
        ({"kind": "shelly2", "url": "file:///etc/passwd"}, "starts with http"),
        ({"kind": "shelly2", "url": "http://me:secret@a"}, "holds no user name"),
        ({"kind": "shelly2", "url": "http://a/\r\nHost: b"}, "starts with http"),
        ({"kind": "shelly2", "url": "http://a:99999"}, "plug.url"),
        (PLUG | {"colour": "red"}, "plug.colour"),
        (PLUG | {"period_s": 0}, "plug.period_s"),
        (PLUG | {"unit": "W"}, "path and unit go with kind json"),
        ({"kind": "json", "url": "http://a", "path": "x"}, "path and unit go with kind json"),
        (PLUG | {"user": "admin"}, "go together"),
    ],
)
def test_an_entry_that_is_wrong_says_where_and_repeats_no_secret(named, entry, says):
    with pytest.raises(UserError) as caught:
        named({"plug": entry})

    assert says in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"Plug!": {"kind": "shelly2", "url": "http://a"}}'])
def test_a_file_that_is_no_list_of_meters_names_itself(named, text):
    with pytest.raises(UserError, match=r"meters\.json"):
        named(text)


def test_no_machine_has_nine_meters(named):
    with pytest.raises(UserError, match="9 meters"):
        named({f"plug{number}": PLUG for number in range(9)})


def test_a_password_is_read_from_a_private_file_alone(named, tmp_path):
    secret = tmp_path / "password"
    meter = named({"plug": PLUG | {"user": "admin", "password_file": str(secret)}})["plug"]
    with pytest.raises(UserError, match="No such file"):
        meter.password()
    secret.write_text("open sesame\n")
    secret.chmod(0o644)
    with pytest.raises(UserError, match="chmod 600"):
        meter.password()
    secret.chmod(0o600)

    assert meter.password().get_secret_value() == "open sesame"
    assert "sesame" not in meter.model_dump_json()
