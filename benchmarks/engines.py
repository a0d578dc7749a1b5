"""Our search beside four engines, on the same documents and questions, in one run.

    python -m benchmarks.engines

Each engine and size runs in a process of its own, which is where its memory is measured.
The full documents are the guides with all phrasings. The others are cut to the same size
(title, twenty phrasings, 600 characters of the guide) and multiplied by paraphrases in
which two characters of five are others, drawn with a seed. Questions are those of
../shared where that is present, else phrasings that are left out of the documents.
"""

from __future__ import annotations

import gc
import json
import math
import os
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter

from rich.console import Console
from rich.progress import track
from rich.table import Table

from guides.folder import read_folder
from guides.library import Library
from guides.model import Guide
from index.analysis import tokens
from index.builder import build, passages
from index.evaluation import Question, read_questions
from index.searching import Searcher

ROOT = Path(__file__).parent.parent
QUESTIONS = ROOT.parent / "shared" / "questions" / "dev_questions.yaml"
FULL = 0
SIZES = (68, 680, 6800)
PHRASINGS, BODY, CHANGED, SEED = 20, 600, 0.4, 20260101
LEFT_OUT = 3  # phrasings a guide, where there are no questions

Ask = Callable[[str], Sequence[str]]  # ids, best first


@dataclass(frozen=True)
class Documents:
    library: Library
    questions: list[Question]

    def texts(self) -> list[tuple[str, str]]:
        return [
            (guide.id, "\n".join((*passages(guide), *guide.asked)))
            for guide in self.library.guidelines()
        ]


