"""The one place that knows underthesea: where its files lie, what they must hold, and how its own functions are called.

The compiled engine computes what underthesea 9.5.0 computes, from its model files and its token pattern, without
importing the package (which takes 0.4 s and 100 MB for parts that are not used here). That is only sound while those
files are the ones it was written against, so each is compared by its digest first. If one differs, the public
functions do the work instead: the same words, more slowly, and a warning tells so once.
"""

from __future__ import annotations

import ast
import hashlib
import importlib
import importlib.metadata
import importlib.util
import pickle
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from pipeline.nlp import tags, words
from pipeline.nlp.anchor import anchor_words
from pipeline.nlp.crfsuite import read_model
from pipeline.nlp.engine import CompiledTagger
from pipeline.nlp.tagging import Engine, Tagger, Tagging

_EXPECTED = Path(__file__).with_name("underthesea.tsv")
_CORE_VERSION = "3.3.2"  # of underthesea_core, whose featurizer the shape of a token copies

_WORD_FILES = "pipeline/word_tokenize/models/ws_crf_vlsp2013_20230727"
_TAG_FILE = "pipeline/pos_tag/pos_crf_2017_10_11.bin"
_RULE_FILE = "pipeline/text_normalize/tn_rules_2023_07_14.bin"
_PATTERN_FILE = "pipeline/word_tokenize/regex_tokenize.py"

# Of these characters (Latin, Vietnamese, general punctuation) Python and the library's featurizer agree on case and
# digits, which a test proves for each; of others their Unicode versions may differ (U+0264 does), so it is asked.
IS_PLAIN = re.compile(r"[\u0000-\u017f\u01a0\u01a1\u01af\u01b0\u1e00-\u1eff\u2000-\u206f]+").fullmatch

# In the library's pattern for addresses a repeated group holds a repeated class, so that "a.vn/" and thirty "!" keep
# it busy for minutes. Without the inner repetition it matches the same, in linear time.
_SLOW, _FAST = r"[^\s()<>{}\[\]]+", r"[^\s()<>{}\[\]]"


class _RustTagger(Protocol):
    def load(self, path: str) -> None: ...
    def tag(self, features: list[list[str]]) -> list[str]: ...


class _RustFeaturizer(Protocol):
    def process(self, sentences: list[list[list[str]]]) -> list[list[list[str]]]: ...


class _Core(Protocol):
    CRFTagger: Callable[[], _RustTagger]
    CRFFeaturizer: Callable[[list[str], set[str]], _RustFeaturizer]


@dataclass(frozen=True, slots=True)
class LibraryTagger:
    """The public functions of underthesea, whatever its version, with each word anchored."""

    @property
    def engine(self) -> Engine:
        return "library"

    def tag(self, texts: list[str]) -> list[Tagging]:
        return [self._tag(text) for text in texts]

    def _tag(self, text: str) -> Tagging:
        pos_tag = cast(
            Callable[[str], list[tuple[str, str]]], importlib.import_module("underthesea.pipeline.pos_tag").pos_tag
        )
        found = pos_tag(text)
        anchors = anchor_words(text, (word for word, _ in found))
        return Tagging(
            tuple(word for word, _ in found),
            tuple(tag for _, tag in found),
            tuple(start for start, _, _ in anchors),
            tuple(end for _, end, _ in anchors),
            tuple(alignment for _, _, alignment in anchors),
        )


def load_tagger(folder: Path | None = None) -> Tagger:
    """The compiled engine, or the library's own functions (with a warning) where its files are not the expected ones.

    ``folder`` is that of the package's files (default: where it is installed).

    Raises:
        ModuleNotFoundError: underthesea is not installed.
    """
    folder = folder or _folder()
    difference = find_difference(folder)
    if difference is None:
        try:
            return load_compiled(folder)
        except (OSError, ValueError, KeyError, AttributeError, TypeError, pickle.UnpicklingError) as error:
            difference = f"{type(error).__name__}: {error}"
    warnings.warn(
        f"underthesea {importlib.metadata.version('underthesea')} is not the version that was compiled for "
        f"({difference}); its public functions are used, which find the same words about fifty times more slowly",
        RuntimeWarning,
        stacklevel=2,
    )
    return LibraryTagger()


def _folder() -> Path:
    spec = importlib.util.find_spec("underthesea")  # finds a package without importing it
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("underthesea is not installed: pip install underthesea", name="underthesea")
    return Path(spec.submodule_search_locations[0])


