"""Are the words of the compiled engine those of underthesea's own functions? The long form of ``tests/test_nlp.py``.

``python benchmarks/equality.py --raw DIR [--sentences N]`` takes every sentence of the text files under DIR in the
order of their names, compares words, parts of speech and anchors with what ``underthesea.word_tokenize`` and
``underthesea.pos_tag`` say, prints what differs, and ends with code 1 if anything does.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from underthesea import pos_tag, word_tokenize

from pipeline.nlp.anchor import anchor_words
from pipeline.nlp.library import load_compiled
from pipeline.orthography import settle
from pipeline.stages.segment import split_sentences


def main() -> int:
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--raw", type=Path, required=True, help="folder of UTF-8 text files")
    options.add_argument("--sentences", type=int, default=None, help="compare so many (default: all)")
    given = options.parse_args()
    sentences = list(islice(read_sentences(given.raw), given.sentences))
    begun = time.process_time()
    taggings = load_compiled().tag(sentences)
    compiled = time.process_time() - begun
    different = 0
    begun = time.process_time()
    for sentence, tagging in zip(sentences, taggings, strict=True):
        words = pos_tag(sentence)
        anchors = list(zip(tagging.starts, tagging.ends, tagging.alignments, strict=True))
        same = list(zip(tagging.words, tagging.tags, strict=True)) == words
        same = (
            same and list(tagging.words) == word_tokenize(sentence) and anchors == anchor_words(sentence, tagging.words)
        )
        if not same:
            different += 1
            print(f"different: {sentence!r}")
    library = time.process_time() - begun
    print(
        f"{len(sentences)} sentences, {different} different; compiled {compiled:.1f} s, library {library:.1f} s (CPU)"
    )
    return 1 if different else 0


def read_sentences(folder: Path) -> Iterator[str]:
    """Sentences of all ``*.txt`` files of a folder, settled, in the order of the files' names."""
    for path in sorted(folder.glob("*.txt")):
        for line in settle(path.read_text("utf8", errors="replace")).splitlines():
            for span in split_sentences(line):
                yield line[span.start : span.end]


if __name__ == "__main__":
    sys.exit(main())
