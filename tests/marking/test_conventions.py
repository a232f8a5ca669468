"""An answer at a kink is right with any convention that a program has, and the remark says with which."""

from __future__ import annotations

from typing import Any

import pytest

import derivegen
from derivegen.cli import main

NET = """
notation = "plain"
data = {{ inputs = [[0.5]], targets = [[0.6]] }}
layer = [
  {{ units = 1, activation = {activation}, weights = [[2]], biases = [{bias}] }},
  {{ units = 1, weights = [[0.3]], biases = [0.2] }},
]
loss = {{ name = "half_squared_error" }}
"""
HARD_SWISH = '{ formula = "z*min(max(z+3,0),6)/6" }'


@pytest.mark.parametrize(
    ("activation", "bias", "answer", "reason"),
    [
        ('"relu"', -1, "dL/db1 = 0", ""),  # (0.2 − 0.6) · 0.3 times the slope at 0: torch.relu
        ('"relu"', -1, "dL/db1 = -0.12", "PyTensor"),  # maximum(z, 0), as in tf.maximum(z, 0)
        ('"relu"', -1, "dL/db1 = -0.06", "CasADi, autograd"),  # fmax(z, 0), as in torch.maximum(z, 0)
        ('{ name = "leaky_relu", slope = 0.2 }', -1, "dL/db1 = -0.024", ""),  # torch
        ('{ name = "leaky_relu", slope = 0.2 }', -1, "dL/db1 = -0.12", "JAX, tinygrad"),
        (HARD_SWISH, 2, "dL/db1 = 0.225", ""),  # (1.1 − 0.6) · 0.3 · 1.5, as in tinygrad
        (HARD_SWISH, 2, "dL/db1 = 0.15", "PyTorch, JAX, TensorFlow"),
        (HARD_SWISH, 2, "dL/db1 = 0.1875", "CasADi, autograd"),  # made of a minimum and a maximum
        ('{ formula = "abs(z)" }', -1, "dL/db1 = -0.12", "JAX"),
        ('{ formula = "abs(z)" }', -1, "dL/db1 = 0.12", "TensorFlow.js"),
        ('{ name = "elu", alpha = 2 }', -1, "dL/db1 = -0.24", ""),  # torch, jax
        ('{ name = "elu", alpha = 2 }', -1, "dL/db1 = 0", "tinygrad"),
    ],
)
def test_other_conventions_are_right(tmp_path: Any, activation: str, bias: int, answer: str, reason: str) -> None:
    (tmp_path / "net.toml").write_text(NET.format(activation=activation, bias=bias), "utf-8")
    (finding,) = derivegen.check(tmp_path / "net.toml", answer).findings
    assert (finding.verdict, finding.values.get("said") or finding.reason) == ("right", reason)


def test_off_the_kink_and_elsewhere_there_is_one_answer(tmp_path: Any) -> None:
    for bias, answer in ((-0.5, "dL/db1 = -0.1375"), (-1, "dL/db1 = -0.0713"), (-1, "dL/db1 = 0.12")):
        (tmp_path / "net.toml").write_text(NET.format(activation='"relu"', bias=bias), "utf-8")
        (finding,) = derivegen.check(tmp_path / "net.toml", answer).findings
        assert finding.verdict == "wrong", answer


def test_a_document_with_the_convention_of_a_program_takes_the_others_as_right(tmp_path: Any) -> None:
    text = NET.format(activation='{ formula = "abs(z)" }', bias=-1) + '[document]\nconventions = "jax"\n'
    (tmp_path / "net.toml").write_text(text, "utf-8")
    found = {
        answer: derivegen.check(tmp_path / "net.toml", f"dL/db1 = {answer}").findings[0]
        for answer in ("-0.12", "0", "0.12", "0.06")
    }
    assert [each.verdict for each in found.values()] == ["right", "right", "right", "wrong"]
    assert found["-0.12"].reason == "" and "PyTorch" in str(found["0"].values["said"])


def test_the_feedback_names_the_convention(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "net.toml").write_text(NET.format(activation='"relu"', bias=-1), "utf-8")
    with pytest.raises(SystemExit, match="0"):
        main(["check", str(tmp_path / "net.toml"), "dL/db1 = -0.12"])
    shown = capsys.readouterr().out
    assert "Right:" in shown and "another convention at the kink" in shown and "PyTensor" in shown
