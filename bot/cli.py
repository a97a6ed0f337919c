"""The command line: ``python -m bot run | report | submit | verify | …``; ``--help`` names them all."""

import json
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from bot import __version__
from bot.errors import Misused
from bot.terminal.exit_codes import NOT_MADE, WRONG_USAGE
from reporting.errors.base import ComplianceError, Stopped, Unexpected
from reporting.errors.request import WrongUsage

if TYPE_CHECKING:
    from bot.config.settings import PortalSettings

# Each command imports what it needs: all of it together takes a second, which the help would wait for.
JSON = "--json"
MOST = 50
"""Runs that the history shows unless all are asked for."""
INTERRUPTED = 130
"""What typer makes of Ctrl-C, as shells say it."""
A_SECOND = 1.0
"""A signal that comes just before a wait is seen to when the wait is over."""
FILTERED = {"ignore_unknown_options": True}
"""Of a command whose filter words may begin with a minus."""
The_month = Annotated[str, typer.Argument(metavar="MONTH", help="The month: 2025-01, last or this.")]
The_filter = Annotated[list[str] | None, typer.Argument(metavar="[FILTER]...", help="Filter, as for report.")]
As_json = Annotated[bool, typer.Option(JSON, help="Print JSON and nothing else.")]


def example(line: str) -> str:
    """What stands below a command's help."""
    return f"Example: python -m bot {line}"


