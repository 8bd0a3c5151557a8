"""Today's figures for the admin's pages, for those who may see runs."""

from typing import Any

from django import template

from playground.today import figures

register = template.Library()


@register.inclusion_tag("admin/playground/today.html", takes_context=True)
def today(context: dict[str, Any]) -> dict[str, Any]:
    return figures() if context["request"].user.has_perm("playground.view_run") else {}
