"""The python players of a sample, imported from its folder as the conductor imports them."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from pathlib import Path
from typing import Any

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
RELEASE_NOTES = SAMPLES / "01_release_notes"
BATCH_REVIEW = SAMPLES / "04_batch_review"
BOUNDED_FREEDOM = SAMPLES / "07_bounded_freedom"


def release_notes(module: str) -> Any:
    """A module of sample 01."""
    return loaded(RELEASE_NOTES, module)


def batch_review(module: str) -> Any:
    """A module of sample 04."""
    return loaded(BATCH_REVIEW, module)


def bounded_freedom(module: str) -> Any:
    """A module of sample 07 that lies beside its players."""
    path = BOUNDED_FREEDOM / f"{module}.py"
    spec = importlib.util.spec_from_file_location(f"sample_07_{module}", path)
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def loaded(sample: Path, module: str) -> Any:
    """A module of a sample's players, under a package name that no other sample can take."""
    package = f"sample_{sample.name}_players"
    if package not in sys.modules:
        folder = sample / "players"
        spec = importlib.util.spec_from_file_location(
            package, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )
        assert spec is not None
        assert spec.loader is not None
        sys.modules[package] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[package])
    return importlib.import_module(f"{package}.{module}")
