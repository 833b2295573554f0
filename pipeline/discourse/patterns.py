"""Patterns of the words around offices and names, an example above each; what they decide stands where they are used.

All are case-insensitive and read a short stretch of one line. Single words that merely join or govern are in
the lexicons (joints.tsv, verbs.tsv, speech.tsv, hedges.tsv, events.tsv).
"""

from __future__ import annotations

import re

_LETTERS = [chr(code) for code in range(0xC0, 0x1EFA) if chr(code).isalpha()]
_CAPITALS = "".join(letter for letter in _LETTERS if letter.isupper() and letter.lower() != letter)
_SMALL = "".join(letter for letter in _LETTERS if letter.islower())


def _pattern(text: str) -> re.Pattern[str]:
    """A pattern in which A-ZĐÀ-Ỹ stands for all capitals and a-zđà-ỹ for all small letters: by their numbers, "đ" and
    "ở" would be among the capitals.
    """
    spelt = text.replace("A-ZĐÀ-Ỹ", f"A-Z{_CAPITALS}").replace("a-zđà-ỹ", f"a-z{_SMALL}")
    return re.compile(spelt, re.IGNORECASE | re.VERBOSE)


# "miễn nhiệm chức vụ T | đối với | ông A", "trao quyết định T | cho | bà B"
# and "đối với | các ông, bà: | A, B"
BEHIND = _pattern(
    r"""^\W* (?: (?: [^.;:]{0,60} \b )? (?: đối\ với | với | cho )
            | (?: (?: nhiệm\ kỳ | khóa | giai\ đoạn ) \b [^.;:,]{0,30} )? của ) \b \W*
        (?: (?: các | \d+ ) \ (?: đồng\ chí | ông | bà | vị | cá\ nhân ) [^.;:]{0,24} :? \W* )? $"""
)

# "T | đã ký quyết định đình chỉ công tác đối với | ông A": the office acts, A does not hold it
ACTS = _pattern(
    r"""^\W* (?: (?: đã | vừa | đang | sẽ | cũng | tiếp\ tục | trực\ tiếp ) \ )*
        (?: trao | ký | công\ bố | tặng | gửi | quyết\ định | chủ\ trì | thăm | chúc | yêu\ cầu | giao | ban\ hành
          | ra\ (?: quyết\ định | văn\ bản | thông\ báo | chỉ\ thị | công\ văn )
          | đề\ nghị | chỉ\ đạo | đình\ chỉ | tạm\ đình\ chỉ | xử\ phạt | phê\ bình | kỷ\ luật | khiển\ trách
          | có\ (?: văn\ bản | thư ) | trả\ lời | thông\ báo | hỗ\ trợ | tổ\ chức | bày\ tỏ | thay\ mặt | dành ) \b"""
)

# "…, | Thủ tướng | cũng ban hành": the office is the subject of a clause of its own
OWN_CLAUSE = _pattern(
    r"""^\s+ (?: đã | cũng | vừa | đang | sẽ | sắp | mới | từng | chưa | không | vẫn | lại | còn | phải | nên | có
        | muốn | bị | được | là | nói | cho | yêu\ cầu | đề\ nghị | chỉ\ đạo | khẳng\ định | nhấn\ mạnh
        | phát\ biểu | giao | ký | ban\ hành | quyết\ định | đánh\ giá | tuyên\ bố | kêu\ gọi | thông\ báo
        | liên\ tục | nhiều\ lần | chủ\ trì ) \b"""
)

# "T | cho rằng bài phát biểu của | ông A": what the office says
CLAIMS = _pattern(
    r"""^ [^.;]{0,30} \b
        (?: cho\ (?: rằng | biết | hay | là ) | nói | khẳng\ định | nhận\ xét | ca\ ngợi | chỉ\ trích ) \b"""
)

# "trình Quốc hội miễn nhiệm các chức danh | T", "công bố quyết định bổ nhiệm | T": the subject decides of others
DECIDES = _pattern(
    r"""^ (?: (?! \b (?: được | bị | nhận | giới\ thiệu ) \b ) . )* \b
        (?: miễn\ nhiệm | bãi\ nhiệm | bổ\ nhiệm | bầu | chỉ\ định | phê\ chuẩn | chuẩn\ y | cách\ chức | kiện\ toàn )
        (?: \ (?: bổ\ sung | mới | thêm ) )? (?: \ (?: các | một\ số | nhiều | \d+ ) )?
        (?: \ (?: chức\ danh | chức\ vụ | vị\ trí ) )? \W* $"""
)

# "| ông | A": a man of today, whatever his name
CALLED = _pattern(r"\b (?: ông | bà | anh | chị ) \s+ $")

# "T | do | đồng chí A đảm nhận"
BY = _pattern(r"\b do \W* $")

# "do đồng chí A | đảm nhận"
HELD = _pattern(
    r"^ [^.;]{0,25} \b (?: đảm\ nhận | đảm\ nhiệm | giữ | làm | nắm\ giữ | phụ\ trách | đảm\ trách | kiêm\ nhiệm ) \b"
)

# "Tư lệnh Vệ binh Cách mạng | (IRGC) | A": the body's abbreviation
GLOSS = re.compile(r"\s?\((?:[A-ZĐ][A-ZĐ&.-]{1,11}|[A-Z][A-Za-z]{2,14})\)")

# "Công ty … Bà Rịa - Vũng Tàu | (Busadco)", "Công ty … | (gọi tắt là Công ty Tân Thuận)"
ALSO_CALLED = re.compile(
    r"\s*\(\s*(?:(?:sau đây )?(?:gọi|viết) tắt(?: là)?:? |sau đây gọi là |tên (?:viết|gọi) tắt(?: là)?:? )?"
    r"[\"“]?(?P<alias>[A-ZĐÀ-Ỹ][^()\"“”;:\n]{1,38}?)[\"”]?\s*\)"
)

