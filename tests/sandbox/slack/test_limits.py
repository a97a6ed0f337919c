"""Every refusal in the table of limits, and the last size that still passes."""

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.slack.block_kit.surface import check_message, check_view
from sandbox.slack.refusal import Refusal

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: object) -> Json:
    return {"type": "section", "text": mrkdwn("x"), **fields}


def button(**fields: object) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(**fields: object) -> Json:
    return {"type": "static_select", "action_id": "s", "options": [option()], **fields}


def option(text: str = "A", value: str = "a") -> Json:
    return {"text": plain(text), "value": value}


def confirm(**fields: object) -> Json:
    return {"title": plain("T"), "text": plain("x"), "confirm": plain("Y"), "deny": plain("N"), **fields}


def table(rows: int, columns: int) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}] * columns] * rows}


def modal(*blocks: Json, **fields: object) -> Json:
    return {"type": "modal", "title": plain("T"), "blocks": list(blocks), **fields}


def refusal(check: Callable[[], None]) -> tuple[str, list[str]]:
    with pytest.raises(Refusal) as refused:
        check()
    return refused.value.error, refused.value.details.get("errors", [])


SIZED: list[tuple[str, int, Callable[[int], Json], str]] = [
    ("a section's text", 3000, lambda n: section(text=mrkdwn("x" * n)), "/blocks/0/text/text"),
    ("a field", 2000, lambda n: section(fields=[mrkdwn("x" * n)]), "/blocks/0/fields/0/text"),
    ("a header", 150, lambda n: {"type": "header", "text": plain("x" * n)}, "/blocks/0/text/text"),
    ("a button's text", 75, lambda n: actions(button(text=plain("x" * n))), "/blocks/0/elements/0/text/text"),
    ("a button's value", 2000, lambda n: actions(button(value="x" * n)), "/blocks/0/elements/0/value"),
    ("a button's url", 3000, lambda n: actions(button(url="https://".ljust(n, "x"))), "/blocks/0/elements/0/url"),
    ("an action_id", 255, lambda n: actions(button(action_id="x" * n)), "/blocks/0/elements/0/action_id"),
    ("a block_id", 255, lambda n: section(block_id="x" * n), "/blocks/0/block_id"),
    (
        "a confirmation's title",
        100,
        lambda n: actions(button(confirm=confirm(title=plain("x" * n)))),
        "/blocks/0/elements/0/confirm/title/text",
    ),
    (
        "a confirmation's text",
        300,
        lambda n: actions(button(confirm=confirm(text=mrkdwn("x" * n)))),
        "/blocks/0/elements/0/confirm/text/text",
    ),
    (
        "a confirmation's button",
        30,
        lambda n: actions(button(confirm=confirm(deny=plain("x" * n)))),
        "/blocks/0/elements/0/confirm/deny/text",
    ),
    (
        "an option's text",
        75,
        lambda n: actions(select(options=[option("x" * n)])),
        "/blocks/0/elements/0/options/0/text/text",
    ),
    (
        "an option's value",
        150,
        lambda n: actions(select(options=[option(value="x" * n)])),
        "/blocks/0/elements/0/options/0/value",
    ),
    (
        "a placeholder",
        150,
        lambda n: actions(select(placeholder=plain("x" * n))),
        "/blocks/0/elements/0/placeholder/text",
    ),
]

COUNTED: list[tuple[str, int, Callable[[int], list[Json]], str]] = [
    ("blocks", 50, lambda n: [{"type": "divider"}] * n, "/blocks"),
    ("fields", 10, lambda n: [section(fields=[mrkdwn("x")] * n)], "/blocks/0/fields"),
    ("things in a context", 10, lambda n: [{"type": "context", "elements": [mrkdwn("x")] * n}], "/blocks/0/elements"),
    ("controls", 25, lambda n: [actions(*(button(action_id=f"a{i}") for i in range(n)))], "/blocks/0/elements"),
    ("options", 100, lambda n: [actions(select(options=[option()] * n))], "/blocks/0/elements/0/options"),
    ("rows", 100, lambda n: [table(n, 1)], "/blocks/0/rows"),
    ("columns", 20, lambda n: [table(1, n)], "/blocks/0/rows/0"),
    (
        "choices",
        10,
        lambda n: [actions({"type": "checkboxes", "action_id": "c", "options": [option()] * n})],
        "/blocks/0/elements/0/options",
    ),
]


@pytest.mark.parametrize(("what", "most", "block", "pointer"), SIZED, ids=[one[0] for one in SIZED])
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(
    what: str, most: int, block: Callable[[int], Json], pointer: str
) -> None:
    check_message([block(most)])
    error, problems = refusal(lambda: check_message([block(most + 1)]))
    assert error == "invalid_blocks"
    assert f"must be less than {most + 1} characters [json-pointer:{pointer}]" in problems


@pytest.mark.parametrize(("what", "most", "blocks", "pointer"), COUNTED, ids=[one[0] for one in COUNTED])
def test_there_may_be_as_many_as_the_limit_and_no_more(
    what: str, most: int, blocks: Callable[[int], list[Json]], pointer: str
) -> None:
    check_message(blocks(most))
    error, problems = refusal(lambda: check_message(blocks(most + 1)))
    assert error == "invalid_blocks"
    assert f"no more than {most} items allowed [json-pointer:{pointer}]" in problems


