"""`python -m tests.messages CODE`: begin a language, or bring it up to date, and compile it."""

import os
import sys

import django


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
    django.setup()
    from tests.messages.catalogue import compiled, update

    file = update(sys.argv[1])
    left = compiled(file)
    print(f"{file}: {left} strings are not translated." if left else f"{file}: complete.")


if __name__ == "__main__":
    main()
