"""The pages of devices: the list with its filters, one device, its history, and the status of the service."""

import csv
import io
from datetime import timedelta

import pytest

from leaderboard.accounts.models import MailTrouble
from leaderboard.clock import database_now
from leaderboard.devices.contacts import note_minute
from leaderboard.devices.models import DeviceEvent, Health
from leaderboard.health.models import HealthCheck, Verdict
from leaderboard.runs.models import ReaperWatch
from leaderboard.runs.states import AttemptState, JobState
from tests.databases import CLOCK_QUERIES
from tests.factories import (
    AgentFactory,
    AttemptFactory,
    DeviceFactory,
    EnergySourceFactory,
    JobFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


def online(**values):
    """A device whose agent is in contact now."""
    return DeviceFactory(agent=AgentFactory(last_seen_at=database_now()), **values)


def checks_on(device, latencies, *, starts=(0,), fingerprints=None):
    now = database_now()
    for place, latency in enumerate(latencies):
        HealthCheck.objects.create(
            device=device,
            job=JobFactory(device=device, state=JobState.PUBLISHED),
            cause="daily",
            verdict=Verdict.GOOD,
            asked_at=now - timedelta(days=len(latencies) - place),
            done_at=now,
            starts_baseline=place in starts,
            latency_p50_s=latency,
            fingerprint=(fingerprints or {}).get(place, "f"),
        )


# --- the list


def test_two_devices_of_the_same_name_are_told_apart_in_their_links(client):
    one, other = online(), online()
    page = client.get("/devices/").content.decode()
    assert one.name == other.name
    for device in (one, other):
        link = page.partition(f'href="/devices/{device.slug}/"')[2].partition("</a>")[0]
        assert device.name in link
        assert device.slug in link


def test_the_three_facts_stand_side_by_side_and_the_one_that_blocks_is_named(client):
    fine, away, ill = online(), DeviceFactory(agent=AgentFactory(last_seen_at=None)), online(health=Health.FAILING)
    AttemptFactory(device=fine, agent=fine.agent)
    rows = {row["slug"]: row for row in client.get("/devices.json").json()["devices"]}
    assert [rows[fine.slug][fact] for fact in ("connection", "activity", "health")] == ["online", "reserved", "good"]
    assert rows[fine.slug]["blocked_by"] == "a job was offered to it"
    assert rows[away.slug]["blocked_by"] == "its agent was never seen"
    assert rows[ill.slug]["blocked_by"] == "its health is failing"


def test_a_device_that_nothing_has_checked_is_unknown_and_takes_jobs_and_one_that_is_gone_does_not(client):
    new = online(health=Health.UNKNOWN, health_reason="Not checked yet.")
    gone = online(health=Health.UNKNOWN, health_reason="The agent no longer reports this device.", reported=False)
    rows = {row["slug"]: row for row in client.get("/devices.json").json()["devices"]}
    assert [rows[new.slug][fact] for fact in ("health", "blocked_by")] == ["unknown", None]
    assert rows[gone.slug]["blocked_by"] == "its health is unknown"
    page = client.get(f"/devices/{new.slug}/").content.decode()
    assert "Not checked yet." in page
    assert "It takes jobs: online and idle. No check has found it good yet." in page
    assert "idle and good" not in page
    incidents = client.get("/status/").content.decode().partition('id="incidents"')[2].partition("</section>")[0]
    assert gone.slug in incidents
    assert new.slug not in incidents


@pytest.mark.parametrize(
    ("query", "found"),
    [("class=gpu", {"b-gpu"}), ("class=cpu~gpu", {"a-cpu", "b-gpu"}), ("scope=wall", {"a-cpu"}),
     ("quality=B", {"a-cpu"}), ("quality=none", {"b-gpu"}), ("state=good", {"a-cpu"}),
     ("state=online~maintenance", {"b-gpu"}),
     ("vendor=example", {"a-cpu", "b-gpu"}), ("class=gpu&state=good", set())],
)  # fmt: skip
def test_every_form_of_the_list_has_the_devices_that_were_asked_for(client, query, found):
    metered = online(slug="a-cpu")
    EnergySourceFactory(device=metered, key="plug", scope="wall", provenance="measured", method="power_integral")
    online(slug="b-gpu", kind="gpu", health=Health.MAINTENANCE)
    page = client.get(f"/devices/?{query}").content.decode()
    assert {slug for slug in ("a-cpu", "b-gpu") if f"/devices/{slug}/" in page} == found
    assert {row["slug"] for row in client.get(f"/devices.json?{query}").json()["devices"]} == found
    lines = list(csv.DictReader(io.StringIO(client.get(f"/devices.csv?{query}").content.decode())))
    assert {line["slug"] for line in lines} == found


@pytest.mark.parametrize("query", ["class=toaster", "colour=red", "state=%00", "class=%ff", "quality=" + "A" * 5000])
def test_what_no_filter_knows_is_named_and_changes_nothing(client, query):
    device = online()
    page = client.get(f"/devices/?{query}")
    assert page.status_code == 200
    assert "Ignored" in page.content.decode()
    assert f"/devices/{device.slug}/" in page.content.decode()
    assert client.get(f"/devices.json?{query}").json()["ignored"]


def test_filters_that_leave_no_device_say_how_many_each_of_them_takes(client):
    online(slug="a-cpu")
    online(slug="b-gpu", kind="gpu")
    page = client.get("/devices/?class=cpu&state=offline").content.decode()
    assert '<a href="/devices/?state=offline">Remove class: cpu, +0</a>' in page
    assert '<a href="/devices/?class=cpu">Remove state: offline, +1</a>' in page
    assert '<a href="/devices/">Clear all, +2</a>' in page


def test_what_a_form_sends_becomes_the_address_of_the_view(client):
    online()
    assert client.get("/devices/?class=cpu&class=cpu&vendor=")["Location"] == "/devices/?class=cpu"


def test_queue_and_wait_of_a_device_are_of_the_jobs_that_name_it_and_of_its_class(client):
    device, now = online(), database_now()
    JobFactory(device=device)
    JobFactory(device=None, device_class="cpu")
    for minutes in (1, 2, 9):
        AttemptFactory(
            job=JobFactory(device=device, state=JobState.PUBLISHED, created_at=now - timedelta(minutes=minutes)),
            device=device,
            agent=device.agent,
            state=AttemptState.DONE,
            dispatched_at=now,
            claimed_at=now,
        )
    (row,) = client.get("/devices.json").json()["devices"]
    assert (row["jobs_named"], row["jobs_of_class"], row["median_wait_s"]) == (1, 1, 120.0)


def test_an_hour_before_records_began_is_not_an_hour_of_absence(client):
    device, now = online(), database_now()
    (row,) = client.get("/devices.json").json()["devices"]
    assert (row["available_share_24h"], row["availability_known_hours"]) == (None, 0)
    note_minute(agent_id=device.agent_id, before=None, now=now - timedelta(hours=3))
    (row,) = client.get("/devices.json").json()["devices"]
    assert row["availability_known_hours"] == 4
    assert 0 < row["available_share_24h"] < 0.5
    assert "of the 4 h on record" in client.get("/devices/").content.decode()


def test_the_list_costs_the_same_however_many_devices_there_are(client, django_assert_num_queries):
    online()
    with django_assert_num_queries(5 + CLOCK_QUERIES):
        client.get("/devices/")
    for _ in range(5):
        EnergySourceFactory(device=online())
    with django_assert_num_queries(5 + CLOCK_QUERIES):
        client.get("/devices/")
    with django_assert_num_queries(5 + CLOCK_QUERIES):
        client.get("/devices.json")


# --- one device


def test_the_energy_card_draws_what_the_scope_leaves_out(client):
    device = online(kind="gpu", key="gpu0")
    EnergySourceFactory(
        device=device, key="nvml", scope="accelerator", provenance="counter", method="counter_difference",
        resolution_s=0.02,
    )  # fmt: skip
    page = client.get(f"/devices/{device.slug}/").content.decode()
    assert "Host energy not included; understates small models most." in page
    assert "C: the vendor&#x27;s cumulative energy counter" in page
    assert 'class="inside accelerator"' in page
    assert 'class="outside cpu"' in page
    assert "up to 50.0" in page


def test_what_the_agent_did_not_tell_is_a_dash_with_a_reason(client):
    page = client.get(f"/devices/{online(memory_bytes=None, cores=None).slug}/").content.decode()
    identity = page.partition('id="identity"')[2]
    assert "– <small>the agent does not say</small>" in identity.partition("Memory")[2].partition("</dd>")[0]
    assert "its memory is not known" in page


def test_who_took_a_device_out_and_why_is_public(client):
    device = online(health=Health.MAINTENANCE, health_reason="new fan")
    by = UserFactory(username="ada")
    DeviceEvent.objects.create(device=device, at=database_now(), kind="health", text="Taken out", by=by)
    page = client.get(f"/devices/{device.slug}/").content.decode()
    assert "new fan" in page
    assert "(ada, " in page
    assert "keep/" not in page


def test_a_device_page_and_its_history_have_a_budget(client, django_assert_max_num_queries):
    device = online()
    JobFactory(device=device)
    checks_on(device, [0.001] * 6)
    with django_assert_max_num_queries(15):
        client.get(f"/devices/{device.slug}/")
    with django_assert_max_num_queries(5):
        client.get(f"/devices/{device.slug}/history/")


@pytest.mark.parametrize("path", ["/devices/x/history/", "/devices/x.json", "/devices/x.csv", "/devices/x/history.csv"])
def test_a_device_that_does_not_exist_is_not_found(client, path):
    assert client.get(path).status_code == 404


# --- history


def test_under_five_checks_there_is_no_chart_and_the_page_says_why(client):
    device = online()
    checks_on(device, [0.001] * 4)
    page = client.get(f"/devices/{device.slug}/history/").content.decode()
    assert "4 of the 5 checks that a chart needs" in page
    assert 'class="control"' not in page


def test_a_chart_has_every_check_the_limits_of_its_baseline_and_a_line_at_a_change(client):
    device = online()
    checks_on(device, [1.0e-3] * 5 + [1.2e-3, 2e-3, 2e-3], starts=(0, 6), fingerprints={6: "g", 7: "g"})
    page = client.get(f"/devices/{device.slug}/history/").content.decode()
    assert page.count('class="dot') == 8
    assert page.count('class="dot out"') == 1
    assert page.count('class="limit"') == 4
    assert page.count('class="break"') == 1
    assert "limit 2.20" in page
    assert "the machine changed" in page
    since = HealthCheck.objects.filter(starts_baseline=True).latest("asked_at").asked_at
    assert f"comparable since {since:%Y-%m-%d %H:%M}" in client.get(f"/devices/{device.slug}/").content.decode()


def test_history_has_the_same_rows_in_every_form(client):
    device = online()
    checks_on(device, [0.001] * 2)
    DeviceEvent.objects.create(device=device, at=database_now(), kind="changed", text="=driver: 1 to 2", breaks=True)
    records = client.get(f"/devices/{device.slug}/history.json").json()["history"]
    lines = list(csv.DictReader(io.StringIO(client.get(f"/devices/{device.slug}/history.csv").content.decode())))
    assert [record["kind"] for record in records] == [line["kind"] for line in lines] == ["changed", "check", "check"]
    assert lines[0]["text"] == "'=driver: 1 to 2"
    assert records[0]["breaks_comparability"] is True


# --- status


def test_a_silent_worker_is_an_incident_and_a_ticking_one_is_alive(client):
    assert client.get("/status.json").json()["worker_alive"] is False
    now = database_now()
    watch = ReaperWatch.objects.create(name="reaper", since=now, last_tick_at=now - timedelta(minutes=2))
    assert client.get("/status.json").json()["worker_alive"] is False
    assert "not heard of" in client.get("/status/").content.decode()
    ReaperWatch.objects.filter(pk=watch.pk).update(last_tick_at=now)
    assert client.get("/status.json").json()["worker_alive"] is True


def test_status_has_queue_running_jobs_last_measurements_and_incidents(client, django_assert_num_queries):
    now = database_now()
    busy, ill = online(), online(health=Health.FAILING, health_reason="It drifted.")
    JobFactory(device=busy)
    AttemptFactory(job=JobFactory(device=busy, state=JobState.RUNNING), state=AttemptState.CLAIMED, phase="measuring")
    AttemptFactory(job=JobFactory(device=ill, state=JobState.PUBLISHED), state=AttemptState.DONE, finished_at=now)
    with django_assert_num_queries(8 + CLOCK_QUERIES):
        status = client.get("/status.json").json()
    assert status["jobs"] == {"queued": 1, "running": 1, "verifying": 0}
    assert [job["device"] for job in status["running"]] == [busy.slug]
    last = {one["slug"]: one["last_measured_at"] for one in status["devices"]}
    assert last == {busy.slug: None, ill.slug: now.isoformat()}
    assert status["incidents"] == [{"device": ill.slug, "health": "failing", "reason": "It drifted."}]
    page = client.get("/status/").content.decode()
    assert "It drifted." in page
    assert busy.slug in page


def test_status_says_what_is_not_well_whose_it_is_and_what_to_do(client):
    now = database_now()
    ReaperWatch.objects.create(name="reaper", since=now, last_tick_at=now)
    here, gone = online(), DeviceFactory(agent__last_seen_at=now - timedelta(days=1))
    DeviceFactory(agent__last_seen_at=None, health=Health.MAINTENANCE)
    JobFactory(device=here)
    JobFactory(device=gone)
    page = client.get("/status/").content.decode()
    assert "Not all is well: 1 of 3 devices are not in contact; 1 of 2 jobs that wait cannot start." in page
    assert "To be mended by whoever runs the device." in page
    assert "start its agent" in page
    assert "last contact <time" in page
    found = client.get("/status.json").json()
    assert (found["silent"], found["jobs_that_cannot_start"]) == ([gone.slug], 1)


def test_status_says_since_when_mail_is_late_while_it_is_tried(client, settings, django_assert_num_queries):
    now = database_now()
    ReaperWatch.objects.create(name="reaper", since=now, last_tick_at=now)
    since, tried_at = now - timedelta(days=3), now - timedelta(hours=23)
    MailTrouble.objects.create(name="mail", since=since, tried_at=tried_at)
    said = f"mail has been late since {since:%Y-%m-%d %H:%M} UTC, for the mail server takes none"
    assert "mail has been late" not in client.get("/status/").text
    settings.MAIL = True
    with django_assert_num_queries(7 + CLOCK_QUERIES):
        assert client.get("/status.json").json()["mail_late_since"] == since.isoformat()
    page = client.get("/status/").text
    assert f"Not all is well: {said}." in page
    assert "To be mended by whoever runs this server." in page
    assert f"It was last tried at {tried_at:%Y-%m-%d %H:%M} UTC." in page
    MailTrouble.objects.update(tried_at=now - timedelta(hours=25))
    assert client.get("/status.json").json()["mail_late_since"] is None


def test_status_with_all_online_is_well(client):
    now = database_now()
    ReaperWatch.objects.create(name="reaper", since=now, last_tick_at=now)
    JobFactory(device=online())
    assert "All is well: 1 of 1 device is free, and jobs that wait: 1." in client.get("/status/").content.decode()


def test_a_vendor_goes_by_its_name_and_its_old_address_still_finds_it(client):
    made = online(vendor="AuthenticAMD", facts={"cpu_flags_sha256": "ab"})
    online(vendor="Example")
    page = client.get("/devices/?vendor=amd").content.decode()
    assert "AuthenticAMD" not in page
    assert "<small>AMD</small>" in page
    assert client.get("/devices/?vendor=authenticamd", follow=True).redirect_chain[-1][0] == "/devices/?vendor=amd"
    identity = client.get(f"/devices/{made.slug}/").content.decode()
    assert "AMD <small>AuthenticAMD</small>" in identity
    assert "<dt>Architecture</dt><dd>x86_64</dd>" in identity
    assert "<dt>SHA-256 of the CPU&#x27;s feature flags</dt>" in identity


def test_what_an_agent_puts_between_backticks_is_code_and_stays_escaped(client):
    made = online()
    EnergySourceFactory(device=made, detail="Run `a <b>` & see.")
    page = client.get(f"/devices/{made.slug}/").content.decode()
    assert "Run <code>a &lt;b&gt;</code> &amp; see." in page
    assert "time × a constant power; no sensor" in page


def test_dates_on_the_list_have_their_year(client):
    made = online()
    assert f">{made.agent.last_seen_at:%Y-%m-%d %H:%M}</time>" in client.get("/devices/").content.decode()
