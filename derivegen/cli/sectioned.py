"""Commands whose options stand in their help by what they are for."""

from __future__ import annotations

from collections.abc import Mapping

import click

HEADINGS: Mapping[str, tuple[str, ...]] = {
    "Files": (
        *("--to", "--output", "--engine", "--body", "--deeper", "--figures", "--program", "--combined", "--right-hand"),
        *("--into", "--gradebook", "--column", "--templates"),
    ),
    "The class": ("--count", "--roster", "--id", "--seed", "--vary", "--kind"),
    "Marking": ("--for", "--hint", "--variant", "--accept-open"),
    "What is worked": (
        *("--wrt", "--second", "--example", "--detail", "--only", "--with", "--view", "--intro", "--story"),
    ),
    "Numbers": ("--digits", "--significant", "--numbers", "--carry", "--assume", "--conventions"),
    "Names and language": ("--notation", "--translate", "--language"),
    "Look": (
        *("--paper", "--style", "--theme", "--logo", "--header", "--accent", "--font"),
        *("--author", "--course", "--date"),
    ),
    "A model": ("--from", "--inputs", "--targets", "--loss", "--activations", "--layers", "--weights-as"),
    "Work": ("--jobs", "--backend", "--scheduler", "--host", "--port", "--workers", "--rate"),
}
"""Options by headings, in the order of the help; all others stand at its end."""


class Sectioned(click.Command):
    """A command whose help has a heading for every group of its options."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write them, as `HEADINGS` has them."""
        left = {each.opts[-1]: said for each in self.get_params(ctx) if (said := each.get_help_record(ctx)) is not None}
        for heading, names in HEADINGS.items():
            own = [left.pop(name) for name in names if name in left]
            if own:
                with formatter.section(heading):
                    formatter.write_dl(own)
        with formatter.section("Options"):
            formatter.write_dl([*left.values()])
