"""What an optimizer keeps, by the names people type: hats as commands, as marks and in words, the parameter below in every way."""

from __future__ import annotations

import pytest

import derivegen
from tests.rounding.test_reach_updates import network

RIGHT = {"m": -0.01308, "mhat": -0.1308, "v": 0.0000171, "vhat": 0.0171}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (r"\hat{m}_{w2}", "mhat"),
        (r"\hat{m}_{w_2}", "mhat"),
        (r"\hat m_{w2}", "mhat"),
        (r"$\hat{v}_{w_2}$", "vhat"),
        ("m̂_w2", "mhat"),
        ("m̂_{w_2}", "mhat"),
        ("mhat_w2", "mhat"),
        ("m_hat_w2", "mhat"),
        ("mhat_w2'", "mhat"),
        ("v̂_w₂", "vhat"),
        ("v̂_{w₂}", "vhat"),
        (r"\widehat{v}_{w2}", "vhat"),
        ("m_{w_2}", "m"),
        ("v_w₂", "v"),
    ],
)
def test_what_is_kept_is_read_as_it_is_typed(typed: str, meant: str) -> None:
    for number, verdict in ((RIGHT[meant], "right"), (4 * RIGHT[meant], "wrong")):
        text = f"{number:.8f}".rstrip("0")
        line = typed.replace("$", "", 1).replace("$", f" = {text}$") if "$" in typed else f"{typed} = {text}"
        line = f"${line}" if line.endswith("$") else line
        (finding,) = derivegen.check(network("adam"), line).findings
        assert (finding.quantity, finding.verdict) == (f"{meant}[w[2][1][1]]'", verdict)


def test_a_corrected_mean_is_never_taken_for_a_bias_that_has_its_number() -> None:
    (finding,) = derivegen.check(network("adam"), "m̂_b1 = 0.2").findings
    assert (finding.quantity, finding.verdict) == ("mhat[b[1][1]]'", "wrong")


@pytest.mark.parametrize(
    ("line", "meant", "verdict"),
    [
        ("m⁽²⁾_{w2} = -0.0152", "m[w[2][1][1]]#2", "right"),
        ("m_w2^(2) = -0.0034", "m[w[2][1][1]]#2", "wrong"),
        (r"$\hat{m}^{(2)}_{w2} = -0.0799$", "mhat[w[2][1][1]]#2", "right"),
        ("v̂⁽²⁾_{w2} = 0.0091", "vhat[w[2][1][1]]#2", "right"),
        ("m_w2^(1) = -0.0131", "m[w[2][1][1]]#1", "right"),
    ],
)
def test_what_is_kept_of_a_later_update_is_read_as_the_page_writes_it(line: str, meant: str, verdict: str) -> None:
    """m = 0.9 · (−0.01308) + 0.1 · (−0.0340) and v̂ = (0.999 · 0.0000171 + 0.001 · 0.0340²)/(1 − 0.999²)."""
    (finding,) = derivegen.check(network("adam"), line).findings
    assert (finding.quantity, finding.verdict) == (meant, verdict)
