#!/usr/bin/env bash
# dezero 0.0.13 (the library of a textbook that builds it step by step; numpy 1.23.5): two of its functions are not what their names say
# where there are several columns or equal values. mean_squared_error divides by the number of rows alone, so that with two outputs it, and
# every gradient, is twice the mean of the squares. And max sends the whole gradient to each of equal values, so that the gradients of a
# maximum add up to 2 or 3. An expert would guess a mean over all elements, as in Chainer, whose interface it follows, in PyTorch and
# in Keras; and shares of one, or all to the first. Seen: targets 0, outputs [[1, 2], [3, 4]]: 15 (mean of squares 7.5), gradient 1 for
# the output 1 (of the mean: ½); max of (1, 1, 0): gradients 1, 1, 0.
# For us: the factor is the mistake `lost-mean`, halfway: n rows are divided by, the outputs are not.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'dezero==0.0.13' 'numpy==1.23.5' 'matplotlib==3.10.9'
MPLBACKEND=svg MPLCONFIGDIR=$folder "$folder/venv/bin/python" -W ignore - <<'PY'
import dezero.functions as F
import numpy as np
from dezero import Variable

outputs, values = Variable(np.array([[1.0, 2.0], [3.0, 4.0]])), Variable(np.array([1.0, 1.0, 0.0]))
error = F.mean_squared_error(outputs, np.zeros((2, 2)))
error.backward()
F.max(values).backward()
print("error", error.data, "mean of squares", np.mean(outputs.data**2), "gradients", outputs.grad.data.tolist())
print("gradients of the maximum of", values.data.tolist(), "are", values.grad.data.tolist())
assert error.data == 15 and np.mean(outputs.data**2) == 7.5
assert outputs.grad.data.tolist() == [[1, 2], [3, 4]]
assert values.grad.data.tolist() == [1, 1, 0]
PY
echo "as seen: divided by rows alone, and equal values have the whole gradient each"
