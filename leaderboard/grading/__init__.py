"""Is a generated text the right answer? Pure functions of a text and an answer; the text is hostile, and bounded."""

from leaderboard.grading.graders import GRADERS, MAX_KEY, MAX_TEXT, BadKey, Grader, UnknownGrader, grader

__all__ = ["GRADERS", "MAX_KEY", "MAX_TEXT", "BadKey", "Grader", "UnknownGrader", "grader"]
