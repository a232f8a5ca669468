#!/usr/bin/env bash
# Keras 3.15.1: the L1 regularizer moves a weight that is exactly 0 on the JAX backend, by rate times λ in every step, and leaves it where it
# is on the torch backend. An expert would guess that a weight that L1 has brought to 0 stays there if the data do not mind it: that is what
# L1 is used for, and the regularizer is the same line of Keras on both.
# Seen: the derivative of regularizers.L1(0.1) at (0, 0) is (0.1, 0.1) on JAX 0.10.2, (0, 0) on PyTorch 2.13.0; |x| has the slope 1 at 0 in JAX.
# For us: the derivative of `l1` in the loss at 0 is 0; conventions = "jax" takes 1, and the document says that it is a convention.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'keras==3.15.1' 'torch==2.13.0' 'jax==0.10.2'
KERAS_BACKEND=jax "$folder/venv/bin/python" -W ignore - <<'PY'
import jax
import keras
import numpy as np

slope = np.array(jax.grad(keras.regularizers.L1(0.1))(jax.numpy.zeros(2)))
print("keras", keras.__version__, "on", keras.backend.backend(), slope)
assert np.allclose(slope, 0.1)
PY
KERAS_BACKEND=torch "$folder/venv/bin/python" -W ignore - <<'PY'
import keras
import torch

x = torch.zeros(2, requires_grad=True)
keras.regularizers.L1(0.1)(x).backward()
print("keras", keras.__version__, "on", keras.backend.backend(), x.grad)
assert not x.grad.any()
PY
echo "as seen: at 0, L1 pushes on JAX and rests on torch"
