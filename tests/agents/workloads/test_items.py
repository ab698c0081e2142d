import pytest

from agents.workloads.items import read_prompts


def test_prompts_come_in_the_order_of_their_lines(tmp_path):
    path = tmp_path / "items.jsonl"
    path.write_bytes('{"id": "b", "prompt": "1+1="}\n\n{"id": "a", "prompt": "größer?"}\n'.encode())

    assert read_prompts(path) == ["1+1=", "größer?"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "0 items"),
        (b'{"id": 1}', "line 1"),
        (b'{"prompt": "a"}\nnothing', "line 2"),
        (b'{"prompt": ""}', "no text"),
        (b'{"prompt": 5}', "no text"),
        (b"[]", "line 1"),
    ],
)
def test_items_that_are_no_prompts_are_refused_with_their_line(tmp_path, content, says):
    path = tmp_path / "items.jsonl"
    path.write_bytes(content)

    with pytest.raises(ValueError, match=says):
        read_prompts(path)
