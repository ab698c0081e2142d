import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.streaming.completion import completion_of
from agents.streaming.events import events
from agents.streaming.exchange import Answer
from agents.streaming.faults import Trouble, TroubleError
from agents.streaming.summary import summary
from tests.agents.streaming.scripted import DONE, event, said, usage

MOST = 8


def stream(*parts, gap_ns=10_000_000, content_type="text/event-stream", status=200):
    """An answer of which each part came `gap_ns` after the one before."""
    answer = Answer(status=status, content_type=content_type)
    for number, part in enumerate(parts, 1):
        answer.keep(part, number * gap_ns)
    return answer


def spoken(texts, *, finish="length", output=None, **more):
    """A token per text; the end comes 1 us after the last."""
    tokens = output if output is not None else len(texts) + (finish != "length")
    return [*(said(text) for text in texts), said("", finish) + usage(5, tokens, **more) + DONE]


def trouble(*parts, **changes):
    with pytest.raises(TroubleError) as caught:
        completion_of(stream(*parts, **changes), MOST)
    return caught.value


def test_times_are_those_of_the_definitions():
    found = completion_of(stream(*spoken(["4", "6", "8"], finish="stop")), MOST)

    assert found.text == "468"
    assert found.usage.output_tokens == 4
    assert found.ttft_s == pytest.approx(0.01)
    assert found.tpot_s == pytest.approx(0.03 / 3)  # the fourth token ended the answer
    assert found.itl_s == pytest.approx((0.01, 0.01))


def test_an_answer_cut_at_its_limit_ends_with_its_last_token():
    found = completion_of(stream(*spoken(["4", "6", "8"])), MOST)

    assert found.usage.output_tokens == 3
    assert found.tpot_s == pytest.approx(0.02 / 2)


def test_tokens_without_text_before_the_first_text_are_not_between_first_and_last():
    found = completion_of(stream(*spoken(["", "", "4", "6"])), MOST)

    assert found.ttft_s == pytest.approx(0.03)
    assert found.tpot_s == pytest.approx(0.01)


def test_an_answer_without_text_has_its_end_for_a_first_token_and_no_time_per_token():
    found = completion_of(stream(*spoken([], finish="stop")), MOST)

    assert (found.text, found.usage.output_tokens) == ("", 1)
    assert found.ttft_s == pytest.approx(0.01)
    assert found.tpot_s is None


def test_several_tokens_in_one_event_leave_no_time_per_token():
    in_bursts = completion_of(stream(*spoken(["123", "456"], output=6)), MOST)
    at_once = completion_of(stream(*spoken(["123456"], output=6)), MOST)
    two_at_once = completion_of(stream(*spoken(["12"], output=2)), MOST)

    assert [one.tpot_s for one in (in_bursts, at_once, two_at_once)] == [None] * 3
    assert in_bursts.ttft_s == pytest.approx(0.01)


def test_chat_has_its_text_in_a_delta_and_a_greeting_is_no_token():
    parts = [
        event(choices=[{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}]),
        event(choices=[{"index": 0, "delta": {"content": "4"}, "finish_reason": None}]),
        event(choices=[{"index": 0, "delta": {}, "finish_reason": "stop"}]),
        usage(5, 2),
    ]

    found = completion_of(stream(*parts), MOST)

    assert (found.text, found.ttft_s) == ("4", pytest.approx(0.02))


def test_a_server_s_own_timings_are_the_second_source():
    timed = event(
        choices=[],
        usage={"prompt_tokens": 5, "completion_tokens": 3, "prompt_tokens_details": {"cached_tokens": 0}},
        timings={"prompt_ms": 8.0, "predicted_ms": 19.0, "predicted_n": 3},
    )

    found = completion_of(stream(said("4"), said("6"), said("8"), said("", "length") + timed), MOST)

    assert found.server_prefill_s == pytest.approx(0.008)
    assert found.server_tpot_s == pytest.approx(0.0095)
    assert found.usage.cached_tokens == 0
    assert summary([found]).server_tpot_p50_s == pytest.approx(0.0095)


@pytest.mark.parametrize(
    "parts",
    [
        (),
        (said("4"), said("6")),
        (said("4"), usage(5, 1), DONE),
        (said("4"), said("", "stop")[:-20]),
    ],
)
def test_a_stream_that_ends_before_the_model_broke_off(parts):
    assert trouble(*parts).kind is Trouble.CLOSED_EARLY