# "Cục Trẻ em, Bộ Y tế | , | nói", "… | cho biết": the body in apposition is over, and opens no clause
APPOSED_BODY_ENDS = _pattern(
    r"""\s* (?: [,;.)–-] | $
        | (?: cũng | đã | vừa )? \s* (?: cho\ (?: biết | hay | rằng ) | nói | khẳng\ định | nhấn\ mạnh | chia\ sẻ
          | thông\ tin | phát\ biểu | trao\ đổi | nhận\ định | đánh\ giá | trả\ lời | lý\ giải | giải\ thích
          | phân\ tích | xác\ nhận | thừa\ nhận | khuyến\ cáo | cảnh\ báo | trình\ bày | báo\ cáo ) \b )"""
)

# "T | : | A", "T | hiện nay là | A", "T xã Thanh Ba | (cũ) | A"
TIGHT = _pattern(
    r"""\s* (?: \( \s* (?: cũ | mới | lâm\ thời | (?: nay\ | vừa\ | mới\ | hiện\ ) [^()]{1,30} ) \s* \) \s* )?
        (?: : | -: | \. | Đ/c | lâm\ thời | đương\ nhiệm | dân\ cử | (?: (?: mới | vừa | tái ) \ )? đắc\ cử
          | (?: (?: hiện | hiện\ nay | hiện\ tại | nay | đương\ nhiệm | (?: lúc | khi | hồi | thuở ) \ (?: đó | ấy )
                | (?: lúc\ )? bấy\ giờ ) \ )?
            (?: (?: vẫn | đang | mới ) \ )? là \s* :?
          | hiện\ nay )? \s*"""
)

# "Phó Trưởng ban | mới là | đồng chí A", "Tổng thống Mỹ | đắc cử | A": he has just come
NEW_HOLDER = _pattern(r"\b (?: mới \ (?: được\ bổ\ nhiệm\ )? là | đắc\ cử ) \b")

# "không phải là | T", "đủ uy tín để làm | T", "nếu được bầu làm | T", "được xem là "| T": nobody holds the office
DENIED = _pattern(
    r"""\b (?: không | chưa | chẳng ) \ (?: (?: hề | phải | từng | bao\ giờ | được | có | thể | muốn | dám ) \ ){0,3}
        (?: là | làm | giữ | đảm\ (?: nhận | nhiệm ) | trở\ thành | bổ\ nhiệm | bầu | phê\ chuẩn ) \b [^.,;:]{0,40} $
      | \b (?: muốn | mong | mơ | ước | ước\ mơ | mơ\ ước | khát\ khao | đòi | hứa | phấn\ đấu | cơ\ hội | hy\ vọng )
        \ (?: được\ )? (?: là | làm | lên | giữ | trở\ thành ) \b [^.,;:]{0,30} $
      | \b (?: uy\ tín | điều\ kiện | tiêu\ chuẩn | khả\ năng | năng\ lực | tuổi | xứng\ đáng | phù\ hợp )
        \ (?: để\ )? (?: làm | giữ | đảm\ (?: nhận | nhiệm ) | trở\ thành ) \b [^.,;:]{0,30} $
      | \b (?: nếu | giả\ sử | giá\ như ) \b [^.,;:]{0,60} $
      | \b (?: (?: xem | coi | gọi | ví | mệnh\ danh ) \ (?: như\ )? (?: là )? | biệt\ danh | như ) \s* ["“”‘'] \s* $"""
)

# "miễn nhiệm các nhân sự gồm: | T A; T B", "các thành viên Chính phủ được phê chuẩn gồm | T A"
_PERSONNEL = r"(?: nhân\ sự | chức\ danh | chức\ vụ | thành\ viên | lãnh\ đạo | vị\ trí )"
_FILLED_OR_LEFT = r"(?: miễn\ nhiệm | bãi\ nhiệm | thôi\ giữ | phê\ chuẩn | bổ\ nhiệm | bầu | trúng\ cử )"
LISTED_AS = _pattern(
    rf"""\b (?P<told> {_PERSONNEL} \ [^.;:]{{0,60}}? \b {_FILLED_OR_LEFT}
          | {_FILLED_OR_LEFT} \ (?: (?! thay ) [^.;:] ){{0,40}}? \b {_PERSONNEL} )
        \b [^.:]{{0,80}} (?: \b (?: bao\ )? gồm (?: \ có )? \s* :? | : ) (?! [^.]* : )"""
)

# "thành lập các Tiểu ban …: Tiểu ban Văn kiện do | ông A | làm | Trưởng Tiểu ban"
ADHOC_BODY = _pattern(
    r"\b (?: tiểu\ ban | ban\ chỉ\ đạo | tổ\ công\ tác | hội\ đồng | ban\ tổ\ chức | tổ | đoàn ) \b | \b trưởng\ ban $"
)
FOUNDED = _pattern(
    r"""\b (?: thành\ lập | kiện\ toàn ) \b [^.\n]{0,60}
        \b (?: tiểu\ ban | ban\ chỉ\ đạo | tổ\ công\ tác | tổ\ giúp\ việc | hội\ đồng
          | đoàn\ (?: kiểm\ tra | công\ tác ) | ban\ tổ\ chức ) \b"""
)

# "… bầu các chức danh chủ chốt. | Theo đó, | ông A - T, bà B - T"
AS_TOLD = _pattern(
    r"""^ \W* (?: theo\ đó | cụ\ thể | kết\ quả | như\ vậy | theo\ kết\ quả (?: \ (?: trên | này | bầu | bầu\ cử ) )? )
        \b \W* (?: là \W* )? (?: (?: các | đồng\ chí | ông | bà | đ/c ) \W* ){0,2} $"""
)
TOLD_BEFORE = _pattern(
    rf"\b {_FILLED_OR_LEFT} (?: \ cử )? \ (?: (?! thay ) [^.;:] ){{0,40}}? \b {_PERSONNEL} \b [^.:]{{0,120}} [.:] \s* $"
)

# "A và B |, lần lượt là | T1 và T2"
RESPECTIVELY = _pattern(r"\b lần\ lượt \ (?: là | làm | giữ (?: \ chức (?: \ vụ )? )? ) \W* $")

# "A và B | , khi đó là | T": the office of who stands right before it
ONLY_THE_LAST = _pattern(
    r"""^ \s* , \s* (?: (?: người ) \ )?
        (?: (?: lúc | khi | hồi | thuở ) \ (?: đó | ấy ) | (?: lúc\ )? bấy\ giờ | hiện | nay | hiện\ nay | hiện\ tại
          | từng | vốn | nguyên ) \b (?! [^,;]* \b (?: đều | cùng ) \b )"""
)

