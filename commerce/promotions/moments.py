"""When a promotion runs: by the business date of the shift, and by the wall clock within that date.

A till's clock may be wrong; the date on the receipt is a person's word. So dates and weekdays follow the business date,
and the clock tells only the time of day.
"""

from datetime import date, timedelta
from typing import NamedTuple

from commerce.promotions.row import PromotionRow, Window

DAY = 1440
"""Minutes of a day."""


class Moment(NamedTuple):
    """A business date, and the minutes since its midnight: 0…2879, 1470 is half past midnight of the night after."""

    day: str
    minute: int


def moment_of(business: str, wall: date, minute: int) -> Moment:
    """Return the moment of a shift with the business date `business` (ISO, valid) by the shop's wall clock.

    In the night after the business date its evening goes on; any other difference is a clock that is wrong by days.
    """
    after_midnight = wall - date.fromisoformat(business) == timedelta(days=1)
    return Moment(business, minute + DAY if after_midnight else minute)


def runs(row: PromotionRow, moment: Moment) -> bool:
    """Whether the promotion runs at the moment.

    A shift opened after midnight still meets the windows that began the evening before.
    """
    if not row.windows:
        return _in_dates(row, moment.day)
    today = date.fromisoformat(moment.day)
    if _in_windows(row, today, moment.minute):
        return True
    return today > date.min and _in_windows(row, today - timedelta(days=1), moment.minute + DAY)


def _in_dates(row: PromotionRow, day: str) -> bool:
    return row.first_day <= day and (not row.last_day or day <= row.last_day)


def _in_windows(row: PromotionRow, day: date, minute: int) -> bool:
    weekday = day.isoweekday()
    return _in_dates(row, day.isoformat()) and any(_in_window(window, weekday, minute) for window in row.windows)


def _in_window(window: Window, weekday: int, minute: int) -> bool:
    on_day = not window.weekdays or weekday in window.weekdays
    return on_day and window.from_minute <= minute < window.until_minute
