"""The wall round underthesea: words and parts of speech, each word anchored in the text. The only importer of it.

What enters is one sentence (or many); what leaves is its words exactly as underthesea's ``word_tokenize`` and
``pos_tag`` find them, with a span and a grade that says how the word lies in the text. The library gives no offsets,
respells words ("uỷ" → "ủy"), drops blanks and composes letters; a word that cannot be found again is reported as
lost, never guessed.

Two engines give the same words: ``compiled``, which lays the library's models out in tables, and ``library``, its
public functions, taken where the library's files are not those that were compiled for (:mod:`pipeline.nlp.library`).
Importing this package loads nothing; the first call does.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipeline.nlp.anchor import carry_offsets, carry_tagging
from pipeline.nlp.tagging import Alignment, Engine, TaggedWord, Tagger, Tagging
from pipeline.orthography import settle

__all__ = ["Alignment", "Engine", "TaggedWord", "Tagger", "Tagging", "tag_sentences", "tag_words", "tagger"]


def tag_words(text: str) -> list[TaggedWord]:
    """Words of one sentence in order.

    >>> [(w.text, w.pos, w.start, w.end, str(w.alignment)) for w in tag_words("Bí thư Huyện uỷ  Hoà An")]
    [('Bí thư', 'N', 0, 6, 'exact'), ('Huyện ủy', 'N', 7, 15, 'respelled'), ('Hòa An', 'Np', 17, 23, 'respelled')]
    """
    return tag_sentences([text])[0].tagged_words()


def tag_sentences(texts: Sequence[str]) -> list[Tagging]:
    """Words of many sentences, in columns; several times cheaper than one by one."""
    settled = [settle(text) for text in texts]
    return [
        tagging if text == given else carry_tagging(given, tagging, carry_offsets(given, text))
        for given, text, tagging in zip(texts, settled, tagger().tag(settled), strict=True)
    ]


@cache
def tagger() -> Tagger:
    """The engine in use, loaded once.

    >>> tagger().engine
    'compiled'
    """
    # Here and not above: what the wall is built of need not be there to import its types.
    from pipeline.nlp.library import load_tagger

    return load_tagger()
