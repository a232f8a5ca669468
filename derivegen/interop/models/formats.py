"""The table of models that can be brought: for each the endings of its files, or what its objects are like, the module that reads it, and
what that needs. To add one, add a file with `read` and a record.

`read(data, options)` makes a `Model` of the bytes of a file or of an object. Nothing of a file is executed, and no pickle is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, NamedTuple

from derivegen.errors import InputError, MissingPart, said_of
from derivegen.interop.models.model import MOST_BYTES, Model
from derivegen.records import dataclass, field


@dataclass(frozen=True)
class ModelOptions:
    """What the user says of a model: the sizes of one row, its activations, the layers of a file that has arrays alone with the kinds
    of its own, how its weights
    are laid out; `path` is where a file stands."""

    shape: tuple[int, ...] | None = None
    activations: tuple[str, ...] = ()
    architecture: tuple[Mapping[str, Any], ...] = ()
    kinds: tuple[Mapping[str, Any], ...] = ()
    weights_as: str | None = None
    path: Path = field(default_factory=Path)


class ModelFormat(NamedTuple):
    """A kind of model: the endings of its files, the module that reads them, the packages that needs, the extra that installs these."""

    endings: tuple[str, ...]
    module: str
    needs: tuple[str, ...] = ()
    extra: str = ""

    def read(self, source: Any, said: ModelOptions) -> Model:
        """The model. Raises InputError, MissingPart."""
        if not all(map(find_spec, self.needs)):
            raise MissingPart(f'{", ".join(self.needs)} reads such files: pip install "derivegen[{self.extra}]"')
        made: Model = import_module(f"derivegen.interop.models.{self.module}").read(source, said)
        return made


FORMATS: Final = (
    ModelFormat((".safetensors",), "safetensors_file", (), "import-torch"),
    ModelFormat((".npz",), "archive"),
    ModelFormat((".keras", ".h5", ".hdf5"), "keras_file", ("h5py",), "import-keras"),
    ModelFormat((".onnx",), "onnx_file", ("onnx",), "import-onnx"),
    ModelFormat((".skops",), "skops_file"),
    ModelFormat((".py", ".ipynb"), "numpy_code"),
)
"""Files, by their endings."""
OBJECTS: Final = ("keras_objects", "torch_exported", "torch_modules", "scikit", "equinox_modules", "tree")
"""Objects of Python: the modules that read them, asked in turn whether one fits. On PyTorch a model of Keras is a module of it, too."""
PICKLES: Final[Mapping[str, str]] = {
    **dict.fromkeys((".pt", ".pth", ".ckpt"), 'safetensors.torch.save_file(model.state_dict(), "model.safetensors")'),
    ".pt2": 'torch.onnx.export, or give the program itself in Python: derivegen.load(torch.export.load("model.pt2"))',
    ".bin": 'safetensors.torch.save_file(model.state_dict(), "model.safetensors")',
    **dict.fromkeys(
        (".pkl", ".pickle", ".p"), 'numpy.savez("model.npz", W1=W1, b1=b1), or skops.io.dump(model, "model.skops")'
    ),
    **dict.fromkeys((".joblib", ".sav"), 'skops.io.dump(model, "model.skops")'),
    ".msgpack": "numpy.savez with the arrays of the pytree by name",
    ".pb": 'model.save("model.keras")',
    ".tflite": 'model.save("model.keras") before it is converted',
}
"""Files that are not opened, by their endings, and what to save in their place."""


def is_model(source: object) -> bool:
    """Whether something is a model by its ending or its kind, and no network file."""
    if isinstance(source, str | Path):
        return Path(source).suffix.lower() in {*PICKLES, *(ending for each in FORMATS for ending in each.endings)}
    if isinstance(source, Mapping):
        return not {"layer", "graph", "data"} & source.keys() and bool(source)
    return not isinstance(source, bytes | bytearray) and source is not None and _reader(source) is not None


def read_model(source: Any, said: ModelOptions) -> Model:
    """The model of a file or an object. Raises InputError, MissingPart."""
    if not isinstance(source, str | Path):
        reader = _reader(source)
        if reader is None:
            raise InputError(f"an object of {type(source).__name__}, which is no model known here; give a file")
        found: Model = reader.read(source, said)
        return found
    path = Path(source)
    with said_of(str(source)):
        kind = _format(path)
        return kind.read(_bytes(path), said)


def _reader(source: object) -> Any:
    for name in OBJECTS:
        module = import_module(f"derivegen.interop.models.{name}")
        if module.fits(source):
            return module
    return None


def _format(path: Path) -> ModelFormat:
    ending = path.suffix.lower()
    if ending in PICKLES:
        raise InputError(
            f"a file ending in {ending}, which may run code when it is opened and is not; save it with {PICKLES[ending]}"
        )
    found = next((each for each in FORMATS if ending in each.endings), None)
    if found is None:
        known = ", ".join(ending for each in FORMATS for ending in each.endings)
        raise InputError(f"found a file ending in {ending or 'nothing'}; expected one of {known}")
    return found


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise InputError(f"found more than {MOST_BYTES // 10**6} MB; expected at most that; take a smaller model")
        with path.open("rb") as file:
            return file.read()
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "it is not a path"
        raise InputError(f"found a file that cannot be read ({reason}); expected a model; check the path") from None


def endings() -> Sequence[str]:
    """The endings of all files that can be read."""
    return [ending for each in FORMATS for ending in each.endings]
