#!/usr/bin/env bash
# liblouis 3.24.0 (Debian 12), the braille of NVDA, Orca, BRLTTY and iOS: subscript digits have no dots in the tables tried. The French
# table writes a blank cell, so that w₁ and w₂ are one word, and so are a·b and a⊙b; the English (UEB) and German ones write the code point
# in hexadecimal, seven cells or more a sign. In German · is a blank too, ∂ and the Greek letters tried are hexadecimal.
# An expert would guess what the same tables do with x²: dots for it. Seen: x² has its dots in all three.
# For us: alternative texts are in words and ASCII digits; formulas are MathML, which readers translate themselves.
set -euo pipefail
export LC_ALL=C.UTF-8
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 . # apt's own user reads here
apt-get download -qq liblouis-bin=3.24.0-1 liblouis-data=3.24.0-1 liblouis20=3.24.0-1 2>/dev/null
for package in *.deb; do dpkg -x "$package" root; done
libraries=$(dirname "$(find root -name 'liblouis.so.20' | head -n 1)")
export LD_LIBRARY_PATH=$PWD/$libraries LOUIS_TABLEPATH=$PWD/root/usr/share/liblouis/tables
braille() { printf '%s\n' "$2" | root/usr/bin/lou_translate "unicode.dis,$1"; }
cells() { printf %s "$1" | wc -m; }
echo "liblouis $(root/usr/bin/lou_translate --version | sed -n '1s/.*) //p')"
for table in fr-bfu-comp6.utb en-ueb-g1.ctb de-g0.utb; do
  for text in w w₁ w₂ x² a·b a⊙b ∂ δ; do
    printf '%-18s %-4s %s\n' "$table" "$text" "$(braille $table "$text")"
  done
  [ "$(cells "$(braille $table x²)")" -le 5 ]
done
blank=$(printf '\u2800')
[ "$(braille fr-bfu-comp6.utb w₁)" = "$(braille fr-bfu-comp6.utb w)$blank" ]
[ "$(braille fr-bfu-comp6.utb w₁)" = "$(braille fr-bfu-comp6.utb w₂)" ]
[ "$(braille fr-bfu-comp6.utb a·b)" = "$(braille fr-bfu-comp6.utb a⊙b)" ]
[ "$(braille de-g0.utb a·b)" = "$(braille de-g0.utb 'a b')" ]
for table in en-ueb-g1.ctb de-g0.utb; do [ "$(cells "$(braille $table w₁)")" -ge 7 ]; done
for sign in ∂ δ; do [ "$(cells "$(braille de-g0.utb $sign)")" -ge 7 ]; done
echo "as seen: subscripts are blank or hexadecimal in braille"
