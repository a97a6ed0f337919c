"""What strangers could send."""

import json
from typing import Any

from hypothesis import strategies as st

WORDS = (
    "2025-01 2025-13 0000-00 9999-12 last this january 2025 rerun cancel status schedule schedules help verify diff "
    "calendar history private monthly on 1 31 last first weekday friday at 09:00 25:61 Europe/Riga Mars/Olympus ../etc "
    'type:delete,share type: user:ann@example.com user:"Zoe Miller" room:"Legal" -room: folder:12 file:4711,4712 '
    'action:FileDeleted action:99999999999 profile:x - : , " “ ” ’ pause resume delete run 3 -3 &lt;!channel&gt; <@U1> '
    "<https://x|y> \\ \u202e \u0000 \ud800 %00 ${x} {0} {text} all"
)
TEXT = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(WORDS.split()), max_size=9).map(" ".join),
    st.lists(st.one_of(st.sampled_from(WORDS.split()), st.text(max_size=12)), max_size=9).map(" ".join),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def bent(draw: st.DrawFn, values: list[Any]) -> Any:
    """One of *values*, with something in it changed, left out or added."""
    whole = json.loads(json.dumps(draw(st.sampled_from(values))))
    for _ in range(draw(st.integers(0, 3))):
        places = walked(whole)
        if not places:
            break
        holder, key = draw(st.sampled_from(places))
        if draw(st.booleans()):
            holder[key] = draw(JSON)
        else:
            del holder[key]
    return whole


def walked(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a value, as what holds it and its key there."""
    keys = list(value) if isinstance(value, dict) else list(range(len(value))) if isinstance(value, list) else []
    return [place for key in keys for place in [(value, key), *walked(value[key])]]
