"""The statute texts beside the checkout, imported once for all tests that compare with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.folder import read_folder
from guides.importing import import_texts
from guides.texts import Texts

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Texts:
    statutes = ROOT.parent / "shared" / "laws"
    if not statutes.is_dir():
        pytest.skip("../shared/laws is not here")
    found = Texts(tmp_path_factory.mktemp("laws"))
    import_texts([statutes], read_folder(ROOT / "guides" / "library").laws, found)
    return found
