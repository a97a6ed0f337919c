"""The same command as another keyboard, phone or program would have it."""

import re

from hypothesis import strategies as st

BLANKS = (
    " \t\n\r\x0b\x0c\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007"
    "\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
PAIRS = (
    '""',
    "\u201c\u201d",
    "\u201e\u201c",
    "\u201d\u201d",
    "\u00ab\u00bb",
    "\u00bb\u00ab",
    "\uff02\uff02",
    "\u300c\u300d",
    "''",
    "\u2018\u2019",
    "\u201a\u2018",
    "``",
)
UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f\u202a\u202c\u2066\u2069\ufe0f\U000e0020"
FORMATS = ("", "*", "_", "~", "`", "*_", "```")
SYNTAX = re.compile(r'"[^"]*"|[^"]')
NAME = re.compile(r"(?:user|room|profile):(?:\"[^\"]*\"|[^\s\"])+", re.IGNORECASE)


@st.composite
def retyped(draw: st.DrawFn, plain: str, *, slack: bool = True) -> str:
    """*plain* with other blanks, dashes, quotation marks, letters, and characters that are not seen."""
    mark = draw(st.sampled_from(FORMATS)) if slack else ""
    names = [found.span() for found in NAME.finditer(plain)]
    out: list[str] = []
    for found in SYNTAX.finditer(plain):
        text, within = found[0], any(start <= found.start() < end for start, end in names)
        if len(text) > 1:
            pair = draw(st.sampled_from([one for one in PAIRS if one[0] not in mark]))
            text = f"{pair[0]}{text[1:-1]}{pair[1]}"
        elif text == " ":
            text = "".join(draw(st.lists(st.sampled_from(BLANKS), min_size=1, max_size=3)))
        elif not within and text == "-":
            text = draw(st.sampled_from(DASHES))
        elif not within and text.isascii():
            text = draw(st.sampled_from((text, text.upper(), text.lower(), wide(text))))
        if draw(st.integers(0, 5)) == 0:
            text += draw(st.sampled_from(UNSEEN))
        out.append(text)
    return f"{draw(st.sampled_from(BLANKS))}{mark}{''.join(out)}{mark[::-1]}"


def wide(text: str) -> str:
    """A letter, a digit or a mark in the width that Chinese and Japanese have."""
    return chr(ord(text) + 0xFEE0) if "!" <= text <= "~" and text not in "*_~`\"'<>&" else text