# "bầu T1 | là | ông A; T2 | là | bà B": who is elected to what
ELECTED_IS = _pattern(r"^ \s* (?: xã | huyện )? \s* là \b")
GOES_ON = _pattern(r"^ \s* (?: [;,] | ; \s* và | và | , \s* và ) \s* (?: các | hai | ba )? \s* $")

# "Trúng cử Ủy viên Ban Thường vụ | còn có | A; B"
AMONG_THEM = _pattern(r"^ \W* (?: còn\ )? (?: có | gồm | gồm\ có ) \s* :? \W* (?: \w+ \W+ )? $")

# "11 Ủy viên Ban Thường vụ, | gồm: | A; B"
LIST_OPENS = _pattern(r": | \b gồm \b | \b là \b | \b còn\ có \b")

# "các Ủy viên …: A; B; | cùng | C, T": the list of the office ends here
OTHERS_FOLLOW = _pattern(r"; \W* (?: và\ )? (?: cùng | đại\ diện | lãnh\ đạo | các\ (?: đồng\ chí | ông | bà ) ) \b")

# "hội nghị. | Ảnh: | A": who took the picture or wrote the text
CREDIT = _pattern(
    r"\b (?: ảnh | hình | clip | video | tin | bài | đồ\ họa | thực\ hiện | nguồn ) [^:.;\n]{0,12} : \s* $"
)

# "| các đồng chí | Ủy viên", "| 11 đồng chí | Ủy viên", "| các đồng chí nguyên | Bí thư"
PLURAL = _pattern(
    r"""(?: \b (?: các | những | hai | ba | bốn | năm ) | \d+ ) \s+
        (?: (?: đồng\ chí | đ/c | vị | ông | bà | ông,\ bà ) \s* )? (?: nguyên | cựu )? \s* $"""
)

# "đã điều động | 46 | Bí thư Đảng ủy": offices counted, not held by the subject
NUMBER = _pattern(
    r"(?<! [\d/.] ) \b (?! 0?1 \b ) \d{1,4} \s+"
    r"(?: (?: đồng\ chí | chức\ danh | ứng\ viên | người ) (?: \ là )? )? \s* $"
)

# "| ông | được bầu làm T": a pronoun, so no capital follows
PRONOUN = _pattern(
    r"""(?<! \d\ ) (?<! các\ ) (?<! những\ ) (?<! anh,\ ) (?<! ông,\ ) \b
        (?: ông | bà | anh | chị | đồng\ chí | cô | thầy
          | chú (?! \ (?: ý | trọng | tâm | thích | giải | rể ) ) | bác (?! \ (?: sĩ | sỹ | bỏ | học ) )
          | cụ (?! \ thể ) ) \b
        (?! \s+ (?-i: [A-ZĐÀ-Ỹ] ) )"""
)

# "từ năm 1979 đến năm 1986 là |"
PAST_SPAN = _pattern(
    r"""\b (?: từ\s+ )? (?: tháng\s+ )? (?: \d{1,2}/ )? (?: năm\s+ )? (?:19|20)\d\d
        \s* (?: đến | [-–] ) \s* (?: tháng\s+ )? (?: \d{1,2}/ )? (?: năm\s+ )? (?:19|20)\d\d \b [^;]* $"""
)

# "Thời điểm xảy ra vi phạm, ông A là |", "Lúc bấy giờ ông A giữ chức |"
PAST_MOMENT = _pattern(
    r"""^\W* (?: được\ biết \W+ )? (?: (?: vào | tại | ở ) \s+ )?
        (?: thời\ điểm | (?: lúc\ )? bấy\ giờ | (?: lúc | khi | hồi | thuở ) \ (?: đó | ấy )
          | trước\ (?: khi\ )? (?: sáp\ nhập | hợp\ nhất | chia\ tách ) | trước\ ngày\ \d ) \b
        (?! \ (?: này | hiện\ tại ) )"""
)

# "trong thời gian ông A làm |", "khi ông A còn là |"
PAST_WHILE = _pattern(
    r"""\b (?: (?: trong | suốt ) \ thời\ gian | thời\ kỳ | thời
          | (?: khi | lúc | hồi ) (?= [^.,;]* \b (?: còn | đang ) \b ) ) [ ]
        (?: còn\ )? (?: ông | bà | anh | chị | đồng\ chí | đ/c | người\ này ) \b [^.,;:]{0,50}
        \b (?: làm | giữ | là | đảm\ nhiệm | đảm\ nhận | giữ\ chức | lãnh\ đạo ) \b [^.,;:]{0,20} $"""
)

# "T | lúc bấy giờ", "T | trước sáp nhập", "T | (cũ)": the office is of that time
OF_THAT_TIME = _pattern(
    r"""^ [\s,]* \(? (?: (?: lúc\ )? bấy\ giờ | (?: lúc | khi | hồi | thuở ) \ (?: đó | ấy )
        | (?: vào\ | tại\ | ở\ )? thời\ điểm\ (?: đó | ấy | (?: để\ )? xảy\ ra | diễn\ ra | vi\ phạm | bị\ khởi\ tố )
        | trước\ (?: khi\ )? (?: sáp\ nhập | hợp\ nhất | chia\ tách | giải\ thể )
        | trước\ (?: đây | kia ) | ngày\ trước | cũ \s* \) ) (?! \w ) (?! \ (?: là | làm ) \b )"""
)

# "T | bấy giờ là | A", "T | khi đó là | A": who held it at that time
WHO_WAS_THEN = _pattern(
    r"^ \s* ,? \s* (?: (?: lúc\ )? bấy\ giờ | (?: lúc | khi | hồi | thuở ) \ (?: đó | ấy ) ) \ là \b"
)

# "tháng 3/2015, đang là | T", "Năm 2016, khi còn làm | T": when somebody was in office
WAS_THEN = _pattern(
    r"""\b (?: năm \s+ | \d{1,2} \s* [/-] \s* ) (?P<year> (?:19|20)\d\d ) \b [^.;]{0,25}
        \b (?: đang | còn ) \ (?: là | làm | giữ (?: \ chức (?: \ vụ )? )? ) \W* $"""
)

