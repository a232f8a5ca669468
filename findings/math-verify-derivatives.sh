#!/usr/bin/env bash
# math-verify 0.9.0 (with latex2sympy2_extended 1.11.0, which grades most answers of language models): a derivative of one letter by another
# is not kept as a name, it is carried out, and is 0 since no letter depends on another; so ∂L/∂w equals ∂L/∂v and 0. A prime is dropped:
# w′, the new weight, equals w. And \log without a base is the decimal logarithm, where SymPy's own reader of LaTeX has the natural one,
# which is what every loss means. An expert would guess symbols that are compared as such, and SymPy's logarithm.
# Seen: \frac{\partial L}{\partial w} is Derivative(l, w), equal to 0 and to \frac{\partial L}{\partial v}; w' is w; -\log 0.5 equals 0.30103
# and not 0.693147; SymPy 1.14.0 (lark) reads \log(0.5) as -0.6931. w_{12} and w_{21} differ, as they should.
# For us: working is read by our own grammar, where ∂L/∂w is a name, w′ the new weight and log is ln, and the document says so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'math-verify==0.9.0' 'latex2sympy2_extended==1.11.0' \
  'antlr4-python3-runtime==4.13.2' 'sympy==1.14.0' 'lark==1.2.2'
"$folder/venv/bin/python" -W ignore - <<'PY' | tee "$folder/seen"
from importlib.metadata import version

from math_verify import parse, verify
from sympy.parsing.latex import parse_latex

PAIRS = (
    (r"\frac{\partial L}{\partial w}", r"\frac{\partial L}{\partial v}"),
    (r"\frac{\partial L}{\partial w}", "0"),
    ("w'", "w"),
    (r"-\log 0.5", "0.693147"),
    (r"-\log 0.5", "0.301030"),
    (r"-\ln 0.5", "0.693147"),
    ("w_{12}", "w_{21}"),
)
print(*(f"{name} {version(name)}" for name in ("math-verify", "latex2sympy2_extended", "sympy")))
for one, other in PAIRS:
    trees = parse(f"${one}$"), parse(f"${other}$")
    print(one, "is", trees[0][0], "and equal to" if verify(*trees) else "and not", other)
print("SymPy reads \\log(0.5) as", f"{float(parse_latex(chr(92) + 'log(0.5)', backend='lark')):.6f}")
PY
diff - "$folder/seen" <<'TXT'
math-verify 0.9.0 latex2sympy2_extended 1.11.0 sympy 1.14.0
\frac{\partial L}{\partial w} is Derivative(l, w) and equal to \frac{\partial L}{\partial v}
\frac{\partial L}{\partial w} is Derivative(l, w) and equal to 0
w' is w and equal to w
-\log 0.5 is -log(0.5, 10) and not 0.693147
-\log 0.5 is -log(0.5, 10) and equal to 0.301030
-\ln 0.5 is -log(0.5, E) and equal to 0.693147
w_{12} is w_{12} and not w_{21}
SymPy reads \log(0.5) as -0.693147
TXT
echo "as seen: derivatives of letters are 0, primes are dropped, and log is decimal"
