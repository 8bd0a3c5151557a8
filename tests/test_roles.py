"""What the group for editors may do, and what it may not."""

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.usefixtures("catalog")
OPEN = ["catalog_model", "catalog_provider", "catalog_collection", "catalog_change", "playground_preset"]


@pytest.fixture
def editor(client: Client, django_user_model: Any) -> Client:
    user = django_user_model.objects.create_user("ed", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    client.force_login(user)
    return client


@pytest.mark.parametrize("name", OPEN)
def test_an_editor_sees_the_catalog_and_presets(editor: Client, name: str) -> None:
    assert editor.get(reverse(f"admin:{name}_changelist")).status_code == 200


@pytest.mark.parametrize("name", ["auth_user", "auth_group", "playground_run", "playground_share"])
def test_an_editor_sees_no_accounts_and_no_runs(editor: Client, name: str) -> None:
    assert editor.get(reverse(f"admin:{name}_changelist")).status_code == 403
    assert reverse(f"admin:{name}_changelist") not in editor.get(reverse("admin:index")).content.decode()


def test_an_editor_adds_models_and_presets(editor: Client) -> None:
    for name in ("catalog_model", "catalog_collection", "playground_preset"):
        assert editor.get(reverse(f"admin:{name}_add")).status_code == 200