# "Thanh tra tỉnh | - khi đó do | ông A làm T"
THEN_BY = _pattern(
    r"""\b (?: (?: lúc\ )? bấy\ giờ | (?: lúc | khi | hồi ) \ (?: đó | ấy ) ) \ (?: vẫn\ | đang\ )?
        do \W* (?: \w+ \W+ ){0,2} $"""
)

# "các đồng chí: | A, T; B, T ứng cử": a list that a verb behind it speaks of
PEOPLE_LISTED = _pattern(
    r"""(?: \b các | \d+ ) \ (?: đồng\ chí | ông | bà | vị | cá\ nhân | người | cán\ bộ ) [^.;:]{0,40} :
        \W* (?: đồng\ chí | ông | bà )? \W* $"""
)

# "Trước khi | được bầu, ông giữ chức |", "có nhiều năm làm T1 trước khi | được bầu giữ chức |"
BEFORE_THAT = _pattern(r"\b trước\ (?: khi | lúc ) \b (?P<inner> [^,;.]* ) (?P<then> , [^;.]* )? $")

# "giữ chức T1 | rồi | T2", "làm T1 | trước khi | được bầu làm T2"
PASSED_ON = _pattern(
    r"""^ [^,;.:]{0,40} (?: \b (?: rồi | trước\ (?: khi | lúc ) (?! \ (?: ông | bà | anh | chị | đồng\ chí ) \b ) )
        | , \ (?: rồi | nay\ đã\ (?: nghỉ | thôi ) ) ) \b"""
)

# "là tài xế của |", "gửi đơn đến văn phòng của |": somebody else's; "đảm nhận chức vụ của |" is not
OF_HIS = _pattern(
    r"""(?<! chức ) (?<! chức\ vụ ) (?<! chức\ danh ) (?<! cương\ vị ) (?<! vị\ trí ) (?<! ghế )
        (?<! công\ việc ) (?<! hoạt\ động ) (?<! công\ tác ) \ của \W* $"""
)

# "cho rằng | thân chủ", "khai | bị cáo": somebody else is spoken of
ANOTHER_SPOKEN_OF = _pattern(
    r"""\b (?: bị\ (?: cáo | can | hại ) | thân\ chủ | nạn\ nhân | đối\ tượng | nghi\ can | con\ trai | con\ gái
        | người\ này ) \b"""
)

# "- 1983 - 1991: |", "11/2020 đến nay: |"
CAREER_LINE = _pattern(
    r"""^\W* (?: từ\s+ )? (?: (?: tháng\s+ )? \d{1,2} \s* [/-] \s* )? (?: năm\s+ )? (?:19|20)\d\d
        \s* (?: [-–] | đến ) [^:]{0,40} : \W* $"""
)

# "T | khóa XI, XII |, T2", "T | nhiệm kỳ 2016-2021 |, T2": the terms of an office
NUMBERED_TERM = _pattern(
    r"""\s* \(? \s* (?: các\ )? (?: khóa | nhiệm\ kỳ ) \s+ (?P<first> [IVX]+ | \d{1,4} ) \b
        (?: \s* (?: , | và | đến | [-–] ) \s* (?: khóa\s+ )? (?P<more> [IVX]+ | \d{1,4} ) \b ){0,4} \s* \)?"""
)

# "T | thời kỳ 2005 - 2010 | là ông A"
PERIOD = _pattern(
    r"""\s* (?: nhiệm\ kỳ | giai\ đoạn | thời\ kỳ ) \s+ (?: năm\s+ )? (?:19|20)\d\d
        \s* (?: [-–] | đến ) \s* (?:19|20)?\d\d \b"""
)

# "nhiệm kỳ 2020 - 2025", "(2001 - 2006)" right behind an office
TERM = _pattern(
    r"""^ [^.;:,]{0,25}? \(? \b (?: nhiệm\ kỳ | giai\ đoạn | thời\ kỳ )? \s* (?: năm\s+ )?
        ( (?:19|20)\d\d ) \s* [-–] \s* (?: \d{1,2}/ )? ( (?:19|20)\d\d ) \b"""
)

# "T | những năm 80 của thế kỷ trước", "T | từ năm 1985 đến năm 1994", "T | khóa XV, giai đoạn 1996 - 2000"
DECADE = _pattern(
    r"""^ \W* (?: (?: vào | trong | từ | hồi ) \ )?
        (?: (?: (?: những | các ) \ năm | thập\ (?: niên | kỷ ) ) \s (?: 19 | 20 )? | năm \s ) [1-9] 0 \b
        (?! \s* [-–/] )"""
)
# `over`: words for what is over, where no date tells better
PAST_TERM = _pattern(
    r"""^ [^.;:,()]{0,25}? (?: , \s* )? [(:]? \s*
        (?: (?P<over> giai\ đoạn | thời\ (?: kỳ | gian ) | từ | (?: các | những ) \ năm | suốt | hồi )
          | nhiệm\ kỳ | khóa )? \b [^.;:,()\d]{0,12}?
        (?: \d{1,2} \s* [/-] \s* )? (?P<from> (?:19|20)\d\d ) \s* (?: đến | [-–] )
        \s* (?: hết\ | tháng\ | năm\ )* (?: \d{1,2} \s* [/-] \s* )? (?P<to> (?:19|20)\d\d ) \b"""
)

# "trao quyết định nghỉ hưu | cho | đồng chí A, T"
RETIRES = _pattern(r"\b nghỉ\ (?: hưu | việc | chế\ độ | công\ tác ) \b [^.;]{0,80} \b (?: cho | đối\ với ) \W* $")

# "A (T1) và B (T2) | bị cách hết chức vụ trong Đảng"
STRIPPED = _pattern(r"\b bị \b [^.;]{0,60} \b cách \b [^.;]{0,20} \b chức\ vụ \b [^.;]{0,15} \b đảng \b")

# "| cách tất cả các chức vụ trong Đảng đối với | ông A, T"
STRIPS = _pattern(
    r"""\b cách\ (?: chức\ )? (?: tất\ cả\ | hết\ | mọi\ | toàn\ bộ\ )? (?: các\ )? chức\ vụ
        (?P<party> \ (?: ở\ | trong\ | về\ )? đảng (?! \ cũng\ như | \ và\ chính\ quyền ) )? [^,;]* \b đối\ với \b"""
)

