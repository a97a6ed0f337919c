"""Check ledger.jsonl: each entry carries the hash of the one before. Needs Python 3 and nothing else."""

import hashlib
import json
import sys


def canonical(entry: object) -> str:
    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


before, last, bad = "0" * 64, 0, 0
with open(sys.argv[1] if len(sys.argv) > 1 else "ledger.jsonl", encoding="utf-8", newline="\n") as ledger:
    for place, line in enumerate(ledger, start=1):
        try:
            entry = json.loads(line)
            read_by_all = canonical(entry) + "\n" == line  # nothing stands in it twice, of which grep shows the other
            told = entry.pop("hash")
            fits = read_by_all and hashlib.sha256(canonical(entry).encode("utf-8")).hexdigest() == told
            follows = entry["number"] == last + 1 and entry["before"] == before
        except (ValueError, KeyError, TypeError, AttributeError):
            sys.exit(f"line {place}: this is no entry of a ledger")
        if not (fits and follows):
            bad += 1
            print(f"line {place}: {'does not follow the line before' if fits else 'was changed'}")
        before, last = told, entry["number"]
print(f"{last} entries, head {before[:12]} ({before})")
sys.exit(f"{bad} of them do not fit" if bad else 0)
