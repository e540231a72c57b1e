"""The one spelling of capability codes."""

import pytest

from vendors.codes import code_of, is_language


@pytest.mark.parametrize(
    ("written", "code"),
    [(" ISO 27001 ", "iso-27001"), ("Sensor_Fusion", "sensor-fusion"), ("rlhf", "rlhf"), ("…", "")],
)
def test_a_word_becomes_a_code(written: str, code: str) -> None:
    assert code_of(written) == code


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("de", True),
        ("pt-br", True),
        ("zh-hant", True),
        ("750+ language locales", False),
        ("german", False),
        ("", False),
    ],
)
def test_a_language_has_the_shape_of_a_tag(code: str, expected: bool) -> None:
    assert is_language(code) is expected