# "KẾT QUẢ BẦU ỦY BAN KIỂM TRA ĐẢNG ỦY XÃ": a heading that tells an election
RESULT = _pattern(r"^ (?: [IVX\d]+ \W+ )? (?: kết\ quả | danh\ sách ) \b [^.:]* $")

# "KẾT QUẢ BẦU CỬ", "Danh sách trúng cử": those who are listed below were elected
VOTE = _pattern(r"\b (?: kết\ quả | danh\ sách ) \b [^.:]{0,40} \b (?: bầu\ cử | trúng\ cử | đắc\ cử ) \b")

# "- Chủ tịch UBND huyện: ông A |, đạt 98% số phiếu": how many voted for somebody
VOTES = _pattern(
    r""",? \s* (?: \( \s* )? (?: (?: đạt | với | trúng\ cử | được | tỷ\ lệ | tỉ\ lệ ) \ ){0,3} \d [\d.,/]* \s* %?
        (?: \s* (?: số | tổng\ số | phiếu | đại\ biểu | tán\ thành | đồng\ ý | tín\ nhiệm | bầu ) \b ){0,6} \s* \)?"""
)

# "Ông A phát biểu. |": a line of prose ends a list
SENTENCE = _pattern(r"[.!?…] ( \s | $ )")

# "Kết quả bầu | các chức danh", "| BTV |": the offices in the list below are those that are filled
FILLS = _pattern(
    r"""\b (?: ban\ chấp\ hành | bch | ban\ thường\ vụ | btv | ủy\ ban\ kiểm\ tra | ubkt
        | chức\ danh | chức\ vụ | nhân\ sự | (?: kết\ quả | danh\ sách ) \ (?: bầu | trúng | đắc ) \ cử ) \b"""
)

# "CÁC ĐỒNG CHÍ | PHÓ CHỦ TỊCH | ĐƯƠNG NHIỆM": all that may stand beside the offices of a heading
HEADING = _pattern(
    r"""\W* (?: [IVX]+ \W+ | \d+ \W+ )?
        (?: (?: các | đồng\ chí | đ/c | đương\ nhiệm | hiện\ nay | danh\ sách | chức\ danh
              | qua\ các\ thời\ kỳ ) \b \W* )*"""
)

# "Danh sách những người trúng cử | đại biểu HĐND xã": a list of the people follows
LIST_OF = _pattern(
    r"""danh\ sách \b [^.;:]{0,40} \b (?: trúng\ cử | được\ bầu | ứng\ cử (?: \ viên )? | được\ giới\ thiệu )
        (?: \ (?: là | làm | chức\ danh | chức\ vụ ) )? \s* $"""
)
ITEM = _pattern(r"\s* (?: [-–+•*] | \d{1,3} \s* (?: [.)/-] | \t ) )")

# "Phó Trưởng phòng Tham mưu | , phụ trách phòng", "Phó Giám đốc | , được giao điều hành Sở": the head's office too
RUNS_OWN = _pattern(
    r"""^ [\s,–-]* (?: (?: là | và | hiện | đang | được | đồng\ thời ) \ )*
        (?: (?: giao | phân\ công | tạm\ thời | tạm ) \ )* (?: phụ\ trách | điều\ hành ) (?: , \s* )?
        (?: \ (?: phụ\ trách | điều\ hành | chung ) )?
        (?: \ (?: công\ việc | hoạt\ động | công\ tác ) (?: \ của )? )?
        \s+ (?P<body> Sở | (?-i: [a-zđà-ỹ] ) \w* (?: \ (?-i: [a-zđà-ỹ] ) \w* )? ) (?! \ (?-i: [A-ZĐÀ-Ỹ] ) )"""
)

# "trở thành T | năm 2000", "được bầu làm T | từ tháng 3/2015"
SINCE = _pattern(
    r"""^ \s* ,? \s* (?: (?: từ | vào | hồi | kể\ từ | trong ) \s )? (?: (?: đầu | giữa | cuối ) \s )?
        (?: tháng\s+ )? (?: \d{1,2} \s* [/-] \s* ){0,2} (?: năm\s+ | (?<= [/-] ) ) (?P<year> (?:19|20)\d\d ) \b
        (?! \s* (?: [-–] | đến ) )"""
)

# "| Tháng 8/2020, | ông được điều động làm T", "| Năm 1998 | ông là T": when a step of a career was made
DATED = _pattern(
    r"""^\W* (?: (?: từ | đầu | giữa | cuối | đến | vào | hồi | trong | ngày | sau\ đó | rồi ) \ )*
        (?: tháng\s+ )? (?: \d{1,2} \s* [/-] \s* ){0,2} (?: năm\s+ )? (?P<year> (?:19|20)\d\d ) \b
        (?! \s* [-–] \s* \d )"""
)
NOW = _pattern(r"\b (?: hiện | nay | hiện\ nay ) \b")

# "Chức vụ: | T" below "Họ và tên: A"
FIELD = _pattern(r"^ \W* (?: chức\ (?: vụ | danh ) | cương\ vị ) (?: \ (?: hiện\ nay | công\ tác ) )? \s* : \s* $")

# "TÓM TẮT TIỂU SỬ": what follows is the career of whom the article is about
RESUME = _pattern(
    r"""^ \s* (?: tóm\ tắt\ )?
        (?: tiểu\ sử | lý\ lịch | sơ\ yếu\ lý\ lịch | quá\ trình\ (?: công\ tác | hoạt\ động ) ) \b"""
)

# "chỉ định | Ban Chấp hành Đảng bộ xã gồm 27 đồng chí": those who are listed below are its members
FILLED = _pattern(r"\b (?: chỉ\ định | bầu | chuẩn\ y ) \b (?! \ cử ) [^.;:]{0,120} $")

# "6. Đồng chí A: từ 5/2020 | đến nay"
STILL = _pattern(r"(?: đến | [-–] ) \s* nay \b")

# "| - | Thượng tá A", "| 3. | Bà B"
BULLET = _pattern(r"\s* (?: [-–+•*] | \d{1,2} \s* [.)/-] ) \s*")

