from django.contrib import admin

from leaderboard.readonly import ReadOnlyAdmin
from leaderboard.submissions.models import Submission


@admin.register(Submission)
class SubmissionAdmin(ReadOnlyAdmin):
    list_display = ("uuid", "organisation", "model_name", "benchmark", "submitted_by", "batch", "threads", "created_at")
