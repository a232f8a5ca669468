"""The colours of figures by what they are for, and what stands for them where there is no colour."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

COLOURS: Mapping[str, tuple[int, int, int]] = MappingProxyType(
    {
        "ink": (0, 0, 0),
        "line": (70, 70, 70),
        "forward": (21, 84, 180),
        "backward": (185, 40, 26),
        "upstream": (168, 50, 31),
        "slope": (29, 88, 166),
        "entering": (32, 105, 58),
        "quiet": (128, 128, 128),
        "pale": (195, 195, 195),
        "input": (236, 229, 248),
        "hidden": (227, 243, 229),
        "parameter": (255, 241, 194),
        "output": (253, 226, 200),
        "tint": (244, 241, 234),
        "paper": (255, 255, 255),
    }
)
"""The colour of every role, as red, green, blue; LaTeX and Typst pages define them under the names `dg` + role."""
IN_PRINT: Mapping[str, str] = MappingProxyType(
    dict.fromkeys(("forward", "backward", "upstream", "slope", "entering"), "ink")
    | dict.fromkeys(("input", "hidden", "parameter", "output", "tint"), "paper")
)
"""What stands for the roles that are no grey where there is no colour: dashes, widths and places tell things apart there."""