# "giữ chức T | nhiệm kỳ 2020-2025 thay | ông B"
# "thay ông B | giữ chức | T", "kế nhiệm bà B | nghỉ hưu, làm | T": the office is that of who takes over
TAKES_OFFICE = _pattern(
    r"""^\W* (?: nghỉ\ hưu \W* )? (?: và \ )? (?: (?: hiện | nay | đang | hiện\ đang ) \ )?
        (?: là | giữ | làm | đảm\ (?: nhận | nhiệm ) | tiếp\ quản | phụ\ trách ) \b"""
)

# "A | thay | ông B", "A | sẽ kế nhiệm | bà B": B has left what A comes to
TAKES_OVER = _pattern(
    r"^ [^.;:]{0,60}? \b (?: thay | thay\ thế | thay\ thế\ vị\ trí\ của | kế\ nhiệm | kế\ tục ) \s* (?: cho \s* )? $"
)

# "Người tiền nhiệm của ông | , bà B", "tiền nhiệm | của ông là B"
PREDECESSOR = _pattern(
    r"\b tiền\ nhiệm \b (?: \ của\ (?: ông | bà | anh | chị | đồng\ chí ) )? \s* (?: , | là | : | - )? \s* $"
)

# "Phó Chỉ huy trưởng | , được giao phụ trách | Ban CHQS huyện", "Hội Nông dân xã A | do ông B làm | Chủ tịch"
RUNS_BELOW = _pattern(
    r"""[\s,–-]* (?: (?: được | đang | hiện | tạm\ thời | giao | phân\ công ) \ )* (?: phụ\ trách | điều\ hành )
        (?: \ (?: công\ việc | hoạt\ động ) (?: \ của )? )? \s"""
)
RUN_BY = _pattern(r"\b do \ [^.;:]{3,60} \ (?: làm | giữ\ chức | đảm\ nhiệm | đảm\ nhận ) \ $")

# "Đồng chí A | nghỉ công tác chờ hưu theo chế độ."
DEPARTS = _pattern(
    r"""\s (?: (?: đã | vừa | được ) \ )* nghỉ \ (?: hưu | công\ tác | chế\ độ ) (?: \ chờ\ (?: nghỉ\ )? hưu )?
        (?: \ theo\ (?: chế\ độ | quy\ định | nguyện\ vọng ) | \ trước\ tuổi )? \s* [.;,]"""
)

# "Thay | ông B | là ông A": who takes over stands behind
IN_PLACE_OF = _pattern(
    r"(?: ^ | [.;]\s+ | \n ) (?: người\ )? (?: thay | thay\ thế | kế\ nhiệm ) (?: \ cho )? \s+ (?: \w+ \s+ ){0,3} $"
)
# "A thôi làm T. | Người thay thế là bà | B"
TAKER = _pattern(
    r"""(?: ^ | [.;,]\s ) \s* người \ (?: được\ chọn\ )? (?: thay | thay\ thế | kế\ nhiệm | tiếp\ quản )
        (?: \ (?: ông | bà | vị\ trí\ này | chức\ vụ\ này ) )? (?: \ (?: này | ấy ) )? \ là \W* $"""
)
IS_NOW = _pattern(r"^ \s* (?: , \s* )? (?: sẽ\ )? là \W* $")

# "ông A | , người kế nhiệm | B", "A kế nhiệm B": in front of the name
SUCCEEDS = _pattern(r"^ [^.;:]{0,90}? \b (?: thay | thay\ thế | kế\ nhiệm ) \s* (?: cho \s* )? $")

# "bị đề nghị cách chức | T", "đề nghị được thôi giữ chức | T": what is asked for leaves the office as it is
ASKED_TO_GO = _pattern(
    r"\b (?: bị | được | xin ) \b [^.,;:]{0,60} \b (?: cách | miễn | bãi | thôi | từ ) \b [^.,;:]{0,40} $"
)

# "A | , 46 tuổi, | T", "A | (bìa trái), | T", "A | (SN 1970, nguyên | T)"
ASIDE = _pattern(
    r"""\( [^()]{0,40} \)
      | \b (?: thạc\ sĩ | tiến\ sĩ | cử\ nhân | kỹ\ sư | dược\ sĩ | luật\ sư | chuyên\ gia | nghệ\ nhân
             | nhà\ (?: giáo | khoa\ học | văn | nghiên\ cứu ) | cựu\ chiến\ binh ) \b [^,;()]{0,40} [,;-] \s*
      | \b (?: là\ )? người\ (?: dân\ tộc\ )? (?-i: [A-ZĐÀ-Ỹ] ) \w* (?: \ (?-i: [A-ZĐÀ-Ỹ] ) \w* )? \s* [,;-]? \s*
      | \b (?: (?: năm\ nay\ )? \d{1,3}\ tuổi | sinh\ (?: năm | ngày ) [^,;()]* | SN \s* \d{4}
             | (?: quê | trú | ngụ | nguyên\ quán | thường\ trú ) \b [^,;()]*
             | dân\ tộc\ \w+ | (?: trưởng | thứ ) \ (?: nam | nữ ) | chủ\ hộ
             | trụ\ trì\ [^,;()]* | khóa\ [IVX]+ ) \s* [,;-]? \s*"""
)

# "T A | trao quyết định nghỉ hưu cho B": what A hands over does not happen to A
HANDS_OVER = _pattern(
    r"""^\W* (?: đã\ | vừa\ )?
        (?: trao | ký | công\ bố | chúc\ mừng | chia\ tay | tặng | quyết\ định | thừa | thay\ mặt | chủ\ trì
          | phê\ chuẩn | chuẩn\ y | ban\ hành ) \b"""
)

# "nhận bằng khen của | T", "là con trai của một nguyên | T": the office is not the subject's
SOMEBODY_ELSES = _pattern(
    r"""\b (?: (?: thư | khen | hoa | quà | chỉ\ đạo | ủy\ quyền | ý\ kiến | phân\ công ) \ của
             | (?: con (?: \ (?: trai | gái | rể | dâu ) )? | vợ | chồng | (?: anh | em )\ trai | (?: chị | em )\ gái
                 | cháu | bố | mẹ | cha | thư\ ký | trợ\ lý | lái\ xe ) (?: \ của )?
             ) (?: \ (?: một | vị | ngài | ông | bà | đồng\ chí | cố ) )* (?: \ (?: nguyên | cựu ) )? \W* $"""
)

