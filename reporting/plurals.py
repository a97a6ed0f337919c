"""Format counts with the right plural."""


def number_of(many: int, noun: str, plural: str = "") -> str:
    """``1 event``, ``2,500 events``; *plural* where that is not the noun with an s."""
    return f"{many:,} {noun if many == 1 else plural or f'{noun}s'}"
