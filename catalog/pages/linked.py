"""What pages say of themselves in the words of schema.org, for search engines."""

from typing import Any

from django.conf import settings

from catalog import figures
from catalog.cards import Card, Rate
from catalog.describe import description
from catalog.programs.export import address


def site() -> dict[str, Any]:
    return {
        "@type": "WebSite", "name": settings.SITE_NAME, "url": address("home"),
        "potentialAction": {
            "@type": "SearchAction", "query-input": "required name=q",
            "target": {"@type": "EntryPoint", "urlTemplate": address("browse") + "?q={q}"},
        },
    }  # fmt: skip


def model(card: Card) -> dict[str, Any]:
    """The model as a product, and where it stands on the site. Only a price that is known is an offer; free is one of 0."""
    found: dict[str, Any] = {
        "@type": "Product", "name": card.name, "url": address("model", card.slug), "sku": card.slug,
        "description": description(card), "brand": {"@type": "Brand", "name": card.provider_name},
    }  # fmt: skip
    found |= {"category": card.modality_label} if card.modality else {}
    found |= {"releaseDate": card.released.isoformat()} if card.released else {}
    found |= {"offers": [offer(card, rate) for rate in card.headlines]} if card.headlines else {}
    return {"@graph": [found, crumbs(card)]}


def offer(card: Card, rate: Rate) -> dict[str, Any]:
    amount = {"price": figures.plain(rate.amount), "priceCurrency": "USD"}
    per = {"@type": "UnitPriceSpecification", "name": rate.label, "unitText": rate.unit}
    gone = {"availability": "https://schema.org/Discontinued"} if card.status == "retired" else {}
    return {"@type": "Offer", "url": address("model", card.slug), **amount, **gone, "priceSpecification": per | amount}


def crumbs(card: Card) -> dict[str, Any]:
    steps = [("Models", address("browse")), (card.provider_name, address("provider", card.provider))]
    steps.append((card.name, address("model", card.slug)))
    items = [{"@type": "ListItem", "position": n, "name": name, "item": url} for n, (name, url) in enumerate(steps, 1)]
    return {"@type": "BreadcrumbList", "itemListElement": items}