def find_difference(folder: Path) -> str | None:
    """The first thing that differs from what the compiled engine was written against; ``None`` if nothing does."""
    core = importlib.metadata.version("underthesea_core")
    if core != _CORE_VERSION:
        return f"underthesea_core is {core}, not {_CORE_VERSION}"
    for name, digest in _expected_digests():
        path = folder / name
        if not path.is_file():
            return f"{name} is missing"
        if hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            return f"{name} differs"
    return None


def _expected_digests() -> Iterator[tuple[str, str]]:
    for line in _EXPECTED.read_text("utf8").splitlines():
        if not line.startswith(("#", "file\t")):
            name, digest = line.split("\t")
            yield name, digest


def load_compiled(folder: Path | None = None) -> CompiledTagger:
    """The compiled engine from the library's files.

    Raises:
        ValueError: a file holds another format, other labels or other templates.
    """
    folder = folder or _folder()
    word_folder = folder / _WORD_FILES
    dictionary = cast(set[str], _unpickle(word_folder / "dictionary.bin"))
    if tuple(cast(list[str], _unpickle(word_folder / "features.bin"))) != words.FEATURES:
        raise ValueError("the templates of word segmentation are others")
    respellings = cast(Mapping[str, Mapping[str, str]], _unpickle(folder / _RULE_FILE))["token"]
    word_model = words.compile_words(read_model(word_folder / "models.bin"), dictionary)
    tag_model = tags.compile_tags(read_model(folder / _TAG_FILE))

    @cache
    def word_tools() -> tuple[_RustFeaturizer, _RustTagger]:
        return _core().CRFFeaturizer(list(words.FEATURES), set(dictionary)), _rust_tagger(word_folder / "models.bin")

    @cache
    def tag_tool() -> _RustTagger:
        return _rust_tagger(folder / _TAG_FILE)

    def label_tokens(tokens: list[str]) -> list[int]:
        featurizer, tagger = word_tools()
        found = tagger.tag(featurizer.process([[[token] for token in tokens]])[0])
        return [words.LABELS.index(label) for label in found]

    def label_words(found: list[str]) -> list[int]:
        return [tag_model.labels.index(label) for label in tag_tool().tag(tags.features(found))]

    segmenter = words.WordSegmenter(word_model, token_pattern(folder), respellings, find_shape)
    return CompiledTagger(segmenter, tags.PosTagger(tag_model), label_tokens, label_words)


def _core() -> _Core:
    return cast(_Core, importlib.import_module("underthesea_core"))


def _rust_tagger(path: Path) -> _RustTagger:
    tagger = _core().CRFTagger()
    tagger.load(str(path))
    return tagger


def _unpickle(path: Path) -> Collection[str] | Mapping[str, Mapping[str, str]]:
    """Content of one of the library's data files; only ever called for files whose digest is known."""
    with path.open("rb") as file:
        return cast(Collection[str] | Mapping[str, Mapping[str, str]], pickle.load(file))


def token_pattern(folder: Path | None = None) -> re.Pattern[str]:
    """The library's pattern for tokens, taken from its source without its imports, safe against hostile addresses."""
    path = (folder or _folder()) / _PATTERN_FILE
    tree = ast.parse(path.read_text("utf8"))
    tree.body = [node for node in tree.body if not isinstance(node, ast.ImportFrom)]
    names: dict[str, object] = {}
    exec(compile(tree, str(path), "exec"), names)
    source = "(" + "|".join(cast(list[str], names["regex_patterns"])) + ")"
    if source.count(_SLOW) != 1:
        raise ValueError("the token pattern is another one")
    return re.compile(source.replace(_SLOW, _FAST), re.VERBOSE)


def find_shape(token: str) -> words.Shape:
    """Lower case, being a number and being a title, as the library's featurizer sees them.

    >>> find_shape("Đảng"), find_shape("12").digit, find_shape(",").title
    (Shape(lower='đảng', digit=False, title=True), True, True)
    """
    if IS_PLAIN(token):
        return words.Shape(token.lower(), token.isascii() and token.isdigit(), token[0] == token[0].upper())
    return ask_shape(token)


def ask_shape(token: str) -> words.Shape:
    """The same, by asking the featurizer: slower, right for any script."""
    lower, digit, title = (feature.split("=", 1)[1] for feature in _shape_featurizer().process([[[token]]])[0][0])
    return words.Shape(lower, digit == "True", title == "True")


@cache
def _shape_featurizer() -> _RustFeaturizer:
    return _core().CRFFeaturizer(["T[0].lower", "T[0].isdigit", "T[0].istitle"], set())
