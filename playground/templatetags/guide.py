"""What is left to set up and what needs attention, for those who may see it."""

from typing import Any

from django import template

from playground.guide import attention as attentions
from playground.guide import steps
from playground.guide.checking import kept

register = template.Library()


@register.inclusion_tag("admin/guide_start.html", takes_context=True)
def guide(context: dict[str, Any]) -> dict[str, Any]:
    """Says what is known already: the page that asks the gateway is fetched by the browser."""
    return steps.told(kept()) if context["request"].user.has_perm(steps.RIGHT) else {}


@register.inclusion_tag("admin/guide_attention.html", takes_context=True)
def attention(context: dict[str, Any]) -> dict[str, Any]:
    """Nothing to do is said to those alone who might see something."""
    user = context["request"].user
    return {"rows": attentions.rows(user)} if any(map(user.has_perm, attentions.PARTS)) else {}
