#!/usr/bin/env bash
# synaptic 1.1.4 and neataptic 1.4.7 (neural networks in JavaScript): one step of a 1-1-1 sigmoid network is not the step of its cost.
# The error of the output is a − t, without the slope a(1 − a), whatever cost is named (MSE is the default); and it goes back to the
# hidden unit over the output weight as it is after its own update, not before. An expert would guess −rate · ∂E/∂w of the cost.
# Seen: weights ½, biases 0, input 1, target ¼, rate 1: the output bias moves by −0.32719 = t − a (squared error: −0.07985); the hidden
# weight by −0.02279 = (t − a) · 0.29634 · h(1 − h), where 0.29634 is the new output weight (with the old one: −0.03844).
# For us: it is the mistake `updated-weights-used`, met in a library; a student who checked with it is told that name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts synaptic@1.1.4 neataptic@1.4.7
node - <<'JS'
const assert = require('node:assert')
const sigmoid = (z) => 1 / (1 + Math.exp(-z))
const h = sigmoid(0.5), a = sigmoid(0.5 * h), error = 0.25 - a
const close = (x, y) => assert.ok(Math.abs(x - y) < 1e-12, `${x} is not ${y}`)

/** The network with weights ½ and biases 0, as the library keeps it. */
const blank = (description) => {
  for (const unit of description.neurons ?? description.nodes) unit.bias = 0
  for (const link of description.connections) link.weight = 0.5
  return description
}
/** What one step adds to the two weights (input side first) and to the output bias. */
const moved = (description) => ({
  weights: description.connections.map((link) => link.weight - 0.5),
  bias: (description.neurons ?? description.nodes)[2].bias,
})

const synaptic = require('synaptic'), neataptic = require('neataptic')
const one = synaptic.Network.fromJSON(blank(new synaptic.Architect.Perceptron(1, 1, 1).toJSON()))
const other = neataptic.Network.fromJSON(blank(new neataptic.architect.Perceptron(1, 1, 1).toJSON()))
close(one.activate([1])[0], a)
close(other.activate([1])[0], a)
one.propagate(1, [0.25])
other.propagate(1, 0, true, [0.25])
for (const [name, net] of [['synaptic 1.1.4', one], ['neataptic 1.4.7', other]]) {
  const { weights, bias } = moved(net.toJSON())
  console.log(`${name}: output bias ${bias.toFixed(5)}, output weight ${weights[1].toFixed(5)}, hidden weight ${weights[0].toFixed(5)}`)
  close(bias, error)
  close(weights[1], error * h)
  close(weights[0], error * (0.5 + error * h) * h * (1 - h))
}
const by = { squared: error * a * (1 - a), old: error * 0.5 * h * (1 - h) }
console.log(`of ½(a − t)² the output bias moves by ${by.squared.toFixed(5)}; over the old weight the hidden one by ${by.old.toFixed(5)}`)
JS
echo "as seen: no slope at the output, and the error goes back over the new weight"
