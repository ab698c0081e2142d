#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import DatabaseError

from leaderboard.database import for_a_command
from leaderboard.embedded.early import CANNOT_START, before_django
from leaderboard.env import BadSetting

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "leaderboard.settings")
    before_django(sys.argv)
    try:
        execute_from_command_line(sys.argv)
    except BadSetting as error:
        sys.stderr.write(f"perwatt: {error}\n")
        sys.exit(CANNOT_START)
    except DatabaseError as error:
        sentence = None if "--traceback" in sys.argv else for_a_command(error)
        if sentence is None:
            raise
        sys.stderr.write(f"perwatt: {sentence}\n")
        sys.exit(CANNOT_START)
