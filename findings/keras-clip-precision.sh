#!/usr/bin/env bash
# Keras 3.15.1 on PyTorch 2.13.0: an optimizer with clipnorm or global_clipnorm works in single precision, though floatx, the weights and the
# gradients are float64; clipvalue, and the same optimizer without clipping, keep double precision, and so does clipping on the JAX backend.
# An expert would guess that clipping keeps the precision of what it clips, as everything else in the step does.
# Seen: of the gradient (1, -0.3, 0.02) held to the length 0.9, a step of rate 1 is off by 2e-8 with global_clipnorm, 3e-8 with clipnorm.
# For us: what Keras computes with clipping is recorded on JAX, where it agrees to 1e-14.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'keras==3.15.1' 'torch==2.13.0' 'jax==0.10.2'
cat >"$folder/clip.py" <<'PY'
import sys

import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np

keras.config.set_floatx("float64")
start, slope = np.array([1.0, -2.0, 0.5]), np.array([1.0, -0.3, 0.02])


def off(expected, **how):
    w = keras.Variable(start, dtype="float64")
    optimizer = keras.optimizers.SGD(1.0, **how)
    optimizer.build([w])
    optimizer.apply([keras.ops.convert_to_tensor(slope, dtype="float64")], [w])
    return float(np.abs(start - keras.ops.convert_to_numpy(w) - expected).max())


short = 0.9 / np.linalg.norm(slope) * slope
found = {
    "plain": off(slope),
    "clipvalue": off(np.clip(slope, -0.9, 0.9), clipvalue=0.9),
    "clipnorm": off(short, clipnorm=0.9),
    "global_clipnorm": off(short, global_clipnorm=0.9),
}
print("keras", keras.__version__, "on", keras.backend.backend(), found)
assert found["plain"] < 1e-15 and found["clipvalue"] < 1e-15
single = sys.argv[1] == "single"
assert all((1e-9 < found[name] < 1e-6) if single else found[name] < 1e-15 for name in ("clipnorm", "global_clipnorm"))
PY
KERAS_BACKEND=torch "$folder/venv/bin/python" -W ignore "$folder/clip.py" single
KERAS_BACKEND=jax "$folder/venv/bin/python" -W ignore "$folder/clip.py" double
echo "as seen: clipping by the norm leaves double precision on the torch backend alone"
