from django.http import HttpRequest

from leaderboard.accounts.models import User


def signed_in(request: HttpRequest) -> User:
    """Return who asks; behind `login_required` only."""
    user = request.user
    if not isinstance(user, User):
        raise TypeError("only for a request of somebody who is signed in")
    return user
