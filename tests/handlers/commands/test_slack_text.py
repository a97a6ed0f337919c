"""What Slack makes of typed text, taken back."""

import pytest

from handlers.commands.slack_text import plain_text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("user:<mailto:a@b.c|a@b.c>", "user:a@b.c"),
        ("user:<mailto:a@b.c>", "user:a@b.c"),
        ("room:<http://acme.com|acme.com>", "room:acme.com"),
        ("<https://acme.com>", "https://acme.com"),
        ("<@U123|ann>", "@ann"),
        ("<@U123>", "@U123"),
        ("<#C123|general>", "#general"),
        ("<!subteam^S123|@legal>", "@legal"),
        ("<!here>", "@here"),
        ("a&lt;b&gt;&amp;c", "a<b>&c"),
        ("room:&lt;mailto:a|b&gt;", "room:<mailto:a|b>"),  # typed so, and no link of Slack's
        ("&amp;lt;", "&lt;"),
        ("*2025-01*", "2025-01"),
        ("*_~`2025-01`~_*", "2025-01"),
        ("```2025-01 private```", "2025-01 private"),
        ("_last month_ `type:delete`", "last month type:delete"),
        ("room:my_room_ user:_x_", "room:my_room_ user:_x_"),
        ('room:"a *b* c"', 'room:"a *b* c"'),
        ('*room:"a b"*', 'room:"a b"'),
        ("2 * 3 * 4", "2 * 3 * 4"),
    ],
)
def test_what_slack_made_of_it_is_what_was_typed(text: str, plain: str) -> None:
    assert plain_text(text) == plain
