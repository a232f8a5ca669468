#!/usr/bin/env bash
# eSpeak NG 1.52.0 (espeakng-loader 0.2.4), the speech of NVDA, Orca and most Linux desktops: one subscript or superscript digit is spoken,
# two or more in a row, and any with a sign, are left out without a pause. "w₁₁" sounds like "w", 1.2 · 10⁻⁵ like "1.2 10", x¹² like x² or x,
# in every voice tried. An expert would guess that what is said of x₂ is said of x₁₂ too, or that the character is at least named.
# Seen: w₂ = "w two" but w₁₁ = w₁₂ = "w"; 10⁵ is spoken whole, 10⁻⁵ and 10¹⁵ = "ten", x¹² = "x two" (German: "x"); in words ("10 to the minus 5") all is spoken.
# For us: what a screen reader is to say (alternative texts, labels of figures) is in words, never in Unicode subscripts.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'espeakng-loader==0.2.4'
"$folder/venv/bin/python" - <<'PY'
import ctypes

import espeakng_loader

speech = ctypes.CDLL(espeakng_loader.get_library_path())
speech.espeak_Info.restype = speech.espeak_TextToPhonemes.restype = ctypes.c_char_p
speech.espeak_Initialize(2, 0, espeakng_loader.get_data_path().encode(), 0)
version = speech.espeak_Info(None).decode()


def spoken(text: str, voice: str) -> str:
    """The phonemes of a text, without stress marks and pauses."""
    speech.espeak_SetVoiceByName(voice.encode())
    kept = ctypes.c_char_p(text.encode())
    left = ctypes.c_void_p(ctypes.cast(kept, ctypes.c_void_p).value)
    parts = []
    while left.value:
        parts.append((speech.espeak_TextToPhonemes(ctypes.byref(left), 1, 0) or b"").decode())
    return " ".join("".join(c for c in " ".join(parts) if c not in "'_:!,").split())


print("eSpeak NG", version)
assert version == "1.52.0", version
for voice in ("en-us", "de"):
    said = {text: spoken(text, voice) for text in ("w", "w₂", "w₁₁", "w₁₂", "w⁽²⁾", "10", "10⁵", "10¹⁵", "10⁻⁵", "x", "x²", "x¹²", "1.2 · 10⁻⁵", "1.2 10", "1.2 · 10 -5")}
    for text, phonemes in said.items():
        print(f"{voice}  {text:12} {phonemes}")
    assert said["w₁₁"] == said["w₁₂"] == said["w"] != said["w₂"]
    assert said["10⁻⁵"] == said["10¹⁵"] == said["10"] != said["10⁵"]
    assert said["x¹²"] == said["x²" if voice == "en-us" else "x"]
    assert said["1.2 · 10⁻⁵"] == said["1.2 10"] != said["1.2 · 10 -5"]
PY
echo "as seen: two subscript digits, and an exponent with a sign, are not spoken"
