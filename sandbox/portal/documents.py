"""The files of the stand-in portal's rooms: the same number always has the same title."""

from functools import lru_cache

from sandbox.portal.mixed_number import mixed

FILES_PER_ROOM = 400

_STEMS = (
    "Contract",
    "Offer",
    "Invoice",
    "Minutes of the meeting",
    "Vertrag Müller",
    "Договор поставки",
    "契約書",
    "Līgums",
    "Budget, draft",
    "Résumé",
    "Price list",
    "NDA",
    "Salary review",
    "Road map",
    "Żądanie ofertowe",
    "Site plan",
)
_ENDINGS = ("docx", "xlsx", "pptx", "pdf", "docx", "pdf", "txt", "png")
_HOSTILE = (
    "note\nID: 1\nAction: nothing happened.txt",
    "<!channel> <https://evil.example|click>.pdf",
    "invoice_\u202efdp.exe",
    "-" * 80,
    "line\u2028paragraph\u2029next\u0085.docx",
    "bell\x07escape\x1b[31m.txt",
    "*bold* _it_ `code` ~no~ &amp; <@U0000>.md",
)


@lru_cache(maxsize=16_384)
def title(file_id: int, *, hostile: bool) -> str:
    """Name the file; one in seventeen is out to harm whoever prints it, if *hostile*."""
    bits = mixed(file_id)
    if hostile and bits % 17 == 0:
        return _HOSTILE[(bits >> 8) % len(_HOSTILE)]
    stem = _STEMS[(bits >> 8) % len(_STEMS)]
    return f"{stem} {file_id % 1000}.{_ENDINGS[(bits >> 16) % len(_ENDINGS)]}"
