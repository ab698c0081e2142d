"""PostgreSQL refuses text with a zero byte: an address that has one is named, or finds nothing, and never fails."""

import pytest

from tests.factories import UserFactory
from tests.frontend.boards import DIGITS, digits_board

PAGES = (
    "/boards/digits/?q=%00&dev=%00&e=%00&asof=%00&cols=%00&x=%00",
    "/boards/digits/frontier/?without=%00&m=%00&at=%00&t=%00",
    "/compare/?e=%00~%00&base=%00&m=%00&scope=%00",
    "/choose/?board=%00&class=%00&dev=%00",
    "/choose/?board=digits&dev=%00&class=%00&pref=%00",
    "/models/?q=%00&sort=%00&page=%00",
    "/devices/?q=%00&class=%00&vendor=%00&scope=%00&state=%00",
    "/changelog/?page=%00&board=%00",
    "/jobs/?state=%00&page=%00",
    "/submit/?model=%00&board=%00&device=%00",
)


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_a_zero_byte_in_a_query_never_fails(client, path):
    digits_board(models=DIGITS[:2])
    client.force_login(UserFactory())
    assert client.get(path, follow=True).status_code in {200, 400, 404}
