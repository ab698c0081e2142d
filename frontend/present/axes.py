"""What an axis says, in the language of whoever reads the chart."""

from django.utils.translation import gettext as _

from frontend.charts.axis import AxisWords
from frontend.present.words import metric_phrase
from leaderboard.metrics.definition import Metric


def axis_words(metric: Metric) -> AxisWords:
    return AxisWords(
        name=metric_phrase(metric.name),
        lower=_("lower is better"),
        higher=_("higher is better"),
        log=_("log scale"),
        missing=_("{count} without {name}"),
        missing_why=_("{count} without {name}: {why}"),
        infinite=_("{count} never correct: {name} infinite"),
        not_positive=_("{count} at zero or below: not on a log scale"),
    )
