"""A large container: time and memory of reading it, and of reading and cleaning it.

    python benchmarks/container.py --file /tmp/large.jsonl --make 1000         # write about 1,000 MB, seeded
    python benchmarks/container.py --file /tmp/large.jsonl --until read
    python benchmarks/container.py --file /tmp/large.jsonl --until clean [--records N]

The records are articles of invented people, each of its own words; the same seed gives the same bytes. Printed is now
and then a line with CPU time and the peak memory of the process so far: it must not grow.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import time
from pathlib import Path

from pipeline.errors import Refused
from pipeline.likeness import sign_article
from pipeline.models import Rejection
from pipeline.readers import decode_document, read_sources
from pipeline.stages.clean import clean_article

SEED = 20261122
FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Lò", "Giàng", "Nông", "Đinh")
MIDDLES = ("Văn", "Thị", "Hữu", "Đức", "Minh", "Ngọc", "Quốc", "Xuân", "Thanh", "Công")
GIVEN = ("Tám", "Lan", "Hùng", "Dũng", "Hoa", "Thắng", "Bình", "Mai", "Tuấn", "Hạnh", "Sơn", "Yến", "Khoa", "Vỹ")
COMMUNES = ("Thanh Ba", "Đức Ninh", "Yên Mạc", "Hưng Long", "Dân Chủ", "Quảng La", "Tân Lập", "Phú Lâm", "Mỹ Hòa")
OFFICES = ("Bí thư Đảng ủy", "Chủ tịch UBND", "Phó Chủ tịch HĐND", "Phó Bí thư Thường trực Đảng ủy", "Trưởng Công an")
CLAUSES = (
    "phát biểu chỉ đạo hội nghị, đề nghị các chi bộ giữ vững kỷ cương, sâu sát cơ sở",
    "báo cáo kết quả thực hiện nhiệm vụ phát triển kinh tế, bảo đảm quốc phòng an ninh trên địa bàn",
    "trao giấy khen cho các tập thể và cá nhân có thành tích xuất sắc trong phong trào thi đua",
    "kiểm tra tiến độ giải phóng mặt bằng tuyến đường liên xã, động viên các hộ dân bàn giao đất",
    "thăm hỏi, tặng quà các gia đình chính sách nhân dịp năm mới, chúc bà con mạnh khỏe",
    "tiếp thu ý kiến của cử tri, làm rõ những kiến nghị về nước sạch, giao thông và trường học",
)


def make_article(number: int) -> dict[str, str]:
    """Article ``number`` of the file, some 3,500 bytes of it."""
    dice = random.Random(SEED + number)
    commune = dice.choice(COMMUNES)
    title = f"Xã {commune} tổng kết công tác năm {2015 + number % 10}, kỳ {number}"
    day = f"{1 + number % 28:02}/{1 + number % 12:02}/{2015 + number % 10}"
    lines = [f"Sáng {day}, Đảng ủy xã {commune} tổ chức hội nghị lần thứ {number}."]
    for _ in range(dice.randint(9, 15)):
        name = f"{dice.choice(FAMILIES)} {dice.choice(MIDDLES)} {dice.choice(GIVEN)}"
        share = dice.randint(100, 9999)
        lines.append(f"Đồng chí {name}, {dice.choice(OFFICES)} xã {commune}, {dice.choice(CLAUSES)}; {share} người dự.")
    return {"title": title, "content": "\n\n".join(lines), "published": day, "url": f"https://xa.example/{number}"}


def make_file(path: Path, megabytes: int) -> None:
    """Write articles until the file has its size."""
    size = number = 0
    with path.open("wb") as stream:
        while size < megabytes * 1_000_000:
            size += stream.write(json.dumps(make_article(number), ensure_ascii=False).encode() + b"\n")
            number += 1
    print(f"{number:,} records, {size:,} bytes in {path}")


def measure(path: Path, *, clean: bool, records: int | None) -> None:
    """Read every record, clean it if asked to, and tell what it took."""
    total = path.stat().st_size
    done = found = refused = 0
    begun, clock = time.process_time(), time.monotonic()
    for number, raw in enumerate(read_sources(path), 1):
        if isinstance(raw, Rejection):
            refused += 1
            continue
        found += 1
        done += len(raw.payload)
        if clean:
            try:
                sign_article(clean_article(decode_document(raw)))
            except Refused:
                refused += 1
        if number % 30_000 == 0 or number == records:
            _tell(number, refused, begun, clock)
        if number == records:
            break
    print(f"file of {total:,} bytes, {found:,} records:")
    _tell(found, refused, begun, clock)


def _tell(number: int, refused: int, begun: float, clock: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    seconds, wall = time.process_time() - begun, time.monotonic() - clock
    print(
        f"{number:,} records, {refused} refused, {seconds:.1f} s of CPU, {wall:.0f} s, peak {peak:.0f} MB", flush=True
    )


def main() -> None:
    """Make the file or measure it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--file", type=Path, required=True)
    parser.add_argument("--make", type=int, metavar="MB", help="write so many megabytes")
    parser.add_argument("--until", choices=("read", "clean"), default="read")
    parser.add_argument("--records", type=int, default=None, help="stop after so many")
    options = parser.parse_args()
    if options.make:
        make_file(options.file, options.make)
    else:
        measure(options.file, clean=options.until == "clean", records=options.records)


if __name__ == "__main__":
    main()
