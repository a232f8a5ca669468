"""The network as a program in another library: what it says, that it is Python, and, where the library is installed, that it comes to the
derivatives of the document."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

import derivegen
from derivegen.cli.group import main
from derivegen.errors import CheckFailed, InputError
from derivegen.solution.program.dialects import DIALECTS
from derivegen.solution.program.libraries import tried
from derivegen.solution.program.spoken import spoken
from tests.indexed_nets import network
from tests.solved import solved

EXAMPLES = (
    *("article-000", "softmax-2-3-2", "relu-kink", "graph-shared", "article-004", "xor"),
    *("rnn", "lstm", "attention", "conv-pool"),
)


@pytest.mark.parametrize("library", DIALECTS)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_program_is_python_and_agrees_where_it_runs(example: str, library: str) -> None:
    code = solved(example).program(library)
    compile(code, "<program>", "exec")
    assert "expected = {" in code
    if find_spec(DIALECTS[library].module) is not None:
        assert "every derivative agreed" in tried(library, code)
    else:
        assert tried(library, code) == f"not run here, since {DIALECTS[library].module} is not installed"


def test_torch_reads_like_our_own_listing() -> None:
    code = solved("article-004").program("torch")
    assert "    z = w1 * x + b1\n    h = sigmoid(z)\n    y = w2 * h + b2\n" in code
    assert "return 1 / (1 + torch.exp(-z))" in code
    assert '    "w1": -0.008348272549402' in code
    assert "np.exp" not in code


def test_steps_of_a_recurrence_are_put_into_arrays_as_the_library_does_it() -> None:
    put = {
        "torch": "h = put(h, t, torch.tanh(z[t - 1]))",
        "jax": "h = h.at[t].set(jnp.tanh(z[t - 1]))",
        "keras": "h = put(h, t, ops.tanh(z[t - 1]))",
        "tinygrad": "h = put(h, t, Tensor.tanh(z[t - 1]))",
    }
    for library, line in put.items():
        code = solved("rnn").program(library)
        assert f"    h = start_h\n    z = {DIALECTS[library].words['zeros'].replace('_', '(3, 2)')}" in code
        assert f"        {line}\n    p = V @ h[3] + c\n" in code
        assert ("def put(" in code) == (library != "jax")


def test_a_program_takes_the_letters_of_the_network() -> None:
    assert "v = x @ V.T" in solved("attention").program("numpy")
    code = derivegen.solve(network("attention")[0]).program("torch")  # of two heads
    assert "q = torch.einsum('gdk,tk->gtd', Q, x)" in code
    assert ".dot(" not in code and "reshape" not in code.partition("def forward")[2]


def test_code_is_said_in_other_words() -> None:
    said = {name: spoken("a = np.maximum(b, 0.0).sum(0).transpose(1, 0)", each) for name, each in DIALECTS.items()}
    assert said == {
        "torch": "a = torch.permute(torch.maximum(b, torch.tensor(0.0, dtype=torch.float64)).sum(0), (1, 0))",
        "jax": "a = jnp.maximum(b, 0.0).sum(0).transpose(1, 0)",
        "keras": "a = ops.transpose(ops.sum(ops.maximum(b, 0.0), 0), (1, 0))",
        "tinygrad": "a = Tensor.permute(Tensor.maximum(b, Tensor(0.0, dtype=dtypes.float64)).sum(0), (1, 0))",
    }
    assert spoken("a[0, :] = (b * np.sqrt(2.0))", DIALECTS["torch"]) == "a = put(a, 0, b * np.sqrt(2.0))"
    assert spoken("a[:, 0] = b", DIALECTS["jax"]) == "a = a.at[:, 0].set(b)"
    with pytest.raises(InputError, match=r"tinygrad has nothing for np\.sinc"):
        spoken("a = np.sinc(b)", DIALECTS["tinygrad"])


def test_our_own_listing_runs_and_a_wrong_one_is_found_out() -> None:
    code = solved("article-004").program("numpy")
    assert tried("numpy", code).startswith("ran here with numpy")
    with pytest.raises(CheckFailed, match="AssertionError"):
        tried("numpy", "assert False\n")


def test_what_has_no_program_is_said() -> None:
    with pytest.raises(InputError, match="with symbols"):
        solved("symbolic").program("jax")
    with pytest.raises(InputError, match="expected one of numpy, torch"):
        solved("xor").program("matlab")


def test_the_command_writes_programs_and_says_what_came_of_them(tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["solve", "example:xor", "--program", "numpy,torch", "-o", str(tmp_path)])
    assert done.exit_code == 0, done.output
    first, second = done.output.splitlines()
    assert first.startswith(f"{tmp_path}/xor-numpy.py: ran here with numpy")
    assert second.startswith(f"{tmp_path}/xor-torch.py: ")
    assert (tmp_path / "xor-torch.py").read_text().startswith("import numpy as np\nimport torch\n")


def test_a_program_on_standard_output_needs_no_format() -> None:
    done = CliRunner().invoke(main, ["solve", "example:rnn", "--program", "jax", "-o", "-"])
    assert done.exit_code == 0, done.output
    assert done.output.startswith("import numpy as np\nimport jax\n")


def test_another_slope_at_a_kink_is_said_and_the_librarys_own_is_taken() -> None:
    nodes = [["m", "abs(w*x)"], ["f", "m*3 + w"]]
    bent = {"graph": {"inputs": {"x": 0}, "parameters": {"w": 2}, "nodes": nodes, "output": "f", "wrt": ["x", "w"]}}
    assert '"x": 0.0' in derivegen.solve(bent).program("torch")
    with pytest.raises(InputError, match=r'JAX takes another slope at a kink.* with conventions = "jax"'):
        derivegen.solve(bent).program("jax")
    assert '"x": 6.0' in derivegen.solve(bent, conventions="jax").program("jax")


@pytest.mark.parametrize(
    ("library", "line"),
    [
        ("numpy", "np.where(t > 0, t * np.log(t / a1), 0)"),
        ("torch", "torch.where(t > 0, t * torch.log(torch.where(t > 0, t, 1) / a1), 0)"),
        ("jax", "jnp.where(t > 0, t * jnp.log(jnp.where(t > 0, t, 1) / a1), 0)"),
    ],
)
def test_a_logarithm_is_not_differentiated_where_it_is_not_taken(library: str, line: str) -> None:
    """All libraries multiplied the slope of ln 0 by 0, which gave nan (run with each by hand; none is installed here)."""
    layer = {"units": 2, "activation": "softmax", "weights": [[0.1], [0.3]], "biases": [0.2, 0]}
    net = {
        "data": {"inputs": [[1], [2]], "targets": [[1, 0], [0, 1]]},
        "layer": [layer],
        "loss": {"name": "kl_divergence"},
    }
    assert line in derivegen.solve(net).program(library)
