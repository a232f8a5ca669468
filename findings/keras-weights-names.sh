#!/usr/bin/env bash
# Keras 3.15.1: in a .keras file the weights of a layer do not stand under the layer's name but under its class, counted in the order of the
# layers, though every layer's name is unique and stands in config.json beside them. An expert would guess layers/hidden and layers/out, as
# the .h5 format of the same Keras has it.
# Seen: Dense layers named "hidden" and "out" are kept as layers/dense and layers/dense_1; in model.h5 they are model_weights/hidden and
# model_weights/out.
# For us: whoever reads such a file has to count classes; a reader that goes by names finds nothing, or with a layer called "dense_1" another
# layer's numbers.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'keras==3.15.1' 'jax==0.10.2'
cd "$folder"
KERAS_BACKEND=jax venv/bin/python -W ignore - 2>/dev/null <<'PY'
import io
import zipfile

import h5py
import keras

first, second = keras.layers.Dense(2, name="dense_1"), keras.layers.Dense(3, name="out")
model = keras.Sequential([keras.Input((2,)), first, second])
model.save("model.keras")
model.save("model.h5")
with zipfile.ZipFile("model.keras") as packed, h5py.File(io.BytesIO(packed.read("model.weights.h5"))) as file:
    kept = {name: file[f"layers/{name}/vars/0"].shape for name in file["layers"]}
with h5py.File("model.h5") as file:
    names = sorted(name for name in file["model_weights"] if name != "top_level_model_weights")
print("keras", keras.__version__, kept, names)
assert kept == {"dense": (2, 2), "dense_1": (2, 3)}  # dense_1 holds the numbers of "out"
assert names == ["dense_1", "out"]
PY
echo "as seen: layers/dense_1 holds the numbers of the layer that is called out"
