"""The statute texts beside the checkout, imported once for all tests that compare with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from guides.importing import Imported, import_texts
from guides.laws import Catalogue
from guides.texts import Texts
from guides.yaml_source import read_yaml

ROOT = Path(__file__).parents[2]
STATUTES = ROOT.parent / "shared" / "laws"


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """That of the library, without reading the guides."""
    return Catalogue.from_mapping(read_yaml(ROOT / "guides" / "library" / "laws.yaml").data)


@pytest.fixture(scope="session")
def corpus(
    tmp_path_factory: pytest.TempPathFactory, catalogue: Catalogue
) -> tuple[Imported, Texts]:
    if not STATUTES.is_dir():
        pytest.skip("../shared/laws is not here")
    texts = Texts(tmp_path_factory.mktemp("laws"))
    return import_texts([STATUTES], catalogue, texts), texts


@pytest.fixture(scope="session")
def imported(corpus: tuple[Imported, Texts]) -> Texts:
    return corpus[1]
