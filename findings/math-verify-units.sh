#!/usr/bin/env bash
# math-verify 0.9.0 (with latex2sympy2_extended 1.11.0): a letter at the end of a formula is dropped where it is also a unit, as t, s and m are.
# y − t, output minus target, becomes "y −" and equals y − s; wm becomes w and equals w. At the beginning or in the middle the same letter
# stays, and so it does with NormalizationConfig(units=False). An expert knows that "5 kg" is read as 5 and would guess that this is about
# numbers, not that a product or a difference of letters loses its last one.
# Seen: y - t is 'y -' and equal to y - s; wm is w and equal to w; t - y and y - a stay; without units y - t is y - t and not y - s.
# For us: working is read by our own grammar, where a letter is a quantity of the network wherever it stands; in the benchmarks math-verify is
# told to leave units alone.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'math-verify==0.9.0' 'latex2sympy2_extended==1.11.0' \
  'antlr4-python3-runtime==4.13.2' 'sympy==1.14.0'
"$folder/venv/bin/python" -W ignore - <<'PY' | tee "$folder/seen"
import logging
from importlib.metadata import version

from latex2sympy2_extended import NormalizationConfig
from math_verify import LatexExtractionConfig, parse, verify

logging.disable(logging.ERROR)
LETTERS = [LatexExtractionConfig(normalization_config=NormalizationConfig(units=False))]
PAIRS = (("y - t", "y - s"), ("w m", "w"), ("t - y", "s - y"), ("y - a", "y - b"))
print(*(f"{name} {version(name)}" for name in ("math-verify", "latex2sympy2_extended")))
for how, said in (("as it comes", {}), ("without units", {"extraction_config": LETTERS})):
    for one, other in PAIRS:
        trees = [parse(f"${each}$", **said) for each in (one, other)]
        print(f"{how}: {one} is {trees[0][0]}", "and equal to" if verify(*trees) else "and not", other)
PY
diff - "$folder/seen" <<'TXT'
math-verify 0.9.0 latex2sympy2_extended 1.11.0
as it comes: y - t is y - and equal to y - s
as it comes: w m is w and equal to w
as it comes: t - y is t - y and not s - y
as it comes: y - a is -a + y and not y - b
without units: y - t is -t + y and not y - s
without units: w m is m*w and not w
without units: t - y is t - y and not s - y
without units: y - a is -a + y and not y - b
TXT
echo "as seen: a letter at the end that is a unit too is dropped"
