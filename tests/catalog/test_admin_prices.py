"""Prices in the admin: an edit closes the old one, and a wrong one is named."""

import pytest
from admin_forms import added, address, edit, page, row, save, talk
from django.test import Client

from catalog.models import Claim, Price

pytestmark = pytest.mark.usefixtures("catalog")


def test_a_price_edit_shows_and_keeps_the_old_one(admin_client: Client) -> None:
    edit(admin_client, **{row("input_tokens") + "amount": "1.75"})
    assert "$1.75" in page("acme/talk-large")
    shown = admin_client.get(address(talk())).context["inline_admin_formsets"]
    assert [form.instance.amount for form in shown[2].formset.forms] == [1.25]
    edit(admin_client, **{row("input_tokens") + "amount": "2"})
    assert Price.objects.closed().count() == 2


def test_a_price_may_be_added_moved_and_deleted(admin_client: Client) -> None:
    moved, gone = row("input_tokens", "batch"), row("cache_read_tokens")
    edit(admin_client, **{moved + "condition": "flex", gone + "DELETE": "on"}, **added(meter="images", amount="0.04"))
    current = {(p.meter, p.condition): p.amount for p in Price.objects.current().filter(model=talk())}
    assert ("input_tokens", "batch") not in current
    assert ("cache_read_tokens", "") not in current
    assert (str(current["input_tokens", "flex"].normalize()), str(current["images", ""].normalize())) == ("0.625", "0.04")
    assert Claim.objects.get(field="price.input_tokens@batch", source="pin").value is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"meter": "images", "amount": "-1"}, "greater than or equal to 0"),
        ({"meter": "images", "condition": "sometimes", "amount": "1"}, "Blank, or batch, priority"),
        ({"meter": "input_tokens", "amount": "1"}, "another price under the same condition"),
    ],
)
def test_refuses_a_wrong_price(admin_client: Client, values: dict[str, str], sentence: str) -> None:
    response = save(admin_client, address(talk()), **added(**values))
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert Price.objects.closed().count() == 0
