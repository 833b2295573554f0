"""Firms, hospitals and schools that an article names in full once, and in short elsewhere.

What enters are the frames of an article and its text; the frames of the short names get the full one, where exactly one
fits.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pipeline.discourse import patterns
from pipeline.discourse.frames import Frame
from pipeline.discourse.institutions import OWN_BRANCHES, is_institution
from pipeline.grammar.body_phrases import BodyKind
from pipeline.orthography import key


def call_in_full(frames: Sequence[Frame], text: str) -> None:
    """``Tổng Giám đốc Busadco``, ``Công ty Hoàng Gia Phát``, ``Bệnh viện La Gi``: the firm, hospital or school that the
    article names in full, with its short name in brackets behind or at the end.
    """
    firms = [f for f in frames if is_institution(f) and f.last is not None and f.last.branch in OWN_BRANCHES]
    if not firms:
        return
    short = _short_names(firms, text)
    for frame in frames:
        last = frame.last
        if last is None or last.closed or last.kind is not BodyKind.PROPER:
            continue
        name = frame.names[-1]
        forms = (name, name.removeprefix(_FIRM), name.split(" - ")[0])
        known = next((short[key(form)] for form in forms if key(form) in short), ())
        full = {key(donor.names[-1]): donor for donor in reversed(known) if donor.names[-1] != name}
        if len(full) == 1:
            donor = next(iter(full.values()))
            frame.names = (*frame.names[:-1], donor.names[-1])
            frame.last, frame.suffix, frame.done = donor.last, donor.suffix, True
            frame.seat = frame.seat or donor.seat
            frame.inferred |= {"organisation"}


_FIRM = "Công ty "
_HEADS = (_FIRM, "Bệnh viện ", "Trường ")


def _short_names(firms: Iterable[Frame], text: str) -> dict[str, list[Frame]]:
    """Firms by the keys of their short names: in brackets, or the head noun and the capitals that end the full name."""
    short: defaultdict[str, list[Frame]] = defaultdict(list)
    for firm in firms:
        called = patterns.ALSO_CALLED.match(text, firm.end, firm.end + _LONGEST_CALL)
        if called is not None and "," not in called["alias"]:
            short[key(called["alias"])].append(firm)
        words = firm.names[-1].split()
        first = next((k for k in range(len(words), 0, -1) if not words[k - 1][0].isupper()), 0)
        head = next((head for head in _HEADS if firm.names[-1].startswith(head)), None)
        if head is not None and first > len(head.split()) and len(words) - first > 1:
            tails = [first, *range(first + 1, len(words) - 2)]  # "Gỗ Hòa Thịnh Phát", "Hòa Thịnh Phát"
            for at in tails:
                short[key(head + " ".join(words[at:]))].append(firm)
    return short


_LONGEST_CALL = 72  # characters of the words for "in short" and of a short name
