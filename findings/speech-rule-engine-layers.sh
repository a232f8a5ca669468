#!/usr/bin/env bash
# speech-rule-engine 4.1.4 (the speech of MathJax, in ClearSpeak, which is made for lessons): the mark of a layer is spoken as a power, and its
# bracket is left out: w₁₁⁽²⁾ is "w sub 11 raised to the 2 power", z^[1] "z raised to the 1 power", just as a real exponent would be; a
# transposed matrix, W^⊤, is "W raised to the down tack power". An expert would guess that a bracket which is written is spoken, as it is in
# a^(l−1), and as MathSpeak does, and that ⊤ as an exponent is known. Seen: what stands in the list below.
# For us: alternative texts are in words of our own, with "transposed" and each bracket; of notations for listening, those with the layer below are clear.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init --yes >/dev/null
npm install --silent --no-fund --no-audit --ignore-scripts speech-rule-engine@4.1.4
cat >speak.js <<'JS'
const sre = require('speech-rule-engine')
const bracketed = (inner) => `<mrow><mo>(</mo>${inner}<mo>)</mo></mrow>`
const FORMULAS = {
  'w_11^(2)': `<msubsup><mi>w</mi><mn>11</mn>${bracketed('<mn>2</mn>')}</msubsup>`,
  'w_11^2': '<msubsup><mi>w</mi><mn>11</mn><mn>2</mn></msubsup>',
  'z^[1]': '<msup><mi>z</mi><mrow><mo>[</mo><mn>1</mn><mo>]</mo></mrow></msup>',
  'a^(l-1)': `<msup><mi>a</mi>${bracketed('<mi>l</mi><mo>&#x2212;</mo><mn>1</mn>')}</msup>`,
  'W transposed': '<msup><mi>W</mi><mo>&#x22A4;</mo></msup>',
}
const speak = async (domain) => {
  await sre.setupEngine({ locale: 'en', domain, modality: 'speech' })
  await sre.engineReady()
  for (const [name, formula] of Object.entries(FORMULAS)) {
    console.log(`${domain}, ${name}: ${sre.toSpeech(`<math xmlns="http://www.w3.org/1998/Math/MathML">${formula}</math>`)}`)
  }
}
console.log('speech-rule-engine', sre.version)
speak('clearspeak').then(() => speak('mathspeak'))
JS
node speak.js | tee seen
diff - seen <<'TXT'
speech-rule-engine 4.1.4
clearspeak, w_11^(2): w sub 11 raised to the 2 power
clearspeak, w_11^2: w sub 11 squared
clearspeak, z^[1]: z raised to the 1 power
clearspeak, a^(l-1): a raised to the open paren l minus 1 close paren power
clearspeak, W transposed: W raised to the down tack power
mathspeak, w_11^(2): w 11 Superscript left parenthesis 2 right parenthesis
mathspeak, w_11^2: w 11 squared
mathspeak, z^[1]: z Superscript left bracket 1 right bracket
mathspeak, a^(l-1): a Superscript left parenthesis l minus 1 right parenthesis
mathspeak, W transposed: upper W Superscript down tack
TXT
echo "as seen: the layer is spoken as a power, without its bracket"