# "con trai | T |, ông | A": whose relative speaks; right before the name, without a word of address, T is the name's
RELATIVE_OF = _pattern(
    r"""\b (?: con\ (?: trai | gái | rể | dâu | nuôi ) | (?: anh | em ) \ trai | (?: chị | em ) \ gái | vợ | chồng
        | phu\ nhân | cháu\ (?: trai | gái | nội | ngoại ) | bố | mẹ | cha ) (?: \ của )?
        (?: \ (?: nguyên | cựu | cố ) )* \s* $"""
)
ADDRESSED = _pattern(r"^ \s* (?: , | \b (?: ông | bà | anh | chị | cô | cậu | em ) \b )")

# "T1 A, | T2, T3 | và | T4": offices of people who are not named; one person does not head them all
OF_ONE_AMONG_MANY = _pattern(
    r"^ (?: phó | ủy\ viên | bí\ thư | đại\ biểu | thành\ viên | trưởng\ đoàn | trợ\ lý | thư\ ký ) \b"
)

# "ngoài ông A, kỳ họp xem xét một số nhân sự khác, trong đó có bầu | T": somebody else
OTHER_PEOPLE = _pattern(r"\b (?: nhân\ sự | người | trường\ hợp | cán\ bộ | cá\ nhân | đồng\ chí | vị\ trí ) \ khác \b")

# "Ông ấy là người tốt" |, T nhận xét
QUOTE_ENDS = _pattern(r"""["”»] \s* [,.] """)

# "Từng là | T1 những ngày đầu, ông A": said before the name
PREPOSED = _pattern(
    r"""^ \W* (?: (?: (?: vào | hồi | đầu | cuối | giữa ) \ )*
            (?: tháng\ )? (?: \d{1,2} [/-] )? (?: năm\ )? \d{4} , \s* )?
        (?: (?: từng | nguyên | đã\ từng | vốn | từng\ có [^,.;]{0,25} ) \ (?: là | làm | giữ )
              | người \ (?: (?: đã\ )? từng | hiện | đang | vừa | mới ) \ (?: được\ )? (?: là | làm | giữ | nắm | bầu )
              | (?: vừa | mới | sau\ khi )? \s* (?: được | nhận | đảm\ nhận | đảm\ nhiệm | giữ | trúng\ cử | đắc\ cử )
              | trước\ khi\ (?: là | làm | giữ | được | đảm | về | sang | trở )
              | (?: từ\ )? khi\ (?: còn | đang | là | làm | giữ | được ) | trong\ thời\ gian | thời\ gian | là
              | ở\ cương\ vị | (?: với | trên ) \ (?: cương\ vị | vai\ trò | tư\ cách | trách\ nhiệm ) ) \b [^;]* $"""
)

# "T1 những ngày đầu thành lập, | ông | A"
SUBJECT_FOLLOWS = _pattern(r"^ [^;:]{0,120} , \s* $")

# "Trước khi giữ chức T1 |, ông từng làm T2"
HE_FOLLOWS = _pattern(r"^ \s* , \s* (?: ông | bà | anh | chị | đồng\ chí ) \s (?! (?-i: [A-ZĐÀ-Ỹ] ) )")

# "T khóa IX, | người trúng cử gồm: ông | A"
ELECTED = _pattern(
    r"\b (?: trúng\ cử | đắc\ cử | được\ bầu | được\ chỉ\ định | được\ bổ\ nhiệm ) \b [^.;]* : \W* (?: \w+ \W+ ){0,2} $"
)

# "thừa ủy quyền | của | T, Đại tá A": the office is not A's
OF_ANOTHER = _pattern(r"\b (?: của | ủy\ quyền | thay\ mặt | do | với | cho ) \s* $")

# "| Hiện là | T", "| Sau đó ông làm | T"
STILL_HIM = _pattern(
    r"""^\W* (?: (?: hiện | nay | sau | sau\ này | sau\ đó | trước\ đó | hiện\ nay | trước\ đây ) \b \W* )+
        (?: đồng\ chí\ | ông\ | bà\ )? (?: là | làm | giữ ) \b"""
)

# "nguyên T1 | ; nguyên | T2", "T1 | (1969 - 1973); | T2"
LIST_GOES_ON = _pattern(
    r"^\s* (?: \( [^()]{0,30} \) \s* | khóa \s [IVX]+ \s* )? [;,.] \s* (?: (?: nguyên | cựu | và ) \s* )? $"
)

# "A | (tên thường gọi: | B)"
ALIAS = _pattern(
    r"""^\W* (?: tên\ (?: thường\ gọi | thật | khai\ sinh | gọi\ khác ) | bí\ danh | thường\ gọi\ là | tức
             | còn\ gọi\ là | pháp\ danh | thế\ danh ) \W* (?: là \W* )? $"""
)

# "Năm Dương | , tên thật là | Trần Đình Dưỡng"
REAL_NAME = _pattern(r"^ \W* (?: họ\ )? tên \ (?: thật | khai\ sinh | đầy\ đủ ) \W* (?: là \W* )? $")

# "được điều động | giữ chức …", "điều động A, T1 | về …": the person gets another post
GETS_ANOTHER = _pattern(
    r"\b (?: giữ | đến\ nhận | nhận\ công\ tác | nhận\ nhiệm\ vụ | làm | về | sang | đảm\ nhận | tham\ gia ) \b"
)

# "A | bàn giao chức vụ | T | cho | B": the office goes from A to B
HANDED = _pattern(r"\b bàn\ giao \b [^.;:,]{0,30} $")
HANDED_TO = _pattern(r"^ \W* (?: (?: nhiệm\ kỳ | khóa ) \b [^.;:,]{0,20} )? (?: lại \ )? cho \W* $")

# "A, B | - đều là | T"
ALL_OF_THEM = _pattern(r"\b (?: đều | cùng ) \ (?: là | giữ | làm | nguyên ) \b")

