"""What models were used for on this site, from the days that the playground rolled up."""

from datetime import timedelta

from django.db.models import Sum
from django.utils import timezone

from catalog.models import Usage
from catalog.snapshot import Card, Snapshot

WINDOW = 7  # days, today included


def most_used(now: Snapshot) -> list[tuple[Card, int]]:
    """`(model, tokens)` over the window, the most first; models without any are left out. Asks the database once."""
    since = timezone.localdate() - timedelta(days=WINDOW)
    rows = Usage.objects.filter(day__gt=since).values_list("model__slug").annotate(total=Sum("tokens"))
    used = [(now.by_slug[slug], total) for slug, total in rows if slug in now.by_slug and total]
    return sorted(used, key=lambda pair: (-pair[1], pair[0].slug))
