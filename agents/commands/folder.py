"""The folder that a command of the agent works in."""

import argparse
import os

from agents.home import DEFAULT_HOME, HOME_VARIABLE, Home


def add_home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--home", metavar="DIR", help=f"the agent's folder (${HOME_VARIABLE}, else {DEFAULT_HOME})")


def home_of(options: argparse.Namespace) -> Home:
    return Home.find(options.home, os.environ)