cli = typer.Typer(
    name="python -m bot",
    help="Monthly compliance reports from ONLYOFFICE DocSpace: complete, or refused with the reason.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def portal_settings() -> "PortalSettings":
    """The settings of a command; from here on, what is written down goes through the log's redaction.

    Raises:
        WrongSettings: with everything that is missing or wrong.
    """
    from bot.config import logs
    from bot.config.settings import PortalSettings, load

    logs.configure()
    return load(PortalSettings)


def version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it so
    if wanted:
        typer.echo(f"docspace-compliance-bot {__version__}")
        raise typer.Exit


@cli.callback()
def everything(
    _version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Settings come from the environment or a file named .env; .env.example explains each one."""


@cli.command(short_help="Run the bot until stopped.", epilog=example("run"))
def run() -> None:
    """Run the bot: connect to Slack and DocSpace until stopped."""
    import structlog

    from bot.app import running
    from bot.config import logs
    from bot.config.settings import Settings, load, misspelled_settings
    from bot.slack.clients import apply_proxy_settings

    logs.configure()
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    settings = load(Settings)
    logs.configure(secrets=settings.secrets)
    for written, meant in misspelled_settings().items():
        structlog.get_logger().warning("unknown setting", name=written, meant=meant)
    apply_proxy_settings(os.environ, settings.slack_api_url)
    with running(settings):
        while not stop.wait(A_SECOND):
            pass
    leave()


@cli.command(context_settings={"ignore_unknown_options": True}, epilog=example("report last --no-upload"))
def report(
    month: Annotated[str, typer.Argument(help="The month: 2025-01, last or this.")],
    words: Annotated[
        list[str] | None,
        typer.Argument(help='Filter, for example type:delete,share -room:"Legal affairs".', metavar="[FILTER]..."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write the TXT to; DATA_DIR/reports if left out.")] = None,
    upload: Annotated[bool, typer.Option("--upload/--no-upload", help="File the report in DocSpace.")] = True,
    csv: Annotated[bool, typer.Option("--csv", help="Write the events as CSV too.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Write the events as JSONL too.")] = False,
    ocsf: Annotated[bool, typer.Option("--ocsf", help="Write the events as OCSF too, for security tools.")] = False,
    as_json: Annotated[bool, typer.Option(JSON, help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Create a month's report from the command line, without Slack.

    Exit codes: 0 COMPLETE, 3 created but not complete, 1 not created, 2 wrong usage.
    """
    from bot.terminal.report import ReportArgs, make_report
    from reporting.document.formats import Format

    asked = {Format.CSV: csv, Format.JSONL: jsonl, Format.OCSF: ocsf}
    extras = frozenset(form for form, wanted in asked.items() if wanted)
    wish = ReportArgs(month, tuple(words or ()), out=out, upload=upload, extras=extras)
    raise typer.Exit(make_report(wish, portal_settings(), as_json=as_json))


@cli.command(
    context_settings={"ignore_unknown_options": True},
    short_help="Request a month's report in a channel.",
    epilog=example("submit last --channel C0123456789"),
)
def submit(
    month: Annotated[str, typer.Argument(help="The month: 2025-01, last or this.")],
    words: Annotated[list[str] | None, typer.Argument(help="Filter, as for report.", metavar="[FILTER]...")] = None,
    channel: Annotated[str, typer.Option(help="Slack's id of the channel that the report is for.")] = ...,  # type: ignore[assignment]
) -> None:
    """Request a month's report in a channel, as a member would.

    The request goes into the bot's database; a running bot creates the report.
    """
    from bot.config import logs
    from bot.config.settings import SubmitSettings, load
    from bot.slack.clients import apply_proxy_settings
    from bot.terminal.submit import SubmitArgs, submit_request

    logs.configure()
    settings = load(SubmitSettings)
    apply_proxy_settings(os.environ, settings.slack_api_url)
    typer.echo(submit_request(SubmitArgs(month, tuple(words or ()), channel), settings))


@cli.command(
    context_settings=FILTERED,
    short_help="Verify a report in DocSpace against the ledger.",
    epilog=example("verify 2025-01"),
)
def verify(month: The_month, words: The_filter = None, as_json: As_json = False) -> None:
    """Verify that a month's newest report in DocSpace, its manifest and the ledger are unchanged.

    Exit codes: 0 intact, 1 not intact or not checked, 2 wrong usage.
    """
    from bot.terminal import evidence
    from bot.terminal.arguments import Arguments

    subject = Arguments("verify", month, tuple(words or ()))
    raise typer.Exit(evidence.verify_report(subject, portal_settings(), as_json=as_json))


@cli.command(
    context_settings=FILTERED,
    short_help="Compare a month's report with the previous one.",
    epilog=example("diff 2025-01"),
)
def diff(month: The_month, words: The_filter = None, as_json: As_json = False) -> None:
    """Compare a month's newest report with the previous one: events added, removed and changed."""
    from bot.terminal import evidence
    from bot.terminal.arguments import Arguments

    subject = Arguments("diff", month, tuple(words or ()))
    raise typer.Exit(evidence.compare_versions(subject, portal_settings(), as_json=as_json))


@cli.command(short_help="Show which months of a year have a report.", epilog=example("calendar 2025"))
def calendar(
    year: Annotated[str, typer.Argument(help="The year, for example 2025.")],
    as_json: As_json = False,
) -> None:
    """Show the state of each month of a year: reviewed, made, provisional, missing and so on."""
    from bot.terminal import evidence

    raise typer.Exit(evidence.show_calendar(year, portal_settings(), as_json=as_json))


@cli.command(short_help="List reports, who requested them, and the results.", epilog=example("history 2025-01"))
def history(
    of: Annotated[
        list[str] | None, typer.Argument(metavar="[YEAR|MONTH]", help="2025 or 2025-01; the newest if left out.")
    ] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every run, not the newest 50.")] = False,
    as_json: As_json = False,
) -> None:
    """List the reports of a month, of a year, or the newest: who requested them, and the results."""
    from bot.terminal import evidence

    raise typer.Exit(
        evidence.show_history(of or (), portal_settings(), most=None if show_all else MOST, as_json=as_json)
    )


@cli.command(
    context_settings=FILTERED,
    short_help="Export a report with its evidence as one ZIP.",
    epilog=example("bundle 2025-01 --out january.zip"),
)
def bundle(
    month: The_month,
    words: The_filter = None,
    out: Annotated[Path, typer.Option(help="The ZIP to write.")] = ...,  # type: ignore[assignment]
) -> None:
    """Export a month's newest report with its evidence as one ZIP, and how to check it without this bot."""
    from bot.terminal import evidence
    from bot.terminal.arguments import Arguments

    subject = Arguments("bundle", month, tuple(words or ()), ("--out", str(out)))
    raise typer.Exit(evidence.write_bundle(subject, portal_settings(), out=out))


@cli.command(short_help="Check the setup, and say how to fix it.", epilog=example("doctor"))
def doctor(
    as_json: Annotated[bool, typer.Option(JSON, help="Print one JSON object and nothing else.")] = False,
) -> None:
    """Check the settings, this machine, DocSpace and Slack, and say how to fix what is broken.

    Takes a few seconds and changes nothing. Exit codes: 0 nothing is broken, 1 something is.
    """
    from bot.config import logs
    from bot.doctor.examination import as_text, examine, findings_json, is_sound

    logs.configure(level=logging.CRITICAL)  # the findings say it all
    looked = examine()
    typer.echo(json.dumps(findings_json(looked), indent=2) if as_json else as_text(looked))
    raise typer.Exit(0 if is_sound(looked) else NOT_MADE)


@cli.command(short_help="Back up the database while the bot runs.", epilog=example("backup --out copy.sqlite"))
def backup(
    out: Annotated[Path, typer.Option(help="File to write, which must not be there yet.")] = ...,  # type: ignore[assignment]
) -> None:
    """Copy the whole database, also while the bot runs, and check the ledger in the copy.

    For PostgreSQL it prints the command to use.
    """
    from bot.terminal.backup import back_up

    typer.echo(back_up(portal_settings(), out))


@cli.command(short_help="Show a report being made, with stand-ins for Slack and DocSpace.", epilog=example("demo"))
def demo() -> None:
    """Show a report being made on this machine, with stand-ins for Slack and DocSpace."""
    from bot.demo.demo import run_demo

    run_demo()


@cli.command(short_help="Try the bot in a browser, with stand-ins for both.", epilog=example("sandbox"))
def sandbox() -> None:
    """Serve a page on this machine to try the bot, with stand-ins for Slack and DocSpace."""
    from bot.demo.sandbox import serve

    serve()


def main() -> NoReturn:
    """Run the command line; whatever goes wrong ends in words and an exit code, never in a traceback on the screen."""
    os.umask(0o077)  # whatever any part of it writes is its owner's alone
    if signal.getsignal(signal.SIGINT) is signal.SIG_DFL:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # from here on it has words
    try:
        code = cli(standalone_mode=False)
    except typer.TyperException as error:
        complain(Misused(reason=error.format_message().rstrip(".")))
        sys.exit(WRONG_USAGE)
    except ComplianceError as error:
        complain(error)
        sys.exit(WRONG_USAGE if isinstance(error, WrongUsage) else NOT_MADE)
    except Exception as error:  # noqa: BLE001 - the last resort of the command line
        import structlog

        structlog.get_logger().exception("unexpected", kind=type(error).__name__)
        complain(Unexpected(kind=type(error).__name__))
        sys.exit(NOT_MADE)
    if code == INTERRUPTED:
        complain(Stopped())
    sys.exit(code)


def leave() -> NoReturn:
    """End this process although reports may be under way, which go on at the next start or on another replica.

    To wait for them could take an hour: Python waits for every thread of a pool.
    """
    logging.shutdown()
    sys.stdout.flush()
    os._exit(0)


def complain(error: ComplianceError) -> None:
    if JSON in sys.argv:
        typer.echo(json.dumps({"error": str(error), "hint": error.advice, "kind": type(error).__name__}))
    typer.echo(f"error: {error}\n hint: {error.advice}", err=True)
