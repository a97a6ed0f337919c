"""One number from another, well mixed: a body of its own for every event id, without storing it."""

_MASK = (1 << 64) - 1


def mixed(number: int) -> int:
    """Return 64 bits that look random and are always the same for *number* (splitmix64)."""
    number = (number + 0x9E3779B97F4A7C15) & _MASK
    number = ((number ^ (number >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    number = ((number ^ (number >> 27)) * 0x94D049BB133111EB) & _MASK
    return number ^ (number >> 31)


class Draws:
    """Small choices, one after the other, from one mixed number."""

    __slots__ = ("_rest",)

    def __init__(self, number: int) -> None:
        self._rest = mixed(number)

    def below(self, bound: int) -> int:
        self._rest, chosen = divmod(self._rest, bound)
        return chosen

    def token(self) -> str:
        return f"{mixed(self._rest):016x}{mixed(self._rest ^ 1):016x}"
