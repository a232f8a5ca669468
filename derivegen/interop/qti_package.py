"""A package of QTI: the items of all students go in; the package comes out, with a test that gives each student one of the variants, whole,
and a manifest. What differs between QTI 2.1 and 3.0 stands here: names in camelCase there, qti-with-hyphens here."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from xml.sax.saxutils import quoteattr

from derivegen.interop.package import zipped
from derivegen.interop.platform import About, File
from derivegen.interop.written import escape

XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CONTENT = ("modalFeedback", "rubricBlock")
"""What QTI 3 puts a body into."""


class Version(NamedTuple):
    """One version of QTI: what its names begin with, its namespaces, and how a package says what it is."""

    prefix: str
    items: str
    package: str
    schema: str
    release: str
    item: str
    test: str

    def named(self, name: str) -> str:
        """An element of QTI."""
        return self.prefix + _hyphens(name) if self.prefix else name

    def element(self, name: str, attributes: dict[str, str] | None = None, *inside: str) -> str:
        """An element with what is inside."""
        own = self.named(name)
        said = "".join(
            f" {_hyphens(key) if self.prefix and ':' not in key else key}={quoteattr(value)}"
            for key, value in (attributes or {}).items()
        )
        body = "".join(inside)
        if self.prefix and name in _CONTENT:
            body = self.element("contentBody", None, body)
        return f"<{own}{said}>{body}</{own}>" if body else f"<{own}{said}/>"


def _hyphens(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", lambda large: f"-{large[1].lower()}", name)


def files(pieces: Iterable[str], about: About, version: Version) -> Iterator[File]:
    """The package of a class."""
    found = [json.loads(each) for each in pieces]
    packed = {"imsmanifest.xml": _manifest(found, about, version), "test.xml": _test(found, about, version)}
    for each in found:
        packed |= {f"items/{name}.xml": text for name, text in each["items"]}
        packed |= {f"items/{name}": text for name, text in each["files"].items()}
    yield "", (zipped(packed),)


def _test(found: list[dict[str, Any]], about: About, version: Version) -> str:
    """A test that chooses one variant for each student."""
    tag = version.element
    variants = []
    for place, each in enumerate(found, 1):
        refs = [
            tag("assessmentItemRef", {"identifier": name, "href": f"items/{name}.xml"}) for name, _ in each["items"]
        ]
        how = {"identifier": f"variant{place}", "title": each["tag"], "visible": "true"}
        variants.append(tag("assessmentSection", how, *refs))
    one = tag("selection", {"select": "1"})
    section = tag(
        "assessmentSection", {"identifier": "variants", "title": about.title, "visible": "false"}, one, *variants
    )
    how = {"identifier": "part", "navigationMode": "nonlinear", "submissionMode": "individual"}
    total = tag("sum", None, tag("testVariables", {"variableIdentifier": "SCORE"}))
    parts = [
        tag("outcomeDeclaration", single("SCORE", "float")),
        tag("testPart", how, section),
        tag("outcomeProcessing", None, tag("setOutcomeValue", {"identifier": "SCORE"}, total)),
    ]
    named = {"xmlns": version.items, "identifier": "test", "title": about.title}
    return f"{XML}{tag('assessmentTest', named, *parts)}\n"


def _manifest(found: list[dict[str, Any]], about: About, version: Version) -> str:
    """What is in the package."""
    names = [name for each in found for name, _ in each["items"]]
    files = dict.fromkeys(f"items/{name}" for each in found for name in each["files"])
    pictures = "".join(f'<file href="{escape(name)}"/>' for name in files)
    needed = "".join(f'<dependency identifierref="{name}"/>' for name in names)
    resources = [
        f'<resource identifier="test" type="{version.test}" href="test.xml"><file href="test.xml"/>{needed}</resource>'
    ]
    resources += [
        f'<resource identifier="{name}" type="{version.item}" href="items/{name}.xml"><file href="items/{name}.xml"/>{pictures}</resource>'
        for name in names
    ]
    return (
        f'{XML}<manifest xmlns="{version.package}" identifier="{escape(f"package-{safe(about.stem)}")}"><metadata>'
        f"<schema>{version.schema}</schema><schemaversion>{version.release}</schemaversion></metadata><organizations/>"
        f"<resources>{''.join(resources)}</resources></manifest>\n"
    )


def single(name: str, kind: str) -> dict[str, str]:
    """The declaration of one value."""
    return {"identifier": name, "cardinality": "single", "baseType": kind}


def safe(text: str) -> str:
    """A name that XML takes as an identifier."""
    return re.sub(r"[^\w.-]", "_", text, flags=re.ASCII)
