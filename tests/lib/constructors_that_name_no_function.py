# datetime and zoneinfo say "function" where others say their name.
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

for call in (lambda: date(), lambda: date(1, 2, 3, 4), lambda: date(1, 2, day=3, x=4), lambda: datetime(1, 2, 3, x=1),
             lambda: datetime(1, 2, 3, 4, 5, 6, 7, None, 9), lambda: time(1, 2, 3, 4, None, 6),
             lambda: ZoneInfo("a", "b"), lambda: ZoneInfo(key="UTC", x=1)):
    try:
        call()
    except TypeError as error:
        print(error)
# expect: function missing required argument 'year' (pos 1)
# expect: function takes at most 3 arguments (4 given)
# expect: function takes at most 3 arguments (4 given)
# expect: 'x' is an invalid keyword argument for this function
# expect: function takes at most 8 positional arguments (9 given)
# expect: function takes at most 5 positional arguments (6 given)
# expect: function takes at most 1 argument (2 given)
# expect: function takes at most 1 keyword argument (2 given)
