"""What people write in other languages is read, and so is what a sheet of any language prints about itself."""

from __future__ import annotations

from functools import lru_cache

import pytest

import derivegen
from derivegen.document.words import Words
from derivegen.exercise.roster import read_roster
from derivegen.marking.read.answers import read_answers
from derivegen.marking.read.files import Piece
from derivegen.marking.read.sheet import questions, returned
from derivegen.marking.read.statement import Statement
from derivegen.marking.read.statements import read_working
from derivegen.marking.read.submissions import works
from derivegen.network.file.examples import templates_folder
from derivegen.notation.typed_names import Names
from derivegen.render.environment import Templates
from tests.solved import solved

LANGUAGES = sorted(path.name for path in (templates_folder() / "prose").iterdir())
SLOPE = "dloss/dw[1][1][1]"
SLOPE_2 = "dloss/dw[2][1][1]"
TYPED = {
    "error total = 1,32": "loss",
    "El costo total: 1,32": "loss",
    "tasa de aprendizaje = 0,1": "rate",
    "Lernrate = 0,1": "rate",
    "derivada de L respecto a w1 = 0,3": SLOPE,
    "La derivada de la pérdida con respecto al peso w1 = 0,3": SLOPE,
    "gradiente de w1 = 0,3": SLOPE,
    "nuevo valor de w1 = 0,4": "w[1][1][1]'",
    "w1 actualizado = 0,4": "w[1][1][1]'",
    "cambio de w1 = 0,1": "Dw[1][1][1]",
    "Änderung von w1 = 0,1": "Dw[1][1][1]",
    "después de 2 pasos: w1 = 0,4": "w[1][1][1]#2",
    "la salida = 0,37": "a[2][1]",
    "el valor objetivo = 0,6": "t[1]",
    "Ejercicio 2: z = 0,3": "z[1][1]",
    "Erreur totale : 1,32": "loss",
    "La perte : 1,32": "loss",
    "taux d’apprentissage = 0,1": "rate",
    "la dérivée de la perte par rapport à w1 = 0,3": SLOPE,
    "pente de L par rapport au poids w1 = 0,3": SLOPE,
    "nouvelle valeur de w1 = 0,4": "w[1][1][1]'",
    "variation de w1 = 0,1": "Dw[1][1][1]",
    "après 2 pas : w1 = 0,4": "w[1][1][1]#2",
    "au bout de 2 étapes, w1 = 0,4": "w[1][1][1]#2",
    "après deux mises à jour, w1 = 0,4": "w[1][1][1]#2",
    "la sortie = 0,37": "a[2][1]",
    "la cible = 0,6": "t[1]",
    "Question 2 : z = 0,3": "z[1][1]",
}


@lru_cache
def names() -> Names:
    solution = solved("article-004")
    return Names(solution.graph, solution.notation)


@lru_cache
def words(language: str) -> Words:
    return Templates().words(language)


@pytest.mark.parametrize("line", TYPED)
def test_what_a_line_is_about(line: str) -> None:
    (found,) = read_working(f"{line}\n", names(), "text")
    assert isinstance(found, Statement) and found.quantity == TYPED[line]


