"""What both forms that set a password have in common."""

from typing import Any

REPEATED = "password2"


class FirstIsJudged:
    """Says what is wrong with a password at the field that it is typed into; Django says it at the repetition."""

    def validate_password_for_user(self, user: Any, password_field_name: str = REPEATED) -> None:
        field = f"{password_field_name.removesuffix('2')}1"
        super().validate_password_for_user(user, field)  # type: ignore[misc]  # of the form that it is mixed into
