#!/usr/bin/env bash
# Keras 3.15.1 on PyTorch 2.13.0: keras.ops.matmul, dot, inner and tensordot of two arrays in double precision come out in single precision,
# whatever floatx is, and so a Dense layer made with dtype="float64"; einsum, outer and the operator @ of the same arrays stay double, and on
# the JAX backend all of them do. An expert would guess that a product has the precision of its factors, as einsum, which is the same sum.
# Seen: ops.matmul([[1/3]], [[1/7]]) is float32 and off by 5e-9, ops.einsum("ij,jk->ik", …) is exact to the last bit.
# For us: the program for Keras multiplies matrices by @, or no gradient behind one would agree beyond seven digits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'keras==3.15.1' 'torch==2.13.0' 'jax==0.10.2'
cat >"$folder/product.py" <<'PY'
import sys

import jax

jax.config.update("jax_enable_x64", True)
import keras
import numpy as np
from keras import ops

keras.config.set_floatx("float64")
one, other = (ops.convert_to_tensor(np.array([[1 / n]]), dtype="float64") for n in (3, 7))
layer = keras.layers.Dense(1, use_bias=False, dtype="float64")
layer.build((None, 1))
layer.set_weights([np.array([[1 / 7]])])
found = {
    "matmul": ops.matmul(one, other),
    "dot": ops.dot(one, other),
    "inner": ops.inner(one, other),
    "tensordot": ops.tensordot(one, other, 1),
    "Dense": layer(one),
    "einsum": ops.einsum("ij,jk->ik", one, other),
    "outer": ops.outer(one[0], other[0]),
    "@": one @ other,
}
off = {name: abs(float(ops.convert_to_numpy(each)[0, 0]) - 1 / 21) for name, each in found.items()}
types = {name: keras.backend.standardize_dtype(each.dtype) for name, each in found.items()}
print("keras", keras.__version__, "on", keras.backend.backend(), off, types)
single = {"matmul", "dot", "inner", "tensordot", "Dense"} if sys.argv[1] == "single" else set()
assert all((off[name] > 1e-10) == (name in single) and off[name] < 1e-7 for name in found)
assert all(types[name] == "float32" for name in single - {"Dense"})
PY
KERAS_BACKEND=torch "$folder/venv/bin/python" -W ignore "$folder/product.py" single
KERAS_BACKEND=jax "$folder/venv/bin/python" -W ignore "$folder/product.py" double
echo "as seen: products of matrices leave double precision on the torch backend alone"
