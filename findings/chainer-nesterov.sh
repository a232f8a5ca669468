#!/usr/bin/env bash
# Chainer 7.8.1 (numpy 1.23.5): the first step of NesterovAG is nearly one and a half times that of Nesterov's method. The rewritten form
# that it follows, μ²·v − (1 + μ)·rate·g, has the velocity v from before this gradient; Chainer puts in the velocity that already holds
# the gradient, so that it counts once more, with μ². An expert would guess −(1 + μ)·rate·g for a first step, as in PyTorch, Keras
# and TensorFlow.js, or −rate·g, as in texts that look ahead. With a gradient that never changes the two forms come to the same speed.
# Seen: w = 1, rate 0.1, μ = 0.9, gradient 1: w = 0.729 after one step, 0.81 with the old velocity; MomentumSGD gives 0.9.
# For us: a third number for a first Nesterov step, which is no slip of the student's.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'setuptools==59.8.0' 'numpy==1.23.5'
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-build-isolation 'chainer==7.8.1' 'numpy==1.23.5'
"$folder/venv/bin/python" -W ignore - <<'PY'
import chainer
import numpy as np
from chainer import optimizers

RATE, MOMENTUM, GRADIENTS = 0.1, 0.9, (1.0, 0.5, -2.0)


def run(optimizer) -> list[float]:
    """w after each step, from w = 1."""
    link = chainer.Link()
    with link.init_scope():
        link.w = chainer.Parameter(np.array([1.0]))
    optimizer.setup(link)
    found = []
    for gradient in GRADIENTS:
        link.w.grad = np.array([gradient])
        optimizer.update()
        found.append(float(link.w.data[0]))
    return found


def rewritten(velocity_is_new: bool) -> list[float]:
    """The rewritten form, with the velocity before or after the gradient is in it."""
    w, v, found = 1.0, 0.0, []
    for gradient in GRADIENTS:
        new = MOMENTUM * v - RATE * gradient
        w += MOMENTUM**2 * (new if velocity_is_new else v) - (1 + MOMENTUM) * RATE * gradient
        v = new
        found.append(w)
    return found


seen = {"NesterovAG": run(optimizers.NesterovAG(RATE, MOMENTUM)), "MomentumSGD": run(optimizers.MomentumSGD(RATE, MOMENTUM))}
print("chainer", chainer.__version__, {name: np.round(many, 6).tolist() for name, many in seen.items()})
print("by hand, old and new velocity:", np.round(rewritten(False), 6).tolist(), np.round(rewritten(True), 6).tolist())
assert np.allclose(seen["NesterovAG"], rewritten(True), atol=1e-12)
assert np.allclose([seen["NesterovAG"][0], rewritten(False)[0], seen["MomentumSGD"][0]], [0.729, 0.81, 0.9], atol=1e-12)
PY
echo "as seen: NesterovAG counts the new gradient once more"
