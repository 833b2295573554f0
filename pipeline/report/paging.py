"""Long lists cut into pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from pipeline.report.addresses import numbered_page
from pipeline.report.views import Pager

Item = TypeVar("Item")


def cut_pages(items: Sequence[Item], page: str, *, size: int) -> Iterator[tuple[str, tuple[Item, ...], Pager]]:
    """Pages of ``size`` items with their address and place; at least one page, be it empty.

    >>> [(address, items, pager.next) for address, items, pager in cut_pages("abc", "p/index.html", size=2)]
    [('p/index.html', ('a', 'b'), 'p/index~2.html'), ('p/index~2.html', ('c',), None)]
    """
    count = max(1, -(-len(items) // size))
    for number in range(1, count + 1):
        shown = tuple(items[(number - 1) * size : number * size])
        first = (number - 1) * size + 1 if shown else 0
        pager = Pager(
            number=number,
            count=count,
            first=first,
            last=first + len(shown) - 1 if shown else 0,
            total=len(items),
            previous=numbered_page(page, number - 1) if number > 1 else None,
            next=numbered_page(page, number + 1) if number < count else None,
        )
        yield numbered_page(page, number), shown, pager
