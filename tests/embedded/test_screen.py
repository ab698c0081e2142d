import io

from leaderboard.embedded.screen import Screen


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_log_gets_a_line_when_the_news_change_and_not_when_time_passes():
    out = io.StringIO()
    screen = Screen(out)

    for news, ticking in [("one", "1 s"), ("one", "2 s"), ("two", "3 s"), ("", ""), ("two", "4 s")]:
        screen.progress(news, ticking)

    assert out.getvalue() == "one  (1 s)\ntwo  (3 s)\ntwo  (4 s)\n"


def test_a_terminal_has_one_line_that_is_written_over():
    out = Terminal()
    screen = Screen(out)

    screen.progress("one", "1 s")
    screen.progress("one", "1 s")
    screen.progress("one", "2 s")

    assert out.getvalue() == "one  1 s\r\x1b[Kone  2 s"


def test_what_is_said_stays_above_the_progress_line():
    out = Terminal()
    screen = Screen(out)

    screen.progress("one", "1 s")
    screen.say("hello")
    screen.progress("one", "1 s")

    assert out.getvalue() == "one  1 s\r\x1b[Khello\none  1 s"


def test_the_progress_line_never_wraps(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    out = Terminal()

    Screen(out).progress("x" * 100)

    assert out.getvalue() == "x" * 19
