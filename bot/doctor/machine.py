"""What the doctor looks at on this machine: the code, the disk, the database and what is in it."""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa

from bot.config.filter_profiles import read_profiles
from bot.config.settings import PortalSettings
from bot.doctor.file_modes import closed_to_others
from bot.doctor.finding import Check, Finding, broken, check, fine, warning
from bot.errors import DatabaseNewer
from bot.store import replicas
from bot.store.database import Store, connect, lenient, translate_errors
from bot.store.file_guard import check_there
from bot.store.migration import disk_errors, revision, revisions
from reporting.evidence import chain
from reporting.evidence.ledger_check import check as faults
from reporting.os_error import os_reason
from reporting.plurals import number_of

LARGE, SMALL = 2 << 30, 200 << 20
"""Bytes: what a month of a million events takes while it is made, with room to spare; what an ordinary one takes."""
FIRST = "created at the first start"
PACKAGES = ("bot", "handlers", "reporting")


def machine_checks(settings: PortalSettings, places: Mapping[str, str], here: Path) -> list[Check]:
    """*places* are the files that the packages were imported from; *here* is the working directory."""
    return [
        check("packages", packages, places, here),
        check("files", closed_to_others, settings),
        check("disk", disk, settings.data_dir),
        check("profiles", filters, settings.profiles_file),
        check("database", database, settings.database, settings.data_dir),
        check("ledger", ledger, settings.database),
    ]


def packages(places: Mapping[str, str], here: Path) -> Finding:
    """The code is loaded from one installation."""
    homes = {name: Path(place).resolve().parents[1] for name, place in places.items()}
    if len(set(homes.values())) > 1:
        said = ", ".join(f"{name} from {home}" for name, home in homes.items())
        return broken(f"packages are loaded from different places: {said}", "Start the bot in a folder without these.")
    [home] = set(homes.values())
    strange = [name for name in homes if (here / name).is_dir() and here.resolve() != home]
    if strange:
        hint = f"Start the bot in {home}, or in a folder without that name."
        return warning(f"the folder {here} has its own {', '.join(strange)}", hint)
    return fine(f"all from {home}")


def disk(folder: Path) -> Finding:
    """DATA_DIR is writable, with space for a large month."""
    try:
        there = next(place for place in (folder.absolute(), *folder.absolute().parents) if place.exists())
    except OSError as error:
        hint = "Give the bot's user access to it, or change DATA_DIR."
        return broken(f"{folder.absolute()} is not accessible ({os_reason(error)})", hint)
    if not os.access(there, os.W_OK | os.X_OK):
        return broken(f"{there} is not writable", "Make it writable for the bot's user, or change DATA_DIR.")
    free = shutil.disk_usage(there).free
    said = f"{free / (1 << 30):,.1f} GiB free in {there}"
    if free < SMALL:
        return broken(said, "Free up space, or set DATA_DIR to a larger disk.")
    return warning(said, "A report of a million events needs about 2 GiB.") if free < LARGE else fine(said)


def filters(path: Path | None) -> Finding:
    """PROFILES_FILE is readable, and its filters are valid."""
    found = read_profiles(path)
    return fine(number_of(len(found), "profile") if path else "no profiles")


def database(url: str, made: Path) -> Finding:
    """The database is writable, with the tables of this release."""
    with at_hand(url) as store:
        if store is None:
            return missing(connect(url).file, made)
        with translate_errors(), store.engine.connect() as connection:
            found = revision(connection)
            if found is None:
                return fine("empty; tables are created at the first start")
            check_writable(connection)
        known = revisions()
        if found not in known:
            error = DatabaseNewer(found=found, known=known[-1])
            return broken(str(error), error.advice)
        kind = "PostgreSQL" if store.file is None else f"SQLite in {store.file}"
        if found != known[-1]:
            return warning(
                f"{kind}, with the tables of an older release", "They are brought up to date at the next start."
            )
        return fine(kind)


def missing(file: Path | None, made: Path) -> Finding:
    """Whether a SQLite file that is not there yet can be made; *made* is the folder that the bot makes itself."""
    folder = file.absolute().parent if file else made.absolute()
    if folder.is_dir() or folder == made.absolute():
        return fine(FIRST)
    hint = f"Create {folder} for the bot's user, or correct DATABASE_URL."
    return broken(f"DATABASE_URL names a file in {folder}, which does not exist", hint)


def check_writable(connection: sa.Connection) -> None:
    """Write something, and take it back; raises the database's own error."""
    with connection.begin_nested() if connection.in_transaction() else connection.begin() as transaction:
        replicas.mark_dead(connection, but="", alone=False)
        transaction.rollback()


def ledger(url: str) -> Finding:
    """The ledger is unchanged since it was written, as far as the database alone shows."""
    with at_hand(url) as store:
        if store is None:
            return fine(FIRST)
        with translate_errors(), reading(store) as connection:
            if not sa.inspect(connection).has_table(chain.ledger.name):
                return fine(FIRST)
            found, head = faults(connection), chain.head(connection)
    if found:
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        hint = "Change nothing, and compare with a backup: docs/auditors.md."
        return broken(f"{found[0].words}{more}", hint)
    return fine(f"{head.length}, the newest is {head.short}" if head else "empty")


@contextmanager
def at_hand(url: str) -> Iterator[Store | None]:
    """The database, or nothing where its file is still to be made; raises DatabaseGone where it was there before."""
    with closing(connect(url)) as store:
        there = True
        if store.file:
            with disk_errors(store.file):
                check_there(store.file)
                there = store.file.exists()
        yield store if there else None


@contextmanager
def reading(store: Store) -> Iterator[sa.Connection]:
    """A connection that keeps nobody from writing."""
    if store.file is None:
        with store.engine.connect() as connection:
            yield connection
        return
    engine = sa.create_engine(f"sqlite:///file:{quote(str(store.file.absolute()))}?mode=ro&uri=true")
    sa.event.listen(engine, "connect", lambda connection, _: setattr(connection, "text_factory", lenient))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def imported(modules: Sequence[str], loaded: Mapping[str, object]) -> dict[str, str]:
    """Where those modules came from."""
    return {name: str(getattr(loaded[name], "__file__", "")) for name in modules}