def documents(size: int) -> Documents:
    """Guides only: what every engine can rank. ``FULL`` as they are, else cut and multiplied."""
    library = read_folder(ROOT / "guides" / "library").library().newest()
    guides = library.guidelines()
    if QUESTIONS.is_file():
        asked = [question for question in read_questions(QUESTIONS) if question.ids]
    else:
        asked = [Question(q, (g.id,), "") for g in guides for q in g.asked[-LEFT_OUT:]]
        guides = tuple(g.model_copy(update={"asked": g.asked[:-LEFT_OUT]}) for g in guides)
    if size != FULL:
        random = Random(SEED)
        common = [char for guide in guides for text in guide.asked for char in text]
        guides = tuple(
            _paraphrased(guides[n % len(guides)], n // len(guides), common, random)
            for n in range(size)
        )
    return Documents(replace(library, guides=guides, redlines=()), asked)


def _paraphrased(guide: Guide, copy: int, common: Sequence[str], random: Random) -> Guide:
    def changed(text: str) -> str:
        if not copy:
            return text
        return "".join(random.choice(common) if random.random() < CHANGED else c for c in text)

    step = max(len(guide.asked) // PHRASINGS, 1)
    cut: dict[str, object] = {
        "id": f"{guide.id}-{copy}" if copy else guide.id,
        "title": changed(guide.title),
        "summary": changed("\n".join(passages(guide))[:BODY]),
        "asked": tuple(changed(text) for text in guide.asked[::step][:PHRASINGS]),
    }
    empty = dict.fromkeys(("steps", "limits", "forms", "pitfalls", "tables", "escalate_when"), ())
    return guide.model_copy(update={**empty, **cut})


def ours(held: Documents) -> Ask:
    searcher = Searcher(held.library, build(held.library))
    return lambda question: [c.id for c in searcher.search(question).guides[:5]]


def whoosh_jieba(held: Documents) -> Ask:
    import jieba
    from jieba.analyse.analyzer import ChineseAnalyzer
    from whoosh.fields import ID, TEXT, Schema
    from whoosh.filedb.filestore import RamStorage
    from whoosh.qparser import OrGroup, QueryParser

    jieba.setLogLevel("ERROR")
    schema = Schema(id=ID(stored=True), text=TEXT(analyzer=ChineseAnalyzer()))
    index = RamStorage().create_index(schema)
    writer = index.writer()
    for owner, text in held.texts():
        writer.add_document(id=owner, text=text)
    writer.commit()
    searcher = index.searcher()
    parser = QueryParser("text", schema, group=OrGroup)
    return lambda question: [hit["id"] for hit in searcher.search(parser.parse(question), limit=5)]


def fts5(held: Documents) -> Ask:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE guides USING fts5(id UNINDEXED, text)")
    rows = ((owner, " ".join(tokens(text))) for owner, text in held.texts())
    database.executemany("INSERT INTO guides VALUES (?, ?)", rows)
    found = "SELECT id FROM guides WHERE guides MATCH ? ORDER BY rank LIMIT 5"

    def ask(question: str) -> list[str]:
        words = " OR ".join(f'"{token}"' for token in dict.fromkeys(tokens(question)))
        return [row[0] for row in database.execute(found, (words,))] if words else []

    return ask


def bm25s_numpy(held: Documents) -> Ask:
    import bm25s

    texts = held.texts()
    engine = bm25s.BM25()
    engine.index([list(tokens(text)) for _, text in texts], show_progress=False)
    owners = [owner for owner, _ in texts]

    def ask(question: str) -> list[str]:
        words = [list(dict.fromkeys(tokens(question)))]
        places, _ = engine.retrieve(words, k=5, show_progress=False)
        return [owners[int(place)] for place in places[0]]

    return ask


def tantivy_rust(held: Documents) -> Ask:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw")
    builder.add_text_field("text", tokenizer_name="whitespace")
    schema = builder.build()
    index = tantivy.Index(schema)
    writer = index.writer(num_threads=1)
    for owner, text in held.texts():
        writer.add_document(tantivy.Document(id=owner, text=" ".join(tokens(text))))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    searcher = index.searcher()

    def ask(question: str) -> list[str]:
        words = [
            (tantivy.Occur.Should, tantivy.Query.term_query(schema, "text", token))
            for token in dict.fromkeys(tokens(question))
        ]
        hits = searcher.search(tantivy.Query.boolean_query(words), limit=5).hits if words else []
        return [searcher.doc(place)["id"][0] for _, place in hits]

    return ask


ENGINES: dict[str, Callable[[Documents], Ask]] = {
    "ours": ours,
    "Whoosh + jieba": whoosh_jieba,
    "SQLite FTS5": fts5,
    "bm25s": bm25s_numpy,
    "tantivy": tantivy_rust,
}


def measure(engine: str, size: int) -> dict[str, float]:
    held = documents(size)
    gc.collect()
    before, started = _resident(), perf_counter()
    ask = ENGINES[engine](held)
    built = perf_counter() - started
    ask(held.questions[0].text)  # warms up
    hits, taken = 0, []
    for question in held.questions:
        started = perf_counter()
        found = ask(question.text)
        taken.append((perf_counter() - started) * 1000)
        hits += bool(found) and found[0] in question.ids
    gc.collect()
    return {
        "hit@1": hits / len(held.questions),
        "median ms": statistics.median(taken),
        "p99 ms": statistics.quantiles(taken, n=100)[98],
        "build s": built,
        "memory MB": (_resident() - before) / 2**20,
    }


def _resident() -> int:
    """Bytes of memory held by this process (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    console = Console()
    jobs = [(engine, size) for size in (FULL, *SIZES) for engine in ENGINES]
    results: dict[tuple[str, int], dict[str, float]] = {}
    told = Console(stderr=True)
    for engine, size in track(jobs, "engines", console=told, transient=True):
        command = [sys.executable, "-m", "benchmarks.engines", engine, str(size)]
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        results[engine, size] = json.loads(done.stdout)
    columns = list(results["ours", FULL])
    for size in (FULL, *SIZES):
        name = "68 guides, all phrasings" if size == FULL else f"{size} guides, cut"
        shown = Table(name, *columns)
        for engine in ENGINES:
            shown.add_row(engine, *(f"{results[engine, size][c]:.2f}" for c in columns))
        console.print(shown)
    growth = Table("growth exponent, 68 to 6,800", "build", "median", "memory")
    for engine in ENGINES:
        few, many = results[engine, SIZES[0]], results[engine, SIZES[-1]]
        exponents = [
            math.log(max(many[c], 1e-3) / max(few[c], 1e-3)) / math.log(SIZES[-1] / SIZES[0])
            for c in ("build s", "median ms", "memory MB")
        ]
        growth.add_row(engine, *(f"{exponent:.2f}" for exponent in exponents))
    console.print(growth)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
    else:
        main()
