"""Words of mathematics as people of seven languages write them beside their formulas: for each meaning the words, in lower case, with and
without their accents. To add a language, add its words to each line.

In this order: English, German, French, Spanish, Portuguese, Vietnamese, Chinese.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable


def bare(word: str) -> str:
    """A word in lower case without its accents."""
    if word.isascii():
        return word.lower()
    apart = unicodedata.normalize("NFD", word.lower().replace("đ", "d").replace("ß", "ss"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _words(text: str) -> frozenset[str]:
    """The words of a list, "·" for a space, each also without its accents."""
    found = [word.replace("·", " ") for word in text.split()]
    return frozenset((*found, *map(bare, found)))


NEW_WORDS = _words(
    "new updated upd neu neue neuer neues neuen nouveau nouvelle nouveaux nouvelles nouv nouvel nuevo nueva nuevos "
    "nuevas novo nova novos novas atualizado "
    "atualizada actualizado actualizada mới 新 更新 更新后"
)
OLD_WORDS = _words(
    "old previous alt alte alter altes alten ancien ancienne anciens anciennes viejo vieja antiguo antigua "
    "anterior velho velha antigo antiga cũ 旧 原"
)
STEP_WORDS = _words(
    "step iteration iter epoch update schritt epoche durchgang aktualisierung étape itération époque pas "
    "mise·à·jour mises·à·jour paso iteración época actualización "
    "passo iteração bước lần lần·lặp vòng 步 步骤 第 迭代 轮"
)
EXAMPLE_WORDS = _words(
    "example sample row data·point datapoint instance input beispiel zeile datensatz eingabe exemple ligne ejemplo fila muestra "
    "exemplo linha amostra ví·dụ mẫu dòng 样本 样例 例 行"
)
"""Before the number of one of several rows of data."""
MOMENT_WORDS = _words(
    "time time·step timestep zeit zeitschritt zeitpunkt temps instant tiempo instante tempo thời·điểm 时间 时刻 时间步"
)
"""Before the number of a step in time."""
ERROR_WORDS = _words(
    "error loss cost total·error squared·error fehler gesamtfehler verlust kosten erreur erreur·totale perte coût error·total "
    "pérdida coste costo erro "
    "erro·total perda custo lỗi sai·số mất·mát 误差 总误差 损失"
)
OUTPUT_WORDS = _words(
    "output prediction ausgabe ausgang vorhersage sortie prédiction salida predicción saída predição đầu·ra "
    "dự·đoán 输出 预测"
)
GRADIENT_WORDS = _words(
    "gradient derivative slope partial rate·of·change ableitung gradienten steigung änderungsrate dérivée pente taux·de·variation "
    "gradiente derivada pendiente tasa·de·cambio inclinação taxa·de·variação đạo·hàm độ·dốc 梯度 导数 偏导数 变化率"
)
CHANGE_WORDS = _words(
    "change correction increment änderung variation modification cambio corrección incremento mudança thay·đổi 变化 变化量 改变量 增量"
)
MOVE_WORDS = _words("step update")
"""What changes of parameters are called besides."""
BACKWARD_WORDS = _words(
    "backward backwards backprop backpropagation gradients derivatives rückwärts rückwärtsschritt ableitungen "
    "rétropropagation dérivées "
    "retropropagación derivadas gradientes retropropagação lan·truyền·ngược 反向传播 反向"
)
TARGET_WORDS = _words("target ziel zielwert soll cible objetivo alvo mục·tiêu 目标")
QUESTION_WORDS = _words(
    "question exercise problem task aufgabe frage teilaufgabe übung exercice pregunta ejercicio problema "
    "questão pergunta exercício "
    "câu bài 问题 题 第"
)
ANSWER_WORDS = _words(
    "answer result solution antwort ergebnis lösung réponse résultat respuesta resultado resposta đáp·án kết·quả "
    "答案 结果"
)
QUANTITY_WORDS = _words(
    "quantity name canonical größe bezeichnung grandeur quantité nom cantidad magnitud nombre grandeza quantidade nome"
)
"""Above the names of what is answered, in a table."""
VALUE_WORDS = _words("value wert valeur valor giá·trị 值")
MARK_WORDS = _words("mark marks point points punkt punkte punto puntos ponto pontos")
"""What a sheet gives for an answer."""
VARIANT_WORDS = _words("variant fassung variante")
STUDENT_WORDS = _words(
    "student student·id id id·number kennung matrikelnummer étudiant étudiante élève estudiante identificador "
    "matrícula estudante"
)
OPTION_WORDS = _words("option letter line buchstabe zeile lettre ligne opción letra línea opção linha")
"""Beside a letter or the number of a line that is an answer."""
RATE_WORDS = _words("rate lernrate schrittweite apprentissage aprendizaje aprendizagem")
"""The last word of what the learning rate is called."""
MEANT = {"error": ERROR_WORDS, "output": OUTPUT_WORDS, "target": TARGET_WORDS, "rate": RATE_WORDS}
"""The words that stand for a quantity, by the one of them that notations know."""
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def meant_by(words: str) -> str:
    """The word of MEANT that these stand for, TotalError too; "" where they stand for none."""
    said = bare(_CAMEL.sub(" ", words))
    return next((name for name, every in MEANT.items() if said in every), "")


AFTER_WORDS = _words("after nachher nach après au·bout·de después tras depois após sau 在 之后")
BEFORE_WORDS = _words("before vorher vor avant antes antes trước 之前 前")
FROM_WORDS = _words("from von de depuis desde từ 从")
TO_WORDS = _words("to nach zu à vers a hasta hacia para até đến 到")
"""Above the two ends of a connection, in a table."""
OF_WORDS = _words(
    "of for to wrt by in von für nach des de du pour par del para por do da em của theo 的 respecto "
    "respecto·al par·rapport par·rapport·à par·rapport·au em·relação·a"
)


RESPECT_WORDS = _words(
    "with·respect·to in·respect·of wrt by nach bezüglich bzgl par·rapport·à par·rapport·au par·rapport·aux con·respecto·a respecto·a "
    "respecto·de respecto em·relação·a em·ordem·a theo 对 关于"
)
"""Before what a derivative is taken by."""
AT_WORDS = _words("at bei an·der·stelle im·punkt en au·point em no·ponto tại 在")
"""Before where a slope is taken."""


DIGIT_WORDS = _words(
    "s.f. sf s.f d.p. dp d.p sig·figs sig·fig sig.·figs. significant·figures significant·digits decimal·places decimals digits places "
    "stellen nachkommastellen dezimalstellen gültige·ziffern gültige·stellen nks décimales chiffres·significatifs decimales "
    "cifras·significativas cifras casas·decimais casas chữ·số 位小数 位有效数字"
)
"""Behind a number of digits, in brackets, said of how a result was rounded."""
ROUNDED_WORDS = _words(
    "exact exactly rounded gerundet exakt genau arrondi exacte redondeado exacto arredondado exato làm·tròn 四舍五入 精确"
)
"""The same in one word."""
IS_WORDS = _words("is equals ist beträgt est vaut es vale é là bằng 是 为 等于")
"""Between a symbol and its number in a sentence."""
ABOUT_WORDS = _words("about approximately roughly etwa rund ungefähr environ aproximadamente cerca·de khoảng 约")


def alternatives(words: Iterable[str]) -> str:
    """A pattern of the words, the longest first; those in letters of our own stand alone."""
    some = sorted(words, key=len, reverse=True)
    ours = "|".join(re.escape(word) for word in some if word.isascii() or not is_ideographic(word))
    signs = "|".join(re.escape(word) for word in some if is_ideographic(word))
    return rf"(?:\b(?:{ours})\b|{signs})" if signs else rf"\b(?:{ours})\b"


def is_ideographic(word: str) -> bool:
    """Whether a word is written in signs that stand for words."""
    return any("\u4e00" <= letter <= "\u9fff" for letter in word)
