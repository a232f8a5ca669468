#!/usr/bin/env bash
# ml-fnn 5.0.0 (feed-forward networks of the mljs collection): whatever activation is asked for, tanh is trained, without a word; a name is
# looked for among the numbers 0, 1, 2 … of a list and never found. `regularization: 0` becomes 0.01 likewise. And a network that is
# loaded from JSON, which keeps its activation, has the slopes of logistic, softplus, arctan … taken at a instead of at z, as only
# the formula of tanh (1 − a²) allows. An expert would guess the activation that was named, and slopes that agree with quotients.
# Seen: activation "relu" is saved as "tanh"; x = ½, w = 0.7, b = 0.2, logistic: the hidden bias moves as with a slope of 0.22646, which is
# σ′ at a = σ(0.55); σ′ at z = 0.55 is 0.23201.
# For us: it is the mistake `slope-at-activation`, met in a library; a student who compared with it is told that name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts ml-fnn@5.0.0
cat >moves.js <<'JS'
const assert = require('node:assert')
const Network = require('ml-fnn')
const kept = new Network({ activation: 'relu', regularization: 0, hiddenLayers: [1], iterations: 1 })
console.log('asked for relu and no regularization, kept:', kept.activation, kept.regularization)
assert.deepStrictEqual([kept.activation, kept.regularization], ['tanh', 0.01])

const sigma = (z) => 1 / (1 + Math.exp(-z)), slope = (z) => sigma(z) * (1 - sigma(z))
const RATE = 0.001
/** One unit of this activation and a softmax over two outputs, after one step towards the first. */
const stepped = (activation) => {
  const settings = { activation, activationParam: 1, regularization: 0 }
  const layer = (W, b) => ({ model: 'Layer', inputSize: 1, outputSize: b[0].length, epsilon: RATE, W, b, ...settings })
  const layers = [layer([[0.7]], [[0.2]]), layer([[0.4, 0.9]], [[0.1, 0.3]])]
  const network = Network.load({ model: 'FNN', hiddenLayers: [1], iterations: 1, learningRate: RATE, layers, ...settings })
  network.train([[0.5]], [0])
  return JSON.parse(JSON.stringify(network.toJSON())).layers
}
for (const [name, f, right] of [['tanh', Math.tanh, 1 - Math.tanh(0.55) ** 2], ['logistic', sigma, slope(0.55)]]) {
  const [hidden, output] = stepped(name)
  const sent = (output.b[0][0] - 0.1) / RATE // 1 − p of the first output, which is p of the second
  const used = -(hidden.b[0][0] - 0.2) / RATE / (sent * (0.9 - 0.4))
  console.log(`${name}: slope used ${used.toFixed(5)}, right ${right.toFixed(5)}, at the activation ${slope(f(0.55)).toFixed(5)}`)
  assert.ok(Math.abs(used - (name === 'tanh' ? right : slope(sigma(0.55)))) < 1e-9)
}
assert.ok(Math.abs(slope(sigma(0.55)) - slope(0.55)) > 0.005)
JS
node moves.js
echo "as seen: tanh is trained whatever is named, and other slopes are taken at the activation"
