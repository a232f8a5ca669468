"""An archive of numpy goes in; its arrays come out by name, in the order they were saved. Arrays of objects are pickles and not opened."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from derivegen.errors import InputError
from derivegen.interop.models.formats import ModelOptions
from derivegen.interop.models.model import MOST_BYTES, Model
from derivegen.interop.models.named_arrays import model_of
from derivegen.on_use import numpy

SAVE: Final = 'save it again: numpy.savez("model.npz", W1=W1, b1=b1)'


def read(data: bytes, said: ModelOptions) -> Model:
    """The model. Raises InputError."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_BYTES:
                raise InputError(f"it grows to more than {MOST_BYTES // 10**6} MB; take a smaller model")
        with numpy.load(io.BytesIO(data), allow_pickle=False) as archive:
            named = {name: archive[name] for name in archive.files}
    except InputError:
        raise
    except Exception as problem:  # numpy and zipfile raise whatever they please on a broken file
        if "pickle" in str(problem):
            raise InputError(f"found an array of objects, which is a pickle and may run code; {SAVE}") from None
        raise InputError(f"found a file that is no archive of numpy; {SAVE}") from None
    return model_of(named, said)
