"""Who requested a run, as the database knows it."""

from bot.runs import outcome
from bot.store import requests
from bot.store.database import Store
from reporting.evidence import ledger
from reporting.run import Origin, Requester


def requesters_in(store: Store, run: str, channel: str) -> list[Requester]:
    """Who requested the run in that channel; nobody requests that a month is read again."""
    found = store.read(requests.of_run, run)
    there = [one for one in found if one.place.channel == channel and one.origin is not Origin.REREAD]
    return list(dict.fromkeys(map(outcome.requester, there)))


def first_requester(store: Store, run: str, channel: str = "") -> Requester:
    """Who requested the run first and still wants it: in that channel, if anybody did."""
    if there := requesters_in(store, run, channel):
        return there[0]
    found = store.read(requests.of_run, run)
    return outcome.requester(found[0]) if found else Requester(store.read(ledger.get, run).asker)


def requesters_to_name(store: Store, run: str, channel: str) -> list[Requester]:
    """Who is named in that channel: who requested the run there, else who requested it first."""
    return requesters_in(store, run, channel) or [first_requester(store, run)]