# "A | từ | T1 | trở lại Thị ủy đảm nhận vị trí | T2"
MOVED_FROM = _pattern(
    r"""^ \s* (?: (?: được | vừa | mới ) \ )? (?: chuyển\ | điều\ động\ | luân\ chuyển\ )? từ
        (?: \ vị\ trí | \ chức | \ cương\ vị )? \s* $"""
)
MOVED_ON = _pattern(
    r"""^ \s* (?: được \ )? (?: trở\ (?: lại | về ) | về | sang | qua | lên | xuống | chuyển ) \b [^.;:]{0,60} $"""
)

# ", | còn | điều hành giao cho B": another matter begins
ANOTHER_MATTER = _pattern(r"^ \W* , \s* (?: còn | trong\ khi | nhưng | song | riêng ) \b")

# "đã điều động | 46 cán bộ", "biệt phái | công chức": others are moved
MOVES_OTHERS = _pattern(
    r"""^\s* (?: \d | (?: các | những | nhiều | một\ số | hàng | thêm | toàn\ bộ | luân\ phiên | cán\ bộ | công\ chức
        | viên\ chức | giáo\ viên | nhân\ viên | lực\ lượng | chiến\ sĩ | bác\ sĩ | xe | máy ) \b )"""
)

# "| tham gia | Ban Chấp hành", "bầu bổ sung | vào | Ban Thường vụ"
JOINS_BODY = _pattern(r"\b (?: tham\ gia | vào | (?: trúng | tái | đắc ) \ cử ) (?: \s+ vào )? \s* $")

# "trúng cử | HĐND xã", "được bầu vào | Quốc hội"
ELECTED_TO_BODY = _pattern(
    r"\b (?: (?: trúng | tái | đắc | ứng ) \ cử (?: \ vào )? | bầu (?: \ bổ\ sung )? \ vào ) \s* $"
)

# "không tham gia | Ban Chấp hành khóa mới"
STAYS_OUT = _pattern(r"\b (?: không | chưa | chẳng ) \b [^.,;:]{0,20} $")

# "được giao | phụ trách | Công an huyện", "tạm thời | điều hành công việc của | UBND xã"
RUNS_BODY = _pattern(
    r"""\b (?: phụ\ trách (?: ,? \s* điều\ hành )?
          | (?: tạm\ thời | tạm | giao | phân\ công | cử ) \ (?: [^.;:]{3,90} ,? \ )? điều\ hành )
        (?: \s+ (?: công\ việc | hoạt\ động | công\ tác ) (?: \s+ của )? )? \s* $"""
)

# "| nguyên | Bộ trưởng Lê Văn Tư"
GONE = _pattern(r"\b (?: nguyên | cựu ) \s $")

# "Bà được ông A | đề cử làm | T": who stands behind "được" gives the office to somebody else
GIVES = _pattern(
    r"""^ \s* (?: (?: đã | vừa | tin\ tưởng | ký\ quyết\ định ) \ ){0,2}
        (?: bổ\ nhiệm | đề\ cử | tiến\ cử | đề\ bạt | chỉ\ định | phân\ công | điều\ động | giao | cử | chọn | mời | bầu
          | giới\ thiệu | bố\ trí | phê\ chuẩn | cân\ nhắc | cất\ nhắc ) \b"""
)

# "T A | vừa bị HĐND huyện bãi nhiệm.": who is removed, and by whom
REMOVED = _pattern(
    r"""\b bị \b (?! [^.,;]* \b (?: đề\ nghị | xem\ xét | yêu\ cầu | kiến\ nghị | đề\ xuất ) \b ) [^.,;:]{1,40}
        \b (?: bãi\ nhiệm | miễn\ nhiệm | cách\ chức | phế\ truất | sa\ thải | bãi\ chức ) \s*
        (?: $ | [.,;] | \b (?: vì | do | sau | vào | ngày | hôm | hồi | từ ) \b )"""
)

# "nghỉ hưu vào | năm 2021": when somebody is to leave
IN_YEAR = _pattern(r"\b (?: năm | / | - ) \s* (?P<year> 20\d\d ) \b")

# "trợ lý | Chủ tịch nước | A", "thư ký của Bí thư Tỉnh ủy A": the name is that of whom one works for
ASSISTS = _pattern(
    r"^ (?: trợ\ lý | thư\ ký | cố\ vấn ) \ (?: chủ\ tịch | tổng | thủ\ tướng | bí\ thư | bộ\ trưởng ) \b"
)

# "| Tại thao trường | xã Mậu Duệ, …": where a paragraph takes place
TAKES_PLACE = _pattern(
    r"""(?: ^ | [.!?]\s+ ) (?: (?: \w+ ,? \s ){1,2} | [^.!?,;:\n]{0,36} , \s )? (?: tại | ở | về | đến | thăm ) \b
        [^,.;]{0,30} $"""
)

# "Trường THCS A | (xã B": where an institution lies
LIES_IN = _pattern(r"\s* [(,]? \s* (?: ở | tại | đóng\ tại | thuộc | trụ\ sở\ tại )? \s*")

# "là lần đầu tiên một | T | đến thăm": any holder of the office, nobody of the sentence
SOME_HOLDER = _pattern(r"\b (?: lần\ đầu | lần\ đầu\ tiên | người\ đầu\ tiên ) \b [^.;]* \b (?: một | nào ) \W* $")

# "PV | báo Tin Nhanh", "trao đổi với | báo Tin Nhanh": the newspaper that asks
ASKED_BY = _pattern(
    r"""\b (?: (?: PV | phóng\ viên | nhà\ báo ) (?: \ của )?
        | (?: trao\ đổi | trò\ chuyện | trả\ lời | thông\ tin | chia\ sẻ | nói ) \ (?: [\w-]+ \ ){0,2}
          (?: với | cho | trên )
        | trả\ lời (?: \ phỏng\ vấn )? ) \W* $"""
)

# "A được | Chủ tịch UBND tỉnh B | bổ nhiệm": who stands behind it acts
PASSIVE = _pattern(r"\b (?: được | bị ) \s* $")

# "Ông A nói | : "Quê tôi thì | Chủ tịch UBND xã …": an office in what somebody says
QUOTES = _pattern(r": \s* [\"“”«]")
