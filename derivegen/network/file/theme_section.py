"""The table of a teacher's own look as a pydantic model; a theme file has the same keys."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from derivegen.network.file.kinds_of_value import Line, Picture, Section
from derivegen.network.file.layer_sections import table_or_word


class ThemeTable(Section):
    """A teacher's own look, as a table; as a file it has the same keys."""

    logo: Picture | None = Field(default=None, description="A picture at the head: PNG, JPEG or SVG of at most 200 kB.")
    header: Line | None = Field(default=None, description="The line at the head, such as the school.")
    accent: Line | None = Field(default=None, description='The colour of headings, rules and boxes, such as "#7a1f2b".')
    font: Line | None = Field(default=None, description='The font of the text, such as "Libertinus Serif".')
    course: Line | None = Field(default=None, description="Printed under the title where [document] names none.")
    author: Line | None = Field(default=None, description="Printed under the title where [document] names none.")


ThemeWay = Annotated[
    Annotated[Line, Tag("<word>")] | Annotated[ThemeTable, Tag("<table>")], Discriminator(table_or_word)
]
