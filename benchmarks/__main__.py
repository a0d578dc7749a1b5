"""``make bench``: release build, start cost, and asking, beside the naive peer, in one run.

The peer is Whoosh as it comes: its own n-gram analyser, query parser and default
scoring over the same guides and phrasings.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from rich.console import Console
from rich.progress import track
from rich.table import Table
from whoosh.analysis import NgramWordAnalyzer
from whoosh.fields import ID, TEXT, Schema
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser import OrGroup, QueryParser

from guides.folder import read_folder
from guides.library import Library
from index.builder import entries, passages
from index.releases import Release, Releases

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 21, tzinfo=UTC)
ASKED_PER_GUIDE = 8


def questions(library: Library) -> list[str]:
    """Phrasings spread over all guides, one long text among them."""
    asked = [text for entry in entries(library) for text in entry.asked[:ASKED_PER_GUIDE]]
    return [*asked, "。".join(asked)[:5000]]


def peer(library: Library) -> Callable[[str], object]:
    """Whoosh out of the box: character n-grams, default scoring, its own query parser."""
    schema = Schema(id=ID(stored=True), text=TEXT(analyzer=NgramWordAnalyzer(1, 2)))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for entry in entries(library):
        writer.add_document(id=entry.id, text="\n".join([*passages(entry), *entry.asked]))
    writer.commit()
    searcher = index.searcher()
    parser = QueryParser("text", schema, group=OrGroup)
    return lambda question: searcher.search(parser.parse(question), limit=5)


def timed(ask: Callable[[str], object], asked: Sequence[str], what: str) -> list[float]:
    """Milliseconds of each question, the first one (warming up) left out."""
    ask(asked[0])
    taken = []
    for question in track(asked, what, console=Console(stderr=True), transient=True):
        started = perf_counter()
        ask(question)
        taken.append((perf_counter() - started) * 1000)
    return taken


def p99(taken: Sequence[float]) -> float:
    return statistics.quantiles(taken, n=100)[98]


def command_seconds(data: Path) -> float:
    """A whole ``ask`` from the shell: interpreter, imports, release, answer."""
    started = perf_counter()
    subprocess.run(
        [sys.executable, str(ROOT / "run_bot.py"), "ask", "人带回来能问多久", "--json"],
        env={**os.environ, "MINGBAI_DATA": str(data)},
        check=True,
        capture_output=True,
    )
    return perf_counter() - started


def main() -> None:
    folder = read_folder(ROOT / "guides" / "library")
    with tempfile.TemporaryDirectory() as temporary:
        data = Path(temporary)
        started = perf_counter()
        release: Release = Releases(data / "built").publish(folder, "bench", NOW)
        built = perf_counter() - started
        library = release.library.newest()
        count = len(entries(library))
        started = perf_counter()
        other = peer(library)
        peer_built = perf_counter() - started
        asked = questions(library)
        ours = timed(lambda text: release.ask(text, NOW.date()), asked, "ours")
        theirs = timed(other, asked, "peer")
        first, again = command_seconds(data / "empty"), command_seconds(data / "empty")
    shown = Table("figure", "ours", "Whoosh as it comes", "ratio")
    for name, own, peers in (
        (
            "build, ms a guide (ours: index, files)",
            built / count * 1000,
            peer_built / count * 1000,
        ),
        ("ask in process, median ms", statistics.median(ours), statistics.median(theirs)),
        ("ask in process, p99 ms", p99(ours), p99(theirs)),
        ("the longest, 5,000 characters, ms", ours[-1], theirs[-1]),
    ):
        shown.add_row(name, f"{own:.1f}", f"{peers:.1f}", f"{own / peers:.2f}")
    shown.add_row("first `ask` with an empty data folder, s", f"{first:.2f}", "", "")
    shown.add_row("next `ask`, s", f"{again:.2f}", "", f"{again / first:.2f} of the first")
    Console().print(shown)
    Console().print(f"{count} guides and redlines, {len(asked)} questions, {os.cpu_count()} cores")


main()
