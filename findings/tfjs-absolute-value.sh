#!/usr/bin/env bash
# TensorFlow.js 4.22.0 (neural networks in browsers): the slope of the absolute value at 0 is −1. An expert would guess 0, the slope of the
# sign function, as in PyTorch, TensorFlow in Python, tinygrad, CasADi, PyTensor and autograd, or at most the +1 of JAX; sign(0) is 0
# here too, so that |x|′ is not sign(x). A mean absolute error whose output hits its target is pushed off it, downwards. The maximum of
# equal values sends its whole gradient to each of them, so that the gradients of one maximum add up to 2; a pooling window of equal
# values sends it to the first. Seen: abs′(−1, 0, 1) = −1, −1, 1; sign(0) = 0; max of (1, 1, 0): 1, 1, 0; a window of four: 1, 0, 0, 0.
# For us: a row of the table of conventions; `check` takes all three values as right and says whose each is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts @tensorflow/tfjs@4.22.0
cat >slopes.js <<'JS'
const tf = require('@tensorflow/tfjs')
tf.setBackend('cpu')
const slopes = (f, at) => Array.from(tf.grad(f)(tf.tensor1d(at)).dataSync()).join(' ')
console.log('TensorFlow.js', tf.version.tfjs)
console.log('absolute value', slopes((x) => x.abs(), [-1, 0, 1]))
console.log('sign of 0', tf.scalar(0).sign().dataSync()[0])
console.log('maximum', slopes((x) => x.max(), [1, 1, 0]))
console.log('window', slopes((x) => tf.maxPool(x.reshape([1, 2, 2, 1]), 2, 2, 'valid'), [1, 1, 1, 1]))
JS
node slopes.js 2>/dev/null | tee seen
diff - seen <<'TXT'
TensorFlow.js 4.22.0
absolute value -1 -1 1
sign of 0 0
maximum 1 1 0
window 1 0 0 0
TXT
echo "as seen: the slope of |x| at 0 is -1, and a maximum of equal values has gradients that add up to 2"
