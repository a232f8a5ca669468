"""The commands, started as python -m derivegen."""

from derivegen.cli import main

main(prog_name="derivegen")
