"""The colours, checked by calculation: contrast (WCAG 2.2) and distance for the colour-blind (OKLab, Machado 2009)."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from frontend.charts.ink import LIGHT

TOKENS = Path(__file__).parents[2] / "frontend" / "assets" / "tokens.css"
# Full-strength dichromacies of Machado, Oliveira and Fernandes (2009), for linear RGB.
VISION = {
    "normal": np.eye(3),
    "protan": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deutan": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritan": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
LEAST_DISTANCE = {"normal": 0.13, "protan": 0.13, "deutan": 0.13, "tritan": 0.10}


def themes():
    css = TOKENS.read_text()
    blocks = re.findall(r":root([^{]*)\{([^}]*)\}", css)
    read = lambda body: dict(re.findall(r"--([a-z0-9]+): (#[0-9a-f]{6});", body))  # noqa: E731
    light = next(read(body) for head, body in blocks if not head.strip() and "--bg:" in body)
    darks = [read(body) for head, body in blocks if "dark" in head or "not(" in head]
    return light, darks


def linear(colour):
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    light, dark = sorted((float(linear(colour) @ [0.2126, 0.7152, 0.0722]) for colour in (one, other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def oklab(rgb):
    lms = np.array([[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566],
                    [0.0883024619, 0.2817188376, 0.6299787005]]) @ rgb  # fmt: skip
    return np.array([[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099],
                     [0.0259040371, 0.7827717662, -0.8086757660]]) @ np.cbrt(lms)  # fmt: skip


LIGHT_TOKENS, (DARK_BY_SYSTEM, DARK_BY_CHOICE) = themes()


def test_a_chosen_dark_theme_is_the_systems_dark_theme():
    assert DARK_BY_SYSTEM == DARK_BY_CHOICE
    assert DARK_BY_SYSTEM.keys() == LIGHT_TOKENS.keys()


def test_a_theme_is_nothing_but_colours():
    blocks = re.findall(r":root([^{]*)\{([^}]*)\}", TOKENS.read_text())
    said = [line.strip() for head, body in blocks if "theme" in head for line in body.split(";") if line.strip()]
    assert len(said) > 2 * len(LIGHT_TOKENS)
    a_colour = r"--[a-z0-9]+: #[0-9a-f]{6}|color-scheme: (light|dark)"
    assert [line for line in said if not re.fullmatch(a_colour, line)] == []
    others = [path for path in TOKENS.parent.glob("*.css") if path != TOKENS]
    assert [path.name for path in others if re.search("prefers-color-scheme|data-theme", path.read_text())] == []


@pytest.mark.parametrize("theme", [LIGHT_TOKENS, DARK_BY_CHOICE], ids=["light", "dark"])
def test_text_stands_out_from_both_backgrounds(theme):
    for ground in ("bg", "surface"):
        for text in ("text", "muted", "good", "warn", "bad", "link"):
            assert contrast(theme[text], theme[ground]) >= 5.5, (text, ground)


@pytest.mark.parametrize("theme", [LIGHT_TOKENS, DARK_BY_CHOICE], ids=["light", "dark"])
def test_marks_and_controls_stand_out_from_the_plot(theme):
    for mark in ("control", "front", "c0", "c1", "c2", "c3", "c4", "c5", "c6"):
        assert contrast(theme[mark], theme["bg"]) >= 3.0, mark


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", [LIGHT_TOKENS, DARK_BY_CHOICE], ids=["light", "dark"])
def test_category_colours_are_told_apart(theme, vision):
    seen = {
        slot: oklab(np.clip(np.array(VISION[vision]) @ linear(theme[slot]), 0, 1))
        for slot in ("c0", "c1", "c2", "c3", "c4", "c5", "c6")
    }
    for one, other in combinations(seen, 2):
        assert np.linalg.norm(seen[one] - seen[other]) >= LEAST_DISTANCE[vision], (one, other)


def test_a_chart_as_a_file_has_the_light_themes_colours():
    assert {name: value.lower() for name, value in LIGHT.items()} == {name: LIGHT_TOKENS[name] for name in LIGHT}
