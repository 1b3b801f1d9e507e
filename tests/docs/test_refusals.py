"""Each kind of refusal on the page is what its example is refused with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from o16n.errors import RowsRefused
from o16n.recipe.prove import prove
from tests.recipe.constructs import Construct, raw_rows
from tests.recipe.lifted import REFUSALS, lifted, traced_construct

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "refusals.md"
SECTION = re.compile(r"^## (.+?)\n\n```python\n(.+?)```\n\n> (.+?)\n", re.DOTALL | re.MULTILINE)
HEAD = "from sklearn.cluster import KMeans\nfrom sklearn.manifold import TSNE\npath2 = {path!r}\n"
TAIL = "m = RandomForestClassifier(3, random_state=0).fit(X, df['y'])\np = m.predict(X)\n"
KINDS = SECTION.findall(PAGE.read_text())


def test_every_section_of_the_page_has_an_example():
    assert len(KINDS) == PAGE.read_text().count("\n## ")


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("kind", "code", "told"), KINDS, ids=[one[0] for one in KINDS])
def test_the_example_is_refused_in_these_words(kind, code, told, tmp_path):
    raw_rows().to_csv(tmp_path / "rows.csv", index=False)
    raw_rows(seed=1).to_csv(tmp_path / "more.csv", index=False)
    head = HEAD.format(path=str(tmp_path / "more.csv"))
    construct = Construct(name=kind, code=head + code, expected="refused", tail=TAIL)
    run = traced_construct(construct, tmp_path / "rows.csv")
    assert run.failed == []
    try:
        found = lifted(run)
        recipe, _ = prove(found.recipe, found.raw, found.uses, found.model)
        assert recipe.state == "refused"
        said = recipe.reason
    except (*REFUSALS, RowsRefused) as error:
        said = str(error)
    assert told in said
    assert "cell 2 line" in said or "cell 3 line" in said
