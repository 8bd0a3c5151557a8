"""Token buckets: so many at once, filled again evenly within a minute or longer. In Redis where it is set, else in the table.

Knows neither visitors nor what the tokens are for.
"""

import logging
import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from playground.models import Bucket

log = logging.getLogger(__name__)
MINUTE = 60  # seconds in which an empty bucket is full again
REST = 60  # seconds for which a Redis that did not answer is not asked again
ANSWERS_WITHIN = 0.5  # seconds
KEPT_FOR = timedelta(days=2)  # after its last use; a bucket is full again long before
PREFIX = "modelry:{bucket}:"  # the braces keep all buckets of a script on one node of a cluster
# Redis runs a script as a whole: nobody takes between the reading and the writing. Its clock is the one that counts.
SCRIPT = """
local time = redis.call('TIME')
local now, tokens, levels, wait = time[1] + time[2] / 1000000, tonumber(ARGV[1]), {}, 0
for i, key in ipairs(KEYS) do
  local size, full = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local kept = redis.call('HMGET', key, 'level', 'updated')
  levels[i] = size
  if kept[1] then levels[i] = math.min(size, kept[1] + math.max(0, now - kept[2]) * size / full) end
  wait = math.max(wait, (tokens - levels[i]) * full / size)
end
if wait > 0 then return tostring(wait) end
for i, key in ipairs(KEYS) do
  redis.call('HSET', key, 'level', string.format('%.6f', levels[i] - tokens), 'updated', string.format('%.6f', now))
  redis.call('EXPIRE', key, ARGV[2 * i + 1] + 1)
end
return '0'
"""
_rest = {"until": 0.0}  # on the monotonic clock


class Share(NamedTuple):
    """What one `subject` (64 letters at most) may take: `size` tokens at once, and as many every `seconds`."""

    subject: str
    size: int
    seconds: int = MINUTE  # at most KEPT_FOR


def take(shares: Iterable[Share], tokens: int = 1) -> float:
    """Takes `tokens` from every bucket or from none. Returns 0, or the seconds after which they would be there.

    No bucket is smaller than `tokens`: it would never hold them.
    """
    in_order = sorted(shares)  # two who take from the same buckets lock them in the same order
    if settings.REDIS_URL and time.monotonic() >= _rest["until"]:
        import redis  # a tenth of the time that a start takes, and most sites have none

        try:
            return take_from_redis(in_order, tokens)
        except redis.RedisError as error:
            _rest["until"] = time.monotonic() + REST
            log.warning("Redis failed (%s): limits are kept in the database for %s s.", type(error).__name__, REST)
    return take_from_table(in_order, tokens)


@transaction.atomic(savepoint=False)
def take_from_table(shares: list[Share], tokens: int) -> float:
    rows = locked(shares)
    now = timezone.now()
    levels = [filled(row, share, now) for row, share in zip(rows, shares, strict=True)]
    wait = max((tokens - level) * share.seconds / share.size for level, share in zip(levels, shares, strict=True))
    if wait > 0:
        return wait
    stamp = connection.ops.adapt_datetimefield_value(now)
    left = [(level - tokens, stamp, row.pk) for level, row in zip(levels, rows, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany("UPDATE playground_bucket SET level = %s, updated = %s WHERE id = %s", left)
    return 0


def locked(shares: list[Share]) -> list[Bucket]:
    """Their rows, which nobody else changes until the transaction ends: SQLite's own has the whole file to itself."""
    rows = Bucket.objects.select_for_update()
    found = {row.subject: row for row in rows.filter(subject__in=[share.subject for share in shares]).order_by("subject")}
    return [found.get(s.subject) or rows.get_or_create(subject=s.subject, defaults={"level": s.size})[0] for s in shares]


def filled(row: Bucket, share: Share, now: datetime) -> float:
    """The tokens that are in a bucket now."""
    return min(share.size, row.level + max(0, (now - row.updated).total_seconds()) * share.size / share.seconds)


def take_from_redis(shares: list[Share], tokens: int) -> float:
    keys = [PREFIX + share.subject for share in shares]
    sizes = [number for share in shares for number in (share.size, share.seconds)]
    return float(script(settings.REDIS_URL)(keys, [tokens, *sizes]))


@cache
def script(url: str) -> Any:
    """The script at a Redis; one pool of connections a process."""
    import redis

    pool = redis.Redis.from_url(url, socket_timeout=ANSWERS_WITHIN, socket_connect_timeout=ANSWERS_WITHIN)
    return pool.register_script(SCRIPT)


def forget() -> None:
    """Deletes what nobody has used for long."""
    Bucket.objects.filter(updated__lt=timezone.now() - KEPT_FOR).delete()