@pytest.mark.parametrize(
    "titles", ["cantidad;respuesta", "Magnitud;Valor", "Größe;Wert", "nombre;resultado", "Grandeur;Valeur"]
)
def test_titles_of_a_table(titles: str) -> None:
    (one,) = read_answers(f"{titles}\nL;0,0259\ny;0,3723\n", names(), "csv")
    assert [(each.quantity, each.text) for each in one.answers] == [("loss", "0,0259"), ("a[2][1]", "0,3723")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_foot_of_a_sheet_says_whose_it_is(language: str) -> None:
    foot = words(language).plain("sheet.foot", seed="3", code="s7-K2QF")
    (work,) = works([Piece("a.txt", None, (), "text", f"z = 0.3\n\n{foot}\n")], names())
    assert work.variant == "s7-K2QF"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", [True, False])
def test_the_marks_behind_a_question_are_no_answer(language: str, one: bool) -> None:
    marks = words(language).plain("sheet.gives", marks="1" if one else "2", one=one)
    asked = questions([("1a", "z[1][1]", "z[1][1]", "number"), ("1b", "loss", "loss", "number")], {"1a", "1b"})
    back = returned(f"1a) *{marks}*\n1b) 0.3  {marks}\n", asked, names())
    assert back.text.split("\n")[1] == "loss = 0.3"
    assert [each.quantity for each in read_working(back.text, names(), "text")] == ["loss"]  # type: ignore[union-attr]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_columns_of_a_table_of_updates_are_read(language: str) -> None:
    heads = [words(language).plain(f"table.{key}") for key in ("parameter", "old", "gradient", "new")]
    table = f"| {' | '.join(heads)} |\n|---|---|---|---|\n| w1 | 0.4 | -0.0083 | 0.4008 |\n"
    (work,) = works([Piece("a.md", None, (), "markdown", table)], names())
    assert [each.quantity for each in work.found] == ["w[1][1][1]", SLOPE, "w[1][1][1]'"]  # type: ignore[union-attr]


def test_a_class_of_moodle_in_spanish() -> None:
    text = '"Nombre","Apellido(s)","Número de ID","Dirección de correo"\n"Ada","Lovelace","s1","a@x.org"\n'
    (student,) = read_roster(text.encode(), "class.csv")
    assert (student.identity, student.name) == ("s1", "Ada Lovelace")


def test_a_class_of_moodle_in_french() -> None:
    text = (
        '"Prénom","Nom de famille","Numéro d’identification","Adresse de courriel"\n"Ada","Lovelace","s1","a@x.org"\n'
    )
    (student,) = read_roster(text.encode(), "class.csv")
    assert (student.identity, student.name) == ("s1", "Ada Lovelace")


@pytest.mark.parametrize(
    ("line", "quantity"),
    (
        ("slope of L with respect to y = -0.2277", "dloss/da[2][1]"),
        ("The partial derivative of the loss w.r.t. the weight w2 = -0.1308", SLOPE_2),
        ("rate of change of L with respect to w2 = -0.1308", SLOPE_2),
        ("the derivative of y with respect to w2 = 0.5744", "dz[2][1]/dw[2][1][1]"),
        ("slope of the sigmoid at z = 0.2445", "da[1][1]/dz[1][1]"),
        ("derivative of σ with respect to z: 0.2445", "da[1][1]/dz[1][1]"),
        ("Steigung von L nach y = -0.2277", "dloss/da[2][1]"),
        ("Ableitung der Sigmoid-Funktion an der Stelle z = 0.2445", "da[1][1]/dz[1][1]"),
        ("la pente de l’erreur par rapport à y = -0.2277", "dloss/da[2][1]"),
        ("pendiente de L con respecto a y = -0.2277", "dloss/da[2][1]"),
        ("derivada de L em relação a w2 = -0.1308", SLOPE_2),
        ("đạo hàm của L theo w2 = -0.1308", SLOPE_2),
        ("L 对 w2 的偏导数 = -0.1308", SLOPE_2),
        ("L对w2求导 = -0.1308", SLOPE_2),
        ("损失函数关于 w2 的梯度是 -0.1308", SLOPE_2),
        ("w2 的梯度: -0.1308", SLOPE_2),
        ("误差 L 对 $w_2$ 的导数为 $-0.1308$", SLOPE_2),
        ("y 对 w2 的导数 = 0.5744", "dz[2][1]/dw[2][1][1]"),
        ("w2 的新值 = 0.3131", "w[2][1][1]'"),
        ("w2 的增量 = 0.0131", "Dw[2][1][1]"),
        ("h 的值为 0.5744", "a[1][1]"),
        ("∂L/∂w2 的值等于 -0.1308", SLOPE_2),
        ("slope of h = 0.2445", None),  # by what, is not said
        ("derivative of q with respect to w2 = 0.5744", None),
    ),
)
def test_what_a_slope_is_taken_of_and_by(line: str, quantity: str | None) -> None:
    findings = derivegen.check("example:article-004", line).findings
    assert [(each.quantity, each.verdict) for each in findings] == [(quantity, "right" if quantity else "unread")]


@pytest.mark.parametrize(
    ("cell", "quantity"),
    [
        ("derivative of L with respect to w2", SLOPE_2),
        ("Ableitung von L nach w2", SLOPE_2),
        ("L 对 w2 的偏导数", SLOPE_2),
        ("w2 的新值", "w[2][1][1]'"),
        ("error of h", None),  # how far off it is
    ],
)
def test_words_in_the_cell_of_a_table(cell: str, quantity: str | None) -> None:
    (one,) = read_answers(f"quantity,value\n{cell},-0.1308\n", names(), "csv")
    assert [each.quantity for each in one.answers] == [quantity]
