"""The rules that every page begins with. They are sent with it, so that its first words wait for no sheet (ADR 22)."""

import base64
import hashlib
import re
from pathlib import Path

SHEETS = ("tokens.css", "site.css")
COMMENT = re.compile(r"\s*/\*.*?\*/", re.DOTALL)
HOUSE_STYLE = COMMENT.sub("", "".join((Path(__file__).parent / "assets" / name).read_text("utf-8") for name in SHEETS))
HOUSE_STYLE_HASH = f"sha256-{base64.b64encode(hashlib.sha256(HOUSE_STYLE.encode()).digest()).decode()}"
"""What a content security policy allows it by."""
