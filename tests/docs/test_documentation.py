"""The Python code of README and docs/ runs as it stands, block after block, in an empty folder."""

import os
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = [page for page in [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))] if "```python" in page.read_text()]


def code_blocks(page):
    """(line number, code) of each python block."""
    text = page.read_text()
    for match in re.finditer(r"^```python\n(.*?)^```", text, flags=re.M | re.S):
        yield text[: match.start()].count("\n") + 2, match[1]


def sample_data_is_here(file="eegmmidb_S001/S001R06.edf"):
    places = [os.environ.get("RANVIER_DATA"), ROOT.parent / "shared/data"]
    return any(p and (pathlib.Path(p) / file).exists() for p in places)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_code_on_the_page_runs(page, tmp_path, monkeypatch):
    if '/ "fsaverage"' in page.read_text() and not sample_data_is_here("fsaverage/fsaverage-trans.fif"):
        pytest.skip("fsaverage is not on this machine (set RANVIER_DATA)")
    if "eegbci" in page.read_text() and not sample_data_is_here():
        pytest.skip("the sample recording is not on this machine (set RANVIER_DATA)")
    if '/ "sample"' in page.read_text() and not sample_data_is_here("sample/test-ave.fif.gz"):
        pytest.skip("MNE-Python's sample subject is not on this machine (set RANVIER_DATA)")
    import matplotlib

    matplotlib.use("Agg")
    data = os.environ.get("RANVIER_DATA") or str(ROOT.parent / "shared/data")
    monkeypatch.setenv("RANVIER_DATA", data)
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "__main__"}
    for line, code in code_blocks(page):
        # Padding keeps the line numbers of tracebacks those of the page.
        exec(compile("\n" * (line - 1) + code, str(page), "exec"), names)


def test_every_file_that_the_pages_link_to_exists():
    for page in [ROOT / "README.md", ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", *ROOT.glob("docs/**/*.md")]:
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.relative_to(ROOT)} links to {target}"
