"""Check ledger.jsonl: each entry carries the hash of the one before. Needs Python 3 and nothing else."""

import hashlib
import json
import re
import sys

HASH = re.compile("[0-9a-f]{64}")


def canonical(entry: object) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def check(line: bytes, last: int, before: str) -> "tuple[int, str, str]":
    """The entry's number, its hash and any problem; raises ValueError if the line is not an entry."""
    text = line.decode("utf-8")
    entry = json.loads(text)
    read_by_all = canonical(entry) + "\n" == text  # no duplicate key, of which grep could show the other value
    told, number = entry.pop("hash"), entry["number"]
    if type(number) is not int or not isinstance(told, str) or not HASH.fullmatch(told):
        raise ValueError
    if not (read_by_all and hashlib.sha256(canonical(entry).encode("utf-8")).hexdigest() == told):
        return number, told, "was changed"
    follows = number == last + 1 and entry["before"] == before
    return number, told, "" if follows else "does not follow the line before"


before, last, bad = "0" * 64, 0, 0
try:
    with open(sys.argv[1] if len(sys.argv) > 1 else "ledger.jsonl", "rb") as ledger:
        for place, line in enumerate(ledger, start=1):
            try:
                last, before, wrong = check(line, last, before)
            except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                sys.exit(f"line {place}: not a ledger entry")
            if wrong:
                bad += 1
                print(f"line {place}: {wrong}")  # never the line's content: it could control the terminal
except (OSError, ValueError):
    sys.exit("the ledger cannot be read: check the file name")
if not last:
    sys.exit("the ledger is empty: nothing was checked")
print(f"{last} entries, head {before[:12]} ({before})")
sys.exit(f"{bad} of them failed the check" if bad else 0)
