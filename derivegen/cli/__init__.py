"""The commands, one file each."""

from derivegen.cli.group import main as main
