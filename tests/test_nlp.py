"""The wall round underthesea: same words as the library, each found again in the text."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import unicodedata
from itertools import product
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from underthesea import pos_tag, word_tokenize
from underthesea.pipeline.word_tokenize import regex_tokenize

from pipeline.nlp import Alignment, Tagging, library, tag_sentences, tag_words, tagger
from pipeline.nlp.anchor import anchor_words, carry_offsets
from pipeline.nlp.crfsuite import read_model
from pipeline.nlp.decode import compile_transitions, decode
from pipeline.orthography import fold, settle
from pipeline.stages.segment import split_sentences

FIXTURE = Path(__file__).parent / "fixtures" / "nlp_sentences.txt"
CORPUS = Path(__file__).parents[2] / "shared" / "corpus"
PACKAGE = Path(regex_tokenize.__file__).parents[2]

VIETNAMESE = "aAăâbBcdđĐeêgHiklmnoôơpqrstuưvxyàảãáạòóuỷừữựế ệ ỹ"
MARKS = " \t\u00a0.,;:!?…()[]“”\"'’-–/&%@_<>=♥🙂\u200b\u0301\u0323"
PROSE = st.text(st.sampled_from(VIETNAMESE + MARKS + "0123456789 ABCĐ" + "    "), max_size=40)
ANYTHING = st.text(max_size=30)
TOKENS = library.token_pattern()


def fixture_sentences() -> list[str]:
    lines = FIXTURE.read_text("utf8").split("\n")[:-1]
    return [line for line in lines if not line.startswith("# ")]


def pairs(tagging: Tagging) -> list[tuple[str, str]]:
    return list(zip(tagging.words, tagging.tags, strict=True))


def test_fixture_is_large_enough() -> None:
    assert len(fixture_sentences()) >= 150


@pytest.mark.parametrize("sentence", fixture_sentences())
def test_words_and_tags_are_the_librarys(sentence: str) -> None:
    (tagging,) = tag_sentences([sentence])
    assert list(tagging.words) == word_tokenize(sentence)
    assert pairs(tagging) == pos_tag(sentence)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the shared corpus is not there")
def test_words_and_tags_are_the_librarys_on_real_sentences() -> None:
    """A sample; ``benchmarks/equality.py`` compares them all."""
    sentences: list[str] = []
    for path in sorted(CORPUS.glob("*.txt"))[3::7]:
        for line in settle(path.read_text("utf8", errors="replace")).splitlines():
            sentences += [line[span.start : span.end] for span in split_sentences(line)]
    taggings = tag_sentences(sentences[:2000])
    assert len(taggings) == 2000
    for sentence, tagging in zip(sentences, taggings, strict=False):
        assert pairs(tagging) == pos_tag(sentence)


@given(PROSE | ANYTHING)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_the_librarys_words(text: str) -> None:
    settled = settle(text)
    assert [(word.text, word.pos) for word in tag_words(settled)] == pos_tag(settled)


@given(PROSE | ANYTHING | PROSE.map(lambda text: unicodedata.normalize("NFD", text)))
@settings(max_examples=300, deadline=None)
def test_a_span_holds_its_word(text: str) -> None:
    reached = 0
    covered = ""
    words = tag_words(text)
    for word in words:
        assert reached <= word.start <= word.end <= len(text)
        found = "".join(text[word.start : word.end].split())
        spelt = word.text.replace(" ", "")
        if word.alignment is Alignment.LOST:
            assert found == ""
        elif word.alignment is Alignment.EXACT:
            assert found == spelt
        else:
            assert found != spelt
            assert re.sub("h|[iy]", "", fold(settle(found))) == re.sub("h|[iy]", "", fold(spelt))
        covered += found
        reached = word.end
    if settle(text) == text:
        assert covered == "".join(text.split())


@given(PROSE)
@settings(max_examples=200, deadline=None)
def test_anchoring_the_librarys_words_finds_the_same_spans(text: str) -> None:
    (tagging,) = tag_sentences([text := settle(text)])
    anchors = zip(tagging.starts, tagging.ends, tagging.alignments, strict=True)
    assert anchor_words(text, tagging.words) == list(anchors)


def test_respelled_words_keep_what_the_text_says() -> None:
    text = "Bí thư Huyện uỷ  Hoà An"
    found = [(word.text, text[word.start : word.end], word.alignment) for word in tag_words(text)]
    assert found == [
        ("Bí thư", "Bí thư", Alignment.EXACT),
        ("Huyện ủy", "Huyện uỷ", Alignment.RESPELLED),
        ("Hòa An", "Hoà An", Alignment.RESPELLED),
    ]


def test_decomposed_text_is_anchored_as_it_was_given() -> None:
    text = unicodedata.normalize("NFD", "Lê Văn Tám dự họp")
    words = tag_words(text)
    assert [text[word.start : word.end] for word in words] == [
        unicodedata.normalize("NFD", word) for word in ("Lê Văn Tám", "dự", "họp")
    ]
    assert {word.alignment for word in words} == {Alignment.RESPELLED}


def test_a_word_cut_out_of_a_composed_letter_is_lost() -> None:
    words = tag_words("e\u0302\u0323\u0309")
    assert {word.alignment for word in words} == {Alignment.LOST}
    assert {(word.start, word.end) for word in words} == {(0, 0)}


def test_a_lost_word_does_not_lose_the_next_one() -> None:
    anchors = anchor_words("Chủ tịch tỉnh Phú Thọ", ["Chủ tịch", "huyện", "Phú Thọ"])
    assert anchors == [(0, 8, Alignment.EXACT), (9, 9, Alignment.LOST), (14, 21, Alignment.EXACT)]


def test_a_long_word_is_not_respelled_by_guess() -> None:
    assert anchor_words("nghiêngg", ["ngiêngg"])[0][2] is Alignment.LOST


@pytest.mark.parametrize(
    ("text", "offsets"),
    [("", [0]), ("ab", [0, 1, 2]), ("a\u0309o", [0, 2, 3]), ("x\u0302a", [0, 1, 2, 3]), ("e\u0323\u0302!", [0, 3, 4])],
)
def test_carry_offsets(text: str, offsets: list[int]) -> None:
    assert carry_offsets(text, settle(text)) == offsets


def test_texts_that_do_not_belong_together_are_not_carried() -> None:
    assert carry_offsets("abc", "abd") is None


def test_many_at_once_are_the_same_as_one_by_one() -> None:
    sentences = fixture_sentences() * 3
    assert tag_sentences(sentences) == [tag_sentences([sentence])[0] for sentence in sentences]


def test_nothing_gives_nothing() -> None:
    assert tag_sentences([]) == []
    assert tag_words("") == tag_words(" \n\t") == []


def test_a_line_feed_at_the_end_is_an_end() -> None:
    for text in ("xã A.\n", "xã A. \n", "xã A.\n\n", "xã A. ", "TP.\n", "B.\r\n"):
        assert [(word.text, word.pos) for word in tag_words(text)] == pos_tag(text)


def test_forgetting_changes_no_word() -> None:
    engine = library.load_compiled()
    sentences = fixture_sentences()
    settled = [settle(sentence) for sentence in sentences]
    before = engine.tag(settled)
    engine.segmenter.forget()
    engine.tagger.ids.clear()
    assert engine.tag(settled[::-1]) == before[::-1]


def test_ties_are_broken_by_the_library() -> None:
    asked: list[int] = []
    engine = library.load_compiled()
    ask = engine.label_words

    def listen(words: list[str]) -> list[int]:
        asked.append(len(words))
        return ask(words)

    object.__setattr__(engine, "label_words", listen)
    text = "🙂" * 60
    assert pairs(engine.tag([text])[0]) == pos_tag(text)
    assert asked  # a row of the same unknown word is where two readings tie


def test_threads_share_one_engine() -> None:
    sentences = [settle(sentence) for sentence in fixture_sentences()]
    expected = tag_sentences(sentences)
    found: list[list[Tagging]] = []
    threads = [Thread(target=lambda: found.append(tag_sentences(sentences))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 4


# --- the pieces it is built of --------------------------------------------------------------------------------------


def test_the_compiled_engine_is_in_use() -> None:
    assert tagger().engine == "compiled"
    assert library.find_difference(PACKAGE) is None


def copy_package(to: Path) -> Path:
    for line in Path(library.__file__).with_name("underthesea.tsv").read_text("utf8").splitlines():
        name = line.split("\t")[0]
        if (PACKAGE / name).is_file():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PACKAGE / name, to / name)
    return to


@pytest.mark.parametrize("name", ["pipeline/pos_tag/model_crf.py", "pipeline/pos_tag/pos_crf_2017_10_11.bin"])
def test_another_version_of_the_library_is_used_through_its_functions(tmp_path: Path, name: str) -> None:
    folder = copy_package(tmp_path)
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    with pytest.warns(RuntimeWarning, match=f"{name} differs"):
        engine = library.load_tagger(folder)
    assert engine.engine == "library"
    sentences = [settle(sentence) for sentence in fixture_sentences()]
    assert engine.tag(sentences) == tag_sentences(sentences)


def test_a_missing_file_of_the_library_is_told(tmp_path: Path) -> None:
    assert library.find_difference(tmp_path) == "pipeline/word_tokenize/__init__.py is missing"


def test_importing_loads_nothing_and_tagging_does_not_import_the_library() -> None:
    code = (
        "import sys, pipeline.nlp, pipeline.stages.segment as s\n"
        "assert 'underthesea' not in sys.modules and 'numpy' not in sys.modules, 'import loads'\n"
        "pipeline.nlp.tag_words('xã Thanh Ba')\n"
        "assert 'underthesea' not in sys.modules, 'tagging imports'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_shapes_are_those_of_the_librarys_featurizer() -> None:
    for character in map(chr, range(0x21, 0x10000)):
        if library.IS_PLAIN(character) and not character.isspace():
            assert library.find_shape(character) == library.ask_shape(character), character


@given(st.text(st.sampled_from("a.vn/!()@:htp1-’ "), max_size=14))
@settings(max_examples=500, deadline=None)
def test_the_safe_pattern_finds_the_same_tokens(text: str) -> None:
    expected = [match.span() for match in regex_tokenize.patterns.finditer(text)]
    assert [match.span() for match in TOKENS.finditer(text)] == expected


@pytest.mark.parametrize("text", ["a.vn/" + "!" * 400, "http:/" + "(!)" * 130 + "!", "http:/x" + "(" * 390])
def test_a_hostile_address_takes_no_time(text: str) -> None:
    tag_words("xã")
    begun = time.process_time()
    assert tag_words(text)
    assert time.process_time() - begun < 2


@given(
    st.lists(st.lists(st.integers(-6, 6), min_size=3, max_size=3), min_size=1, max_size=5),
    st.lists(st.lists(st.integers(-3, 3), min_size=3, max_size=3), min_size=3, max_size=3),
    st.integers(0, 4),
)
@settings(max_examples=300, deadline=None)
def test_decode_finds_the_best_path_or_a_tie(rows: list[list[int]], table: list[list[int]], cut: int) -> None:
    emission, weights = np.array(rows, dtype=float), np.array(table, dtype=float)
    first = np.arange(len(rows)) == 0
    first[min(cut, len(rows) - 1)] = True
    labels, ties = decode(emission, compile_transitions(weights), first)

    def score(path: tuple[int, ...]) -> float:
        total = sum(emission[at, label] for at, label in enumerate(path))
        return float(
            total + sum(weights[a, b] for a, b, begins in zip(path, path[1:], first[1:], strict=False) if not begins)
        )

    scores = {path: score(path) for path in product(range(3), repeat=len(rows))}
    best = max(scores.values())
    winners = [path for path, total in scores.items() if total == best]
    assert bool(ties) == (len(winners) > 1)
    if not ties:
        assert tuple(labels) == winners[0]


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "short").write_bytes(b"lCRF")
    (tmp_path / "other").write_bytes(b"x" * 100)
    with pytest.raises(ValueError, match="too short"):
        read_model(tmp_path / "short")
    with pytest.raises(ValueError, match="not a CRFsuite model"):
        read_model(tmp_path / "other")


def test_the_models_are_read_whole() -> None:
    model = read_model(PACKAGE / "pipeline/pos_tag/pos_crf_2017_10_11.bin")
    assert model.state.shape == (31630, 20)
    assert model.labels[:3] == ("N", "M", "CH")
    assert model.row("T[0]=no such word").tolist() == [0.0] * 20


def test_compiled_is_many_times_faster_than_the_library() -> None:
    sentences = [settle(sentence) for sentence in fixture_sentences()]
    tag_sentences(sentences)
    pos_tag("xã")
    begun = time.process_time()
    tag_sentences(sentences)
    compiled = time.process_time() - begun
    begun = time.process_time()
    for sentence in sentences:
        pos_tag(sentence)
    library_time = time.process_time() - begun
    assert library_time > 5 * compiled  # measured: 25; on articles 22 (against pos_tag) and more
