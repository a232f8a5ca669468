#!/usr/bin/env bash
# micrograd 0.1.0 (the engine by which many learn automatic differentiation): a second backward() on the same graph does not add the
# gradient a second time. What was left in the nodes between is added to and sent on again, so that a number d operations below the end
# has d + 2 times its gradient, and its share grows with its depth. An expert would guess twice the gradient everywhere, as in
# PyTorch. Setting the gradients of the parameters to 0 before, as its zero_grad() does, does not help: the nodes between keep theirs.
# Seen: w = 2, c = 3w, d = 5c, e = 7d: gradients of d, c, w are 7, 35, 105; after the second call 14, 105, 420, and with w's own set to 0
# between the two calls 315 instead of 105. Its own training loops build a new graph each time and do not meet it.
# For us: numbers printed by a cell that was run twice can be 2, 3 or 4 times the right ones; they are no mistake of the chain rule.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'micrograd==0.1.0'
"$folder/venv/bin/python" - <<'PY'
from micrograd.engine import Value


def gradients(calls: int, zeroed: bool = False) -> list[float]:
    """Those of d, c, w after so many calls, the gradient of w set to 0 before the last one or not."""
    w = Value(2.0)
    c = w * 3.0
    d = c * 5.0
    e = d * 7.0
    for call in range(calls):
        if zeroed and call:
            w.grad = 0.0
        e.backward()
    return [d.grad, c.grad, w.grad]


once, twice, zeroed = gradients(1), gradients(2), gradients(2, zeroed=True)
print("once", once, "twice", twice, "twice with the gradient of w set to 0 between", zeroed)
assert once == [7, 35, 105]
assert twice == [14, 105, 420]
assert zeroed[-1] == 315
PY
echo "as seen: a second pass multiplies by more, the deeper a number lies"
