"""o16n.toml is read strictly."""

from __future__ import annotations

import pytest

from o16n.errors import UsageError
from o16n.settings import Settings, load_settings


def test_no_file_means_defaults(tmp_path):
    assert load_settings(tmp_path) == Settings()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ovner = 'x'", "did you mean owner"),
        ("sensitive = 'sex'", "not a list"),
        ("severity = 3", "not a table"),
        ("tier = 'lo'", "did you mean low"),
        ("x =", "not TOML"),
        ("name = 3", "not text"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path, text, said):
    (tmp_path / "o16n.toml").write_text(text)
    with pytest.raises(UsageError, match=said):
        load_settings(tmp_path)
