"""Staff decides on the entry's page; readers see what was decided."""

import re
from datetime import timedelta

import pytest

from leaderboard.boards.models import Entry, EntryChange
from leaderboard.boards.moderation import put_under_review, retract
from tests.factories import NOW, BoardFactory, PriceFactory, UserFactory, publish_entry

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def board():
    PriceFactory()
    return BoardFactory()


@pytest.fixture
def staff(client):
    user = UserFactory(username="ada", is_staff=True)
    client.force_login(user)
    return user


def decide(client, entry, **values):
    return client.post(f"/entries/{entry.uuid}/moderate/", values)


def test_only_staff_sees_the_form_and_may_send_it(client):
    entry = publish_entry()
    assert 'id="moderate"' not in client.get(f"/entries/{entry.uuid}/").content.decode()
    assert decide(client, entry, decision="retracted", reason="x").status_code == 403
    client.force_login(UserFactory())
    assert 'id="moderate"' not in client.get(f"/entries/{entry.uuid}/").content.decode()
    assert decide(client, entry, decision="retracted", reason="x").status_code == 403
    assert Entry.objects.get().status == "published"


def test_staff_retracts_an_entry_and_readers_see_why(client, staff):
    entry, successor = publish_entry(), publish_entry()
    answer = decide(
        client,
        entry,
        decision="retracted",
        reason="The wrong file <b>was</b> measured.",
        successor=f"https://example.org/entries/{successor.uuid}/",
    )
    assert (answer.status_code, answer["Location"]) == (302, f"/entries/{entry.uuid}/#history")

    client.logout()
    page = client.get(f"/entries/{entry.uuid}/").content.decode()
    assert "This entry is retracted." in page
    assert "The wrong file &lt;b&gt;was&lt;/b&gt; measured." in page
    assert page.count(f'href="/entries/{successor.uuid}/"') >= 2
    assert "by ada" in page
    assert str(entry.uuid) not in client.get("/boards/digits/").content.decode()


def test_a_doubted_entry_has_a_badge_on_its_board_and_a_banner_on_its_page(client, staff):
    entry = publish_entry()
    decide(client, entry, decision="under_review", reason="The fan was off.")
    assert f'href="/entries/{entry.uuid}/#history"' in client.get("/boards/digits/").content.decode()
    page = client.get(f"/entries/{entry.uuid}/").content.decode()
    assert "It stays on its boards until that is decided." in page
    decide(client, entry, decision="restored", reason="The fan was on.")
    assert "under review" not in client.get("/boards/digits/").content.decode()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "This field is required"),
        ({"decision": "retracted"}, "This field is required"),
        ({"decision": "restored", "reason": "x"}, "Select a valid choice"),
        ({"decision": "superseded", "reason": "x"}, "Name the successor."),
        ({"decision": "superseded", "reason": "x", "successor": "nonsense"}, "There is no such entry."),
        ({"decision": "superseded", "reason": "x", "successor": "{own}"}, "An entry cannot be its own successor."),
        ({"decision": "under_review", "reason": "x", "successor": "{own}"}, "Only what is retracted or superseded"),
    ],
)
def test_what_is_wrong_with_a_decision_is_said_and_what_was_typed_stays(client, staff, values, said):
    entry = publish_entry()
    answer = decide(client, entry, **{key: text.format(own=entry.uuid) for key, text in values.items()})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert said in page
    if values.get("reason"):
        assert re.search(r"<textarea[^>]*>\s*x</textarea>", page)
    assert EntryChange.objects.count() == 1


def test_a_decision_about_nothing_is_not_found(client, staff):
    answer = client.post("/entries/00000000-0000-0000-0000-000000000000/moderate/", {"decision": "retracted"})
    assert answer.status_code == 404


def test_the_changelog_says_what_happened_and_what_of_an_address_it_ignored(client, staff):
    entry = publish_entry()
    retract(entry=entry, reason="Wrong file.", by=staff, now=NOW + timedelta(hours=1))
    page = client.get("/changelog/").content.decode().partition("<tbody>")[2]
    assert page.index("Wrong file.") < page.index("published")
    data = client.get("/changelog.json").json()
    assert [change["kind"] for change in data["changes"]] == ["retracted", "published"]
    assert data["changes"][0]["entry"] == str(entry.uuid)
    assert "page=x is no page" in client.get("/changelog/?page=x").content.decode()
    assert "There is no page 7; this is the last one, 1." in client.get("/changelog/?page=7").content.decode()
    assert client.get("/changelog.json?page=-1").json()["page"] == 1


def test_staff_takes_few_queries_for_an_entry(client, staff, django_assert_max_num_queries):
    entry = publish_entry()
    with django_assert_max_num_queries(12):
        client.get(f"/entries/{entry.uuid}/")


def test_the_admin_leads_to_the_form(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True))
    entry = publish_entry()
    assert f"/entries/{entry.uuid}/#moderate" in client.get("/admin/boards/entry/").content.decode()
    assert client.get("/admin/boards/entrychange/").status_code == 200


def test_the_methods_say_of_each_status_what_the_boards_do(client):
    entry = publish_entry()
    put_under_review(entry=entry, reason="Odd.", by=UserFactory(), now=NOW)
    page = client.get(f"/entries/{entry.uuid}/").content.decode()
    methods = client.get("/methods/").content.decode()
    assert "It stays on its boards until that is decided." in page
    assert "one that is under review stays on its boards, marked, until that is decided" in methods


def test_a_change_without_a_reason_has_no_line_for_it_on_a_phone(client):
    entry = publish_entry()
    line = '<td class="alone" data-label="Reason">–'
    assert client.get("/changelog/").content.decode().count(line) == 1
    retract(entry=entry, reason="Wrong.", by=UserFactory(), now=NOW)
    page = client.get("/changelog/").content.decode()
    assert page.count(line) == 1
    assert 'data-label="Reason">Wrong.' in page
