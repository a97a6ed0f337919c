import threading
from collections.abc import Iterator

from bot.doctor.cached_examination import KEPT, CachedExamination
from tests.until import PATIENCE


def test_an_examination_is_good_for_a_minute() -> None:
    moments: Iterator[float] = iter([0.0, 0.0, KEPT - 1, KEPT, KEPT])
    examinations = iter([["first"], ["second"]])
    checkup = CachedExamination(lambda: next(examinations), lambda: next(moments))
    assert [checkup(), checkup(), checkup()] == [["first"], ["first", "Looked at 59 seconds ago."], ["second"]]


def test_who_asks_while_somebody_is_examined_waits_for_that() -> None:
    begun, go = threading.Event(), threading.Event()
    examined: list[str] = []

    def examine() -> list[str]:
        examined.append("once")
        begun.set()
        assert go.wait(PATIENCE)
        return ["in order"]

    checkup = CachedExamination(examine)
    said: list[list[str]] = []
    threads = [threading.Thread(target=lambda: said.append(checkup())) for _ in range(5)]
    for thread in threads:
        thread.start()
    assert begun.wait(PATIENCE)
    go.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert (said, examined) == ([["in order"]] * 5, ["once"])
