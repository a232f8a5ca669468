"""The command `practise`: a network goes in; lines of working are typed one by one, and each is judged at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from derivegen.cli.options import LANGUAGE, NOTATION, told
from derivegen.cli.sectioned import Sectioned
from derivegen.cli.typed import NET
from derivegen.network.file.examples import any_language

if TYPE_CHECKING:
    from derivegen.classroom.tutor import Tutor


@click.command(cls=Sectioned)
@click.argument("net", type=NET)
@click.option("--wrt", default=None, help="What to differentiate by, as w5,b1 (default: every parameter).")
@click.option("--seed", type=int, default=None, help="Other numbers that suit a hand (default: those of NET).")
@click.option("--notation", type=NOTATION, default=None, help="The notation that is spoken, if not that of NET.")
@click.option("--language", type=LANGUAGE, default=None, help=f"Language: {any_language()}.")
@click.option("--templates", default=None, help="A folder of templates that override those that ship.")
def practise(net: str, **options: Any) -> None:
    """Work out the derivatives of NET, judged line by line. There are hints for whoever asks.

    Lines are typed as they are written, as: z = 0.4*0.5 + 0.1 = 0.3
    """
    from derivegen.classroom.tutor import tutor

    _follow(tutor(net, **told(options)))


def _follow(own: Tutor) -> None:
    """The conversation, until the student stops or everything is found."""
    from derivegen.classroom.tutor import COMMANDS

    for said in own.opening():
        click.echo(own.text(said))
    words = {own.command(name).casefold(): name for name in COMMANDS}
    while not own.done:
        try:
            line = click.prompt("", prompt_suffix="> ", default="", show_default=False).strip()
        except click.Abort:  # the end of what is typed
            click.echo()
            break
        if not line:  # a slip of the finger, not the end
            continue
        what = words.get(line.casefold(), "")
        if what == "stop":
            break
        own = _answered(own, what, line)
    for said in own.summary():
        click.echo(own.text(said))


def _answered(own: Tutor, what: str, line: str) -> Tutor:
    """The student's next state, with what is said of it."""
    match what:
        case "hint":
            own = own.asked()
            said = [*own.told()]
        case "next":
            said = [own.suggested()]
        case "show":
            own = own.helped()
            said = [own.shown_last()]
        case "given":
            said = [own.given()]
        case _:
            own = own.typed(line)
            said = [*own.reply()]
    for prose in said:
        click.echo(own.text(prose))
    return own
