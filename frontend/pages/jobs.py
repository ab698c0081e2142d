from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from frontend.pages.page import show
from frontend.present.jobs import job_context
from frontend.present.live_power import live_panel
from leaderboard.accounts.models import User
from leaderboard.clock import database_now
from leaderboard.runs.endings import request_cancel
from leaderboard.runs.retrying import NotRetried, retry
