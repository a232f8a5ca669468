"""The packages of classroom software, held to the schemas of those who made the formats.

None of these schemas is kept here yet. That of QTI 2.1 says in its head who may hand it on: unchanged and with its notice, if it comes out
of a product of others; straight from IMS Global only after registering there. The others were not looked at for that.

DERIVEGEN_SCHEMAS names a folder that holds them anywhere in it, under the names they are published by. Moodle ships those of Common
Cartridge 1.1 (backup/cc/schemas11), TAO those of QTI (extension-tao-itemqti, model/qti/data).
"""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.interop.test_platforms import EXAMPLES, made

etree: Any = pytest.importorskip("lxml.etree")
HELD = {each.name: each for each in Path(os.environ.get("DERIVEGEN_SCHEMAS", "nowhere")).rglob("*.xsd")}
SCHEMAS = (
    ("cartridge", "assessment.xml", "ccv1p1_qtiasiv1p2p1_v1p0.xsd"),
    ("cartridge", "imsmanifest.xml", "ccv1p1_imscp_v1p2_v1p0.xsd"),
    ("qti21", "items/", "imsqti_v2p1.xsd"),
    ("qti21", "test.xml", "imsqti_v2p1.xsd"),
    ("qti3", "imsmanifest.xml", "imsqtiv3p0_imscpv1p2_v1p0.xsd"),
    ("qti3", "items/", "imsqti_asiv3p0_v1p0.xsd"),
    ("qti3", "test.xml", "imsqti_asiv3p0_v1p0.xsd"),
)


class Beside(etree.Resolver):  # type: ignore[misc]
    """What a schema includes from the web is taken from the folder."""

    def resolve(self, url: str, name: str, context: Any) -> Any:
        own = None if Path(url).exists() else HELD.get(url.rpartition("/")[2])
        return None if own is None else self.resolve_filename(str(own.resolve()), context)


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize(("key", "part", "schema"), SCHEMAS)
def test_a_package_is_what_its_schema_says(example: str, key: str, part: str, schema: str) -> None:
    if schema not in HELD:
        pytest.skip(f"no {schema} in DERIVEGEN_SCHEMAS")
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(Beside())
    holds = etree.XMLSchema(etree.parse(str(HELD[schema]), parser))
    with zipfile.ZipFile(io.BytesIO(made(example, key))) as package:
        found = [name for name in package.namelist() if part in name and name.endswith(".xml")]
        assert found
        for name in found:
            document = etree.fromstring(package.read(name))
            assert holds.validate(document), f"{name}: {list(holds.error_log)[:3]}"
