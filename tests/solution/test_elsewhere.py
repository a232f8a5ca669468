"""The network as a program in another library: what it says, that it is Python, and, where the library is installed, that it comes to the
derivatives of the document."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner

from derivegen.cli.group import main
from derivegen.errors import CheckFailed, InputError
from derivegen.solution.program.libraries import LIBRARIES, tried
from tests.solved import solved

EXAMPLES = ("article-000", "softmax-2-3-2", "relu-kink", "graph-shared")


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("example", EXAMPLES)
def test_a_program_is_python_and_agrees_where_it_runs(example: str, library: str) -> None:
    code = solved(example).program(library)
    compile(code, "<program>", "exec")
    assert "expected = {" in code
    if find_spec(LIBRARIES[library].module) is not None:
        assert "every derivative agreed" in tried(library, code)
    else:
        assert tried(library, code) == f"not run here, since {LIBRARIES[library].module} is not installed"


def test_torch_reads_like_our_own_listing() -> None:
    code = solved("article-004").program("torch")
    assert "    z = w1 * x + b1\n    h = sigmoid(z)\n    y = w2 * h + b2\n" in code
    assert "return 1 / (1 + torch.exp(-z))" in code
    assert '    "w1": -0.008348272549402' in code
    assert "np.exp" not in code


def test_our_own_listing_runs_and_a_wrong_one_is_found_out() -> None:
    code = solved("article-004").program("numpy")
    assert tried("numpy", code).startswith("ran here with numpy")
    with pytest.raises(CheckFailed, match="AssertionError"):
        tried("numpy", "assert False\n")


def test_what_has_no_program_is_said() -> None:
    with pytest.raises(InputError, match="under index letters"):
        solved("rnn").program("torch")
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
