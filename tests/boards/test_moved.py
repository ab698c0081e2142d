"""Addresses that were given away keep their meaning."""

from leaderboard.boards.moved import STEPS, brought_up_to_date, renamed


def test_nothing_has_moved_yet_so_every_address_stays_what_it_is():
    pairs = [("x", "ipw"), ("colour", "red"), ("", "")]
    assert STEPS == ()
    assert brought_up_to_date(pairs) == pairs


def test_a_renamed_key_keeps_its_value_and_its_place():
    step = renamed("device", "dev")
    assert brought_up_to_date([("q", "a"), ("device", "box~orin"), ("page", "2")], [step]) == [
        ("q", "a"),
        ("dev", "box~orin"),
        ("page", "2"),
    ]


def test_where_both_names_stand_the_new_one_counts():
    assert brought_up_to_date([("device", "old"), ("dev", "new")], [renamed("device", "dev")]) == [("dev", "new")]


def test_steps_are_taken_in_their_order():
    steps = [renamed("machine", "device"), renamed("device", "dev")]
    assert brought_up_to_date([("machine", "box")], steps) == [("dev", "box")]