WRONG: list[tuple[str, list[Any], str]] = [
    ("an unknown block", [{"type": "carousel"}], "unsupported type: carousel [json-pointer:/blocks/0/type]"),
    (
        "a chart",
        [{"type": "data_visualization"}],
        "unsupported type: data_visualization [json-pointer:/blocks/0/type]",
    ),
    ("no type", [{}], "missing required field: type [json-pointer:/blocks/0]"),
    ("a type that is no word", [{"type": 1}], "unsupported type: 1 [json-pointer:/blocks/0/type]"),
    ("an unknown field", [section(colour="red")], "invalid additional property: colour [json-pointer:/blocks/0]"),
    (
        "an empty section",
        [{"type": "section"}],
        "must define either `text` or `fields` [json-pointer:/blocks/0/type]",
    ),
    (
        "an empty text",
        [section(text=mrkdwn(""))],
        "must be more than 0 characters [json-pointer:/blocks/0/text/text]",
    ),
    (
        "a header with markup",
        [{"type": "header", "text": mrkdwn("x")}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]",
    ),
    (
        "a button in a context",
        [{"type": "context", "elements": [button()]}],
        "unsupported type: button [json-pointer:/blocks/0/elements/0/type]",
    ),
    ("no controls", [actions()], "no fewer than 1 items allowed [json-pointer:/blocks/0/elements]"),
    (
        "a button of another colour",
        [actions(button(style="green"))],
        "must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]",
    ),
    (
        "a button without text",
        [actions({"type": "button"})],
        "missing required field: text [json-pointer:/blocks/0/elements/0]",
    ),
    (
        "a link that is none",
        [actions(button(url="report"))],
        "must be a valid URL [json-pointer:/blocks/0/elements/0/url]",
    ),
    (
        "a menu without options",
        [actions({"type": "static_select", "action_id": "s"})],
        "must define either `options` or `option_groups` [json-pointer:/blocks/0/elements/0]",
    ),
    (
        "an action_id twice",
        [actions(button(), button())],
        "`action_id` go already exists in this block [json-pointer:/blocks/0/elements/1/action_id]",
    ),
    (
        "a block_id twice",
        [section(block_id="b"), section(block_id="b")],
        "`block_id` b already exists [json-pointer:/blocks/1/block_id]",
    ),
    ("two tables", [table(1, 1), table(1, 1)], "only_one_table_allowed [json-pointer:/blocks/1]"),
    (
        "uneven rows",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}], [{"type": "raw_text", "text": "x"}] * 2]}],
        "all rows must have the same number of cells [json-pointer:/blocks/0/rows]",
    ),
    (
        "an empty cell",
        [{"type": "table", "rows": [[{"type": "raw_text", "text": ""}]]}],
        "must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]",
    ),
    (
        "a number that is none",
        [{"type": "table", "rows": [[{"type": "raw_number", "value": "1", "text": "1"}]]}],
        "must provide a number [json-pointer:/blocks/0/rows/0/0/value]",
    ),
    (
        "a cell with markup",
        [{"type": "table", "rows": [[mrkdwn("x")]]}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/rows/0/0/type]",
    ),
    ("a text that is a number", [section(text=1)], "must provide an object [json-pointer:/blocks/0/text]"),
    ("a flag that is none", [section(expand="yes")], "must provide a boolean [json-pointer:/blocks/0/expand]"),
    ("fields that are no list", [section(fields={})], "must provide an array [json-pointer:/blocks/0/fields]"),
    (
        "an image from nowhere",
        [{"type": "image", "alt_text": "x"}],
        "must define either `image_url` or `slack_file` [json-pointer:/blocks/0]",
    ),
    (
        "an unknown piece of rich text",
        [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "mrkdwn"}]}]}],
        "unsupported type: mrkdwn [json-pointer:/blocks/0/elements/0/elements/0/type]",
    ),
]


@pytest.mark.parametrize(("what", "blocks", "problem"), WRONG, ids=[one[0] for one in WRONG])
def test_wrong_blocks_are_refused_with_a_pointer(what: str, blocks: list[Any], problem: str) -> None:
    error, problems = refusal(lambda: check_message(blocks))
    assert error == "invalid_blocks"
    assert problem in problems


@pytest.mark.parametrize("blocks", [{}, "x", [1], None])
def test_what_is_no_list_of_blocks_is_of_the_wrong_format(blocks: object) -> None:
    assert refusal(lambda: check_message(blocks))[0] == "invalid_blocks_format"


def test_all_text_together_may_not_be_more_than_twelve_thousand() -> None:
    check_message([section(text=mrkdwn("x" * 2984))] * 4)
    assert refusal(lambda: check_message([section(text=mrkdwn("x" * 2985))] * 4))[0] == "msg_blocks_too_long"