@pytest.mark.parametrize(
    "part",
    [
        b"data: \x00\xff\n\n",
        b"data: {\n\n",
        b"data: []\n\n",
        b"data: " + b"[" * 100_000 + b"\n\n",
        event(choices={}),
        event(choices=[1]),
        event(choices=[{}, {}]),
        event(choices=[{"text": 5}]),
        event(choices=[{"delta": "x"}]),
        said("", "stop") + said("more"),
        b"x" * (1 << 21) + b"\n",
    ],
)
def test_what_is_no_such_stream_is_garbage(part):
    error = trouble(said("4"), part)

    assert error.kind is Trouble.GARBAGE
    assert error.found.isprintable()


def test_an_answer_that_is_not_streamed_is_garbage_whatever_it_says():
    assert trouble(*spoken(["4"]), content_type="application/json").kind is Trouble.GARBAGE


def test_another_status_is_a_refusal_with_its_words():
    error = trouble(b'{"error": "no such\x1b[31m model"}', status=404)

    assert error.kind is Trouble.REFUSED
    assert "404" in error.found
    assert "\x1b" not in error.found


def test_an_error_within_the_stream_is_said():
    error = trouble(said("4"), event(error={"message": "out of slots"}))

    assert error.kind is Trouble.SAID_ERROR
    assert "out of slots" in error.found


@pytest.mark.parametrize(
    "counts",
    [
        {"prompt_tokens": 5, "completion_tokens": MOST + 1},
        {"prompt_tokens": 5, "completion_tokens": 1},
        {"prompt_tokens": 5, "completion_tokens": -2},
        {"prompt_tokens": 5, "completion_tokens": 2.0},
        {"prompt_tokens": 5, "completion_tokens": True},
        {"prompt_tokens": 5, "completion_tokens": "2"},
        {"prompt_tokens": 5, "completion_tokens": None},
        {"prompt_tokens": 5, "completion_tokens": 2**70},
        {"prompt_tokens": 0, "completion_tokens": 2},
        {"prompt_tokens": 5},
        {"completion_tokens": 2},
        {"prompt_tokens": 5, "completion_tokens": 4},
        {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": 6}},
        {"prompt_tokens": 5, "completion_tokens": 2, "prompt_tokens_details": {"cached_tokens": -1}},
        [2],
        "2",
        None,
    ],
)
def test_counts_that_cannot_be_true_are_lies(counts):
    end = said("", "stop") + event(choices=[], usage=counts) + DONE

    assert trouble(said("4"), said("6"), end).kind is Trouble.LIES


def test_two_accounts_of_one_answer_must_agree():
    end = event(choices=[], usage={"prompt_tokens": 5, "completion_tokens": 2}, timings={"predicted_n": 3})

    assert trouble(said("4"), said("6"), said("", "length") + end).kind is Trouble.LIES


def test_what_stopped_an_answer_may_be_tokens_that_no_text_shows():
    answer = stream(said("4"), said("", "stop") + usage(5, 4))

    assert completion_of(answer, MOST, stop=["END"]).usage.output_tokens == 4
    with pytest.raises(TroubleError):
        completion_of(answer, MOST)


def test_half_a_character_cannot_break_a_report():
    found = completion_of(stream(b'data: {"choices":[{"text":"\\ud83d"}]}\n\n', *spoken([], output=1)), MOST)

    assert json.dumps(found.text).encode()
    assert found.text.encode("utf-8")


def test_events_end_where_their_blank_line_does_and_comments_are_none():
    body = b": ping\n\ndata: a\r\n\r\nevent: x\nid: 1\ndata:b\ndata: c\n\ndata: never finished"

    assert list(events(body)) == [(body.index(b"event"), b"a"), (body.index(b"data: never"), b"b\nc")]


PARTS = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([DONE, said("4"), said(""), said("", "stop"), usage(5, 2), usage(5, 99), b"data: {}\n\n"]),
        st.builds(lambda value: b"data: " + json.dumps({"choices": value}).encode() + b"\n\n", st.text(max_size=5)),
        st.builds(
            lambda value: event(usage=value, choices=[]),
            st.dictionaries(
                st.sampled_from(["prompt_tokens", "completion_tokens", "prompt_tokens_details"]),
                st.one_of(st.none(), st.integers(), st.floats(), st.text(max_size=3), st.lists(st.none(), max_size=1)),
            ),
        ),
    ),
    max_size=12,
)


@given(PARTS)
def test_any_bytes_are_an_answer_in_bounds_or_trouble_and_never_an_accident(parts):
    answer = stream(*parts)
    try:
        found = completion_of(answer, MOST)
    except TroubleError:
        return
    assert 0 <= found.usage.output_tokens <= MOST
    assert 0 < found.ttft_s <= answer.stamps[-1] / 1e9
    assert found.tpot_s is None or found.tpot_s > 0
