# The C++ types of datetime.
import os
import pickle
import time as clock
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

os.environ["TZ"] = "Europe/Berlin"
clock.tzset()

# --- durations ---
print(repr(timedelta(1, 2, 3)), timedelta(-1, 1), timedelta(hours=1.5))
# expect: datetime.timedelta(days=1, seconds=2, microseconds=3) -1 day, 0:00:01 1:30:00
print(timedelta(microseconds=0.5), timedelta(microseconds=1.5), timedelta(1) / 7, timedelta(1) * 0.1)
# expect: 0:00:00 0:00:00.000002 3:25:42.857143 2:24:00
print(divmod(timedelta(1), timedelta(hours=7)), timedelta(1) // 7, timedelta(7) / timedelta(2))
# expect: (3, datetime.timedelta(seconds=10800)) 3:25:42.857142 3.5
for bad in (lambda: timedelta(10**10), lambda: timedelta("x"), lambda: timedelta(1) / 0, lambda: timedelta.max * 2):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
# expect: OverflowError Python int too large to convert to C int
# expect: TypeError unsupported type for timedelta days component: str
# expect: ZeroDivisionError integer division or modulo by zero
# expect: OverflowError days=1999999999; must have magnitude <= 999999999

# --- dates ---
d = date(2024, 2, 29)
print(d + timedelta(366), d - date(2000, 1, 1), d.isocalendar(), d.toordinal(), d.strftime("%d.%m.%Y"), f"{d:%j}")
# expect: 2025-03-01 8825 days, 0:00:00 datetime.IsoCalendarDate(year=2024, week=9, weekday=4) 738945 29.02.2024 060
print(date.fromisoformat("2024-W09-4"), date.fromisoformat("20240229"), date.fromordinal(1), d.replace(year=2020))
# expect: 2024-02-29 2024-02-29 0001-01-01 2020-02-29
for bad in (lambda: date(2023, 2, 29), lambda: date(0, 1, 1), lambda: date.max + timedelta(1), lambda: d < 5):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
# expect: ValueError day is out of range for month
# expect: ValueError year 0 is out of range
# expect: OverflowError date value out of range
# expect: TypeError '<' not supported between instances of 'datetime.date' and 'int'

# --- times of day and zones ---
cet = timezone(timedelta(hours=1), "CET")
t = time(1, 2, 3, 4, cet)
print(t, repr(t.replace(tzinfo=None, fold=1)), t.isoformat("milliseconds"), time.fromisoformat("T0102+0530"))
# expect: 01:02:03.000004+01:00 datetime.time(1, 2, 3, 4, fold=1) 01:02:03.000+01:00 01:02:00+05:30
print(time(12, tzinfo=UTC) == time(13, tzinfo=cet), hash(time(12, tzinfo=UTC)) == hash(time(13, tzinfo=cet)))
# expect: True True
print(repr(cet), timezone(-timedelta(minutes=90)), timezone(timedelta(0)) is UTC, timezone.min)
# expect: datetime.timezone(datetime.timedelta(seconds=3600), 'CET') UTC-01:30 True UTC-23:59

# --- datetime ---
dt = datetime(2021, 3, 28, 1, 59, 59, 999999, tzinfo=cet)
print(dt + timedelta(microseconds=1), dt.astimezone(UTC), dt.timestamp(), dt.utctimetuple()[:6])
# expect: 2021-03-28 02:00:00+01:00 2021-03-28 00:59:59.999999+00:00 1616893199.999999 (2021, 3, 28, 0, 59, 59)
for text in ("2011-11-04", "20111104T000523", "2011-11-04 00:05:23.283", "2011-W01-2T00:05:23.283Z", "2011-11-04T00:05:23+04:00"):
    print(datetime.fromisoformat(text))
# expect: 2011-11-04 00:00:00
# expect: 2011-11-04 00:05:23
# expect: 2011-11-04 00:05:23.283000
# expect: 2011-01-04 00:05:23.283000+00:00
# expect: 2011-11-04 00:05:23+04:00
print(datetime.strptime("5 Mar 2020 07:08", "%d %b %Y %H:%M"), datetime.combine(d, t))
# expect: 2020-03-05 07:08:00 2024-02-29 01:02:03.000004+01:00
late, early = datetime(2020, 10, 25, 2, 30, fold=1), datetime(2020, 10, 25, 2, 30)
print(late.timestamp() - early.timestamp(), late == early, datetime.fromtimestamp(late.timestamp()).fold)
# expect: 3600.0 True 1
print(early.astimezone(), late.astimezone(), datetime(2020, 3, 29, 2, 30).timestamp())
# expect: 2020-10-25 02:30:00+02:00 2020-10-25 02:30:00+01:00 1585445400.0
for bad in (lambda: datetime(1, 1, 1) - dt, lambda: datetime(1, 1, 1) < dt, lambda: dt < d,
            lambda: datetime.fromisoformat("2020-01-01T25"), lambda: datetime.fromtimestamp(float("nan"))):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
# expect: TypeError can't subtract offset-naive and offset-aware datetimes
# expect: TypeError can't compare offset-naive and offset-aware datetimes
# expect: TypeError can't compare datetime.datetime to datetime.date
# expect: ValueError hour must be in 0..23
# expect: ValueError Invalid value NaN (not a number)

for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    for value in (d, t, dt, late, timedelta(1, 2, 3), cet, UTC):
        assert pickle.loads(pickle.dumps(value, protocol)) == value


# --- subclasses ---
class Zone(tzinfo):
    def utcoffset(self, when):
        return timedelta(hours=2)

    def dst(self, when):
        return timedelta(hours=1)

    def tzname(self, when):
        return "100%"


class Moment(datetime):
    pass


m = Moment(2000, 1, 1, tzinfo=Zone())
print(repr(m + timedelta(1))[:30], m.strftime("%Z%z"), type(m.replace(day=2)), m.astimezone(UTC))
# expect: Moment(2000, 1, 2, 0, 0, tzinf 100%+0200 <class '__main__.Moment'> 1999-12-31 22:00:00+00:00