@pytest.mark.parametrize(("size", "count", "accepted"), [(252, 45, False), (191, 50, True), (165, 28, True)])
def test_the_total_agrees_with_what_others_measured(size: int, count: int, accepted: bool) -> None:
    blocks = [section(text=mrkdwn("x" * size))] * count
    if accepted:
        check_message(blocks)
    else:
        assert refusal(lambda: check_message(blocks))[0] == "msg_blocks_too_long"


def test_a_table_may_not_hold_more_than_ten_thousand_characters() -> None:
    rows = [[{"type": "raw_text", "text": "x" * 1001}]] * 10
    assert refusal(lambda: check_message([{"type": "table", "rows": rows}]))[0] == "invalid_blocks"


def test_a_workspace_of_the_roll_out_takes_charts() -> None:
    check_message([{"type": "data_visualization", "title": "x"}], frozenset({"data_visualization"}))


def test_every_kind_of_block_has_a_form_that_passes() -> None:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "x", "style": {"bold": True}}]}
    check_message(
        [
            {"type": "header", "text": {**plain("x"), "emoji": True}},
            section(accessory={"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x"}),
            {"type": "section", "fields": [mrkdwn("x")]},
            {"type": "divider"},
            {"type": "context", "elements": [mrkdwn("x"), plain("y")]},
            {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "x", "title": plain("x")},
            {"type": "markdown", "text": "**x**"},
            actions(
                button(confirm=confirm(style="danger"), style="primary", value="1"),
                {"type": "users_select", "action_id": "b"},
                {"type": "datepicker", "action_id": "c", "initial_date": "2025-01-31"},
                {"type": "overflow", "action_id": "d", "options": [option()]},
            ),
            {"type": "input", "label": plain("x"), "element": {"type": "plain_text_input", "multiline": True}},
            {
                "type": "rich_text",
                "elements": [line, {"type": "rich_text_list", "style": "bullet", "elements": [line]}],
            },
            {
                "type": "table",
                "column_settings": [{"align": "right", "is_wrapped": True}, None],
                "rows": [[{"type": "raw_number", "value": 1, "text": "1"}, {"type": "rich_text", "elements": [line]}]],
            },
        ]
    )


VIEW_SIZED: list[tuple[str, int, Callable[[int], Json], str]] = [
    ("a title", 24, lambda n: modal(title=plain("x" * n)), "/view/title/text"),
    ("a submit", 24, lambda n: modal(submit=plain("x" * n)), "/view/submit/text"),
    ("a close", 24, lambda n: modal(close=plain("x" * n)), "/view/close/text"),
    ("private_metadata", 3000, lambda n: modal(private_metadata="x" * n), "/view/private_metadata"),
    ("a callback_id", 255, lambda n: modal(callback_id="x" * n), "/view/callback_id"),
]


@pytest.mark.parametrize(("what", "most", "view", "pointer"), VIEW_SIZED, ids=[one[0] for one in VIEW_SIZED])
def test_a_part_of_a_view_may_be_as_long_as_its_limit_and_no_longer(
    what: str, most: int, view: Callable[[int], Json], pointer: str
) -> None:
    check_view(view(most), ("modal",))
    error, problems = refusal(lambda: check_view(view(most + 1), ("modal",)))
    assert error == "invalid_arguments"
    assert f"must be less than {most + 1} characters [json-pointer:{pointer}]" in problems


def test_a_view_may_have_a_hundred_blocks() -> None:
    check_view(modal(*[{"type": "divider"}] * 100), ("modal",))
    error, problems = refusal(lambda: check_view(modal(*[{"type": "divider"}] * 101), ("modal",)))
    assert error == "invalid_arguments"
    assert "no more than 100 items allowed [json-pointer:/view/blocks]" in problems


VIEW_WRONG: list[tuple[str, Any, str]] = [
    ("a home tab", {"type": "home", "blocks": []}, "unsupported type: home [json-pointer:/view/type]"),
    ("no title", {"type": "modal", "blocks": []}, "missing required field: title [json-pointer:/view]"),
    ("an unknown field", modal(colour="red"), "invalid additional property: colour [json-pointer:/view]"),
    ("a table", modal(table(1, 1)), "unsupported type: table [json-pointer:/view/blocks/0/type]"),
    (
        "an input without submit",
        modal({"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}),
        "must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]",
    ),
    (
        "a block_id twice",
        modal(section(block_id="b"), section(block_id="b")),
        "`block_id` b already exists [json-pointer:/view/blocks/1/block_id]",
    ),
    ("no object", "modal", "must provide an object [json-pointer:/view]"),
]


@pytest.mark.parametrize(("what", "view", "problem"), VIEW_WRONG, ids=[one[0] for one in VIEW_WRONG])
def test_a_wrong_view_is_refused_with_a_pointer(what: str, view: object, problem: str) -> None:
    error, problems = refusal(lambda: check_view(view, ("modal",)))
    assert error == "invalid_arguments"
    assert problem in problems


def test_a_view_may_not_be_heavier_than_250_kilobytes() -> None:
    heavy = modal(*[section(text=plain("x" * 2900))] * 100)
    assert refusal(lambda: check_view(heavy, ("modal",)))[0] == "view_too_large"
