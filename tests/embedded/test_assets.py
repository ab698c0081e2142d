import os

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage

from leaderboard.embedded import assets


@pytest.fixture
def source(tmp_path, settings):
    source = tmp_path / "source"
    source.mkdir()
    (source / "page.css").write_text("a { color: black }")
    settings.STATICFILES_DIRS = [source]
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATIC_ROOT = tmp_path / "static"
    return source


def test_assets_that_did_not_change_are_not_collected_again(source, settings):
    assets.collect_assets()
    collected = settings.STATIC_ROOT / staticfiles_storage.stored_name("page.css")
    collected.write_text("kept")

    assets.collect_assets()

    assert collected.read_text() == "kept"


@pytest.mark.parametrize(
    "change", [lambda file: file.write_text("a { color: navy }"), lambda file: os.utime(file, (1, 1))]
)
def test_a_changed_asset_is_collected_under_its_new_name(source, settings, change):
    assets.collect_assets()
    (settings.STATIC_ROOT / "staticfiles.json").unlink()
    change(source / "page.css")

    assets.collect_assets()

    assert (settings.STATIC_ROOT / "staticfiles.json").exists()


def test_a_collection_that_was_interrupted_is_made_again(source, settings, monkeypatch):
    assets.collect_assets()
    (source / "page.css").write_text("a { color: green }")
    with monkeypatch.context() as broken:
        broken.setattr(assets, "call_command", lambda *_args, **_options: (_ for _ in ()).throw(OSError("disk")))
        with pytest.raises(OSError, match="disk"):
            assets.collect_assets()
    (source / "page.css").write_text("a { color: black }")

    assets.collect_assets()

    collected = settings.STATIC_ROOT / staticfiles_storage.stored_name("page.css")
    assert collected.read_text() == "a { color: black }"
