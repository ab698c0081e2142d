"""A quota in words: what is left of it, and what a job takes."""

from datetime import timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leaderboard.runs.quota import Quota, in_minutes
from leaderboard.runs.selectors import JobView


def quota_sentence(quota: Quota) -> str:
    """Say what an account has left, and when it has more."""
    used = ngettext("%(n)d was measured", "%(n)d were measured", quota.used) % {"n": quota.used}
    waits = ngettext("%(n)d waits", "%(n)d wait", quota.waiting) % {"n": quota.waiting}
    values = {"quota": _each(quota.limit, quota.within), "used": used, "waits": waits, "left": quota.left}
    said = _("Your quota is %(quota)s: %(used)s, %(waits)s, %(left)d left.") % values
    if quota.left or quota.free_at is None:
        return said
    return said + " " + _("There is room again at %s.") % in_minutes(quota.free_at)


def quota_effect(quota: Quota) -> str:
    """Say what a job that is about to be submitted takes."""
    if not quota.left:
        return _("none is left: it would be refused. %s") % quota_sentence(quota)
    values = {"left": quota.left, "quota": _each(quota.limit, quota.within)}
    return _("takes 1 of %(left)d left (%(quota)s), once its first measured run begins") % values


def job_effect(job: JobView) -> str:
    """Say what a job took of its submitter's quota; empty where there is none, and for who is not concerned."""
    if settings.QUOTA is None or job.counts is None or not job.is_mine:
        return ""
    if job.counts:
        return _("one of %s") % _each(*settings.QUOTA)
    if not job.is_over:
        return _("one of %s, once its first measured run begins") % _each(*settings.QUOTA)
    if job.fault == "system":
        return _("not counted: what ended it was not the model’s")
    return _("not counted: it ended before its first measured run")


def _each(limit: int, within: timedelta) -> str:
    if within.days == 1:
        return ngettext("%(n)d job a day", "%(n)d jobs a day", limit) % {"n": limit}
    if within.days == 7:
        return ngettext("%(n)d job a week", "%(n)d jobs a week", limit) % {"n": limit}
    values = {"n": limit, "days": within.days}
    return ngettext("%(n)d job in %(days)d days", "%(n)d jobs in %(days)d days", limit) % values
