"""Tries are counted for a time that no try moves; a right one is taken back; what is counted is not to be read."""

from datetime import timedelta

import pytest
from django.db import connection

from leaderboard.accounts.limits import (
    SIGN_IN_NAME,
    SIGN_IN_PAIR,
    Limit,
    TooMany,
    give_back,
    take,
)
from leaderboard.accounts.models import Tally
from tests.factories import NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
FEW = Limit("few", 2, 15 * MINUTE)
MORE = Limit("more", 3, 60 * MINUTE)


def test_the_wait_ends_by_itself_and_no_try_makes_it_longer():
    take([(FEW, "ada")], now=NOW)
    take([(FEW, "ada")], now=NOW + 5 * MINUTE)
    for minutes in (6, 14):
        with pytest.raises(TooMany) as refused:
            take([(FEW, "ada")], now=NOW + minutes * MINUTE)
        assert refused.value.until == NOW + 15 * MINUTE
    take([(FEW, "ada")], now=NOW + 15 * MINUTE)
    assert Tally.objects.get().tries == 1


def test_what_is_refused_by_one_limit_counts_against_none():
    for _ in range(2):
        take([(FEW, "here"), (MORE, "ada")], now=NOW)
    for _ in range(5):
        with pytest.raises(TooMany):
            take([(FEW, "here"), (MORE, "ada")], now=NOW)
    take([(FEW, "there"), (MORE, "ada")], now=NOW)
    with pytest.raises(TooMany):
        take([(FEW, "there"), (MORE, "ada")], now=NOW)
    assert sorted(Tally.objects.values_list("tries", flat=True)) == [1, 2, 3]


def test_a_right_try_is_taken_back_and_leaves_the_wrong_ones():
    for _ in range(2):
        take([(FEW, "ada")], now=NOW)
    for _ in range(3):
        give_back([(FEW, "ada")])
    assert Tally.objects.get().tries == 0
    give_back([(FEW, "nobody")])


def test_one_address_never_fills_the_count_of_a_name():
    windows = SIGN_IN_NAME.within / SIGN_IN_PAIR.within
    assert SIGN_IN_PAIR.most * (windows + 1) < SIGN_IN_NAME.most


def test_neither_names_nor_addresses_are_kept():
    take([(FEW, "198.51.100.7")], now=NOW)
    row = Tally.objects.get()
    assert len(row.key) == 64
    assert "198" not in str(row)


def test_what_ended_a_while_ago_is_forgotten(django_assert_max_num_queries):
    for name in range(5):
        take([(FEW, str(name))], now=NOW)
    with django_assert_max_num_queries(12):
        take([(FEW, "ada")], now=NOW + 2 * timedelta(hours=1))
    assert Tally.objects.count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time there")
@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_two_tries():
    from concurrent.futures import ThreadPoolExecutor

    def one(_):
        try:
            take([(FEW, "ada"), (MORE, "here")], now=NOW)
        except TooMany:
            return 0
        finally:
            connection.close()
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(one, range(12))) == FEW.most
