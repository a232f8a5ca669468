#!/usr/bin/env bash
# TensorFlow.js 4.22.0 (neural networks in browsers): its Adadelta is gradient descent. The step is √(mean of squared steps + ε) over
# √(mean of squared gradients + ε) times the gradient, with both means as they were before this gradient. Both begin at 0, so that the
# first quotient is 1 and the first step is the gradient; then the two means stay equal, and the quotient stays 1 for ever. An expert would
# guess the step of Zeiler's paper, whose mean of squared gradients has the new one in it, and a first step of about √ε.
# Seen: w = 1, gradients 1, 0.5, −2, rate 1: w = 0, −0.5, 1.5, the same as with plain gradient descent; Adagrad and RMSprop are as in texts
# (RMSprop: 0.68377 first). By the paper (ρ = 0.95, ε = 10⁻⁷) it would be 0.99859, 0.99767, 0.99959.
# For us: a hand calculation of Adadelta that differs from this library is no mistake; the table of optimizers follows the paper.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts @tensorflow/tfjs@4.22.0
cat >steps.js <<'JS'
const assert = require('node:assert')
const tf = require('@tensorflow/tfjs')
tf.setBackend('cpu')
const gradients = [1, 0.5, -2]

/** w after each step of an optimizer. */
const run = (optimizer) => {
  const w = tf.variable(tf.tensor1d([1]))
  return gradients.map((gradient) => {
    optimizer.applyGradients([{ name: w.name, tensor: tf.tensor1d([gradient]) }])
    return w.dataSync()[0]
  })
}
/** The same as in the paper. */
const paper = (rho, epsilon) => {
  let w = 1, squares = 0, steps = 0
  return gradients.map((gradient) => {
    squares = rho * squares + (1 - rho) * gradient ** 2
    const step = (Math.sqrt(steps + epsilon) / Math.sqrt(squares + epsilon)) * gradient
    steps = rho * steps + (1 - rho) * step ** 2
    return (w -= step)
  })
}
const close = (one, other) => one.every((number, n) => Math.abs(number - other[n]) < 1e-5)
const seen = { sgd: run(tf.train.sgd(1)), adadelta: run(tf.train.adadelta(1)), rmsprop: run(tf.train.rmsprop(0.1)) }
console.log('TensorFlow.js', tf.version.tfjs, seen, 'Adadelta of the paper:', paper(0.95, 1e-7).map((w) => w.toFixed(5)).join(' '))
assert.ok(close(seen.adadelta, [0, -0.5, 1.5]) && close(seen.adadelta, seen.sgd))
assert.ok(Math.abs(seen.rmsprop[0] - 0.68377) < 1e-5)
assert.ok(close(paper(0.95, 1e-7), [0.99859, 0.99767, 0.99959]))
JS
node steps.js 2>/dev/null
echo "as seen: Adadelta of TensorFlow.js makes the steps of gradient descent"
