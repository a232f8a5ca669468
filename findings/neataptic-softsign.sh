#!/usr/bin/env bash
# neataptic 1.4.7 (a neural-network library used in browsers and courses): two formulas do not belong to their names. The derivative of
# SOFTSIGN is x/(1+|x|)² instead of 1/(1+|x|)²: 0 at 0, where the slope is 1, and of the wrong sign below 0; and the cost MSLE is
# ln t − ln a without the square, so that it is negative for an output above its target and far from 0 for a target of 0.
# An expert would guess derivatives right to rounding, and a cost that is never negative. TANH and LOGISTIC are right.
# Seen: SOFTSIGN′(−1, 0, 1) = −0.25, 0, 0.25 against difference quotients 0.25, 1, 0.25; MSLE([0.5], [0.8]) = −0.47000.
# For us: numbers from such a library are no oracle; a hand calculation that differs from it may be the right one.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts neataptic@1.4.7
node - <<'JS'
const assert = require('node:assert')
const { activation, cost } = require('neataptic').methods
const points = [-1, 0, 1]
const quotient = (f, x) => (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
const rounded = (x) => Number(x.toFixed(5))
for (const name of ['TANH', 'LOGISTIC', 'SOFTSIGN']) {
  const given = points.map((x) => rounded(activation[name](x, true)))
  const true_ = points.map((x) => rounded(quotient(activation[name], x)))
  console.log(`${name}′ at ${points}: ${given}; difference quotients ${true_}`)
  if (name !== 'SOFTSIGN') assert.deepStrictEqual(given, true_)
  else assert.deepStrictEqual([given.map((x) => x + 0), true_], [[-0.25, 0, 0.25], [0.25, 1, 0.25]])
}
const msle = rounded(cost.MSLE([0.5], [0.8]))
console.log(`MSLE of output 0.8 for target 0.5: ${msle}; (ln 0.5 − ln 0.8)² = ${rounded(Math.log(0.5 / 0.8) ** 2)}`)
assert.strictEqual(msle, -0.47)
JS
echo "as seen: softsign's derivative and the squared logarithmic error are other formulas"
