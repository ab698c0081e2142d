"""Under what the numbers of a board may be used."""

from django.conf import settings
from django.utils.translation import gettext as _

from leaderboard.boards.rows import BoardView


def data_licence(view: BoardView) -> str:
    """What others have published keeps its own licence; nobody here can give another."""
    licence = view.reported.licence if view.reported else settings.DATA_LICENCE
    return _("Data licence: %s.") % licence if licence else _("No licence of the data is stated.")
