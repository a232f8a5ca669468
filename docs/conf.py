"""How the documentation becomes a site: `python -m sphinx -W docs build/site`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # the package of this checkout

project = "derivegen"
author = "The derivegen authors"
copyright = author
extensions = ["myst_parser", "sphinx.ext.autodoc"]
myst_heading_anchors = 3
autodoc_member_order = "bysource"
autodoc_typehints = "signature"
html_theme = "furo"
html_title = "derivegen"
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
default_role = "code"
