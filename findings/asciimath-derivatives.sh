#!/usr/bin/env bash
# AsciiMath in MathJax 3.2.2 (mathjax-full): dz/dx is a fraction, dz/dw is not. dx, dy, dz and dt are signs of their own and d with any other
# letter is two, and a stroke takes one sign on either side: dz/dw becomes the fraction dz over d, with w behind it, dL/dw becomes d, L over
# d, w. And names are cut where signs hide in them: net_1 (the input of a unit in many texts) is ≠ t₁, since "ne" is ≠. An expert who
# knows that single letters stand for themselves, and has seen dy/dx come out right, would guess that dL/dw does, and that net is n·e·t,
# as out is o·u·t. Seen: what stands in the list below; (dL)/(dw) comes out right.
# For us: what comes out of a field with AsciiMath may have lost its fractions on the way; dL/dw is read as typed, before any such conversion.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts mathjax-full@3.2.2
cat >convert.js <<'JS'
const { mathjax } = require('mathjax-full/js/mathjax.js')
const { AsciiMath } = require('mathjax-full/js/input/asciimath.js')
const { SerializedMmlVisitor } = require('mathjax-full/js/core/MmlTree/SerializedMmlVisitor.js')
const { liteAdaptor } = require('mathjax-full/js/adaptors/liteAdaptor.js')
const { RegisterHTMLHandler } = require('mathjax-full/js/handlers/html.js')
const { STATE } = require('mathjax-full/js/core/MathItem.js')
RegisterHTMLHandler(liteAdaptor())
const page = mathjax.document('', { InputJax: new AsciiMath() }), visitor = new SerializedMmlVisitor()
/** The formula as brackets around the parts of fractions and indices. */
const shape = (node) => {
  const parts = (node.childNodes ?? []).map(shape)
  if (node.kind === 'text') return node.getText().replace('\u2260', '!=')
  if (node.kind === 'mfrac') return `frac(${parts.join(', ')})`
  if (node.kind === 'msub') return parts.join('_')
  return parts.join(' ').trim()
}
console.log('mathjax-full', mathjax.version)
for (const text of ['dz/dx', 'dz/dw', 'dL/dw', '(dL)/(dw)', 'del L/del w', 'net_1', 'out_1']) {
  console.log(`${text}: ${shape(page.convert(text, { end: STATE.CONVERT })).replace('\u2202', 'del').replace('\u2202', 'del')}`)
}
JS
node convert.js | tee seen
diff - seen <<'TXT'
mathjax-full 3.2.2
dz/dx: frac(d z, d x)
dz/dw: frac(d z, d) w
dL/dw: d frac(L, d) w
(dL)/(dw): frac(d L, d w)
del L/del w: del frac(L, del) w
net_1: != t_1
out_1: o u t_1
TXT
echo "as seen: dz/dx is a derivative and dz/dw is not"
