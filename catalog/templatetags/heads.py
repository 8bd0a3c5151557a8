"""What stands in a page's head for programs, and the links that a page makes of its own address. Built in, like `catalog`."""

import json
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from django import template
from django.conf import settings
from django.template.base import NodeList, Parser, Token
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What could end the element that the data stands in; JSON may write any character like this.
ESCAPES = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&\u2028\u2029"}


class Keep(template.Node):
    """Renders what it holds into a variable, so that a block can be shown twice."""

    def __init__(self, name: str, nodelist: NodeList):
        self.name, self.nodelist = name, nodelist

    def render(self, context: Context) -> str:
        context[self.name] = mark_safe(self.nodelist.render(context).strip())  # templates escape  # nosec B308
        return ""


@register.tag
def keep(parser: Parser, token: Token) -> Keep:
    """`{% keep page_title %}{% block title %}…{% endblock %}{% endkeep %}`"""
    name = token.split_contents()[1]
    nodelist = parser.parse(("endkeep",))
    parser.delete_first_token()
    return Keep(name, nodelist)


@register.filter
def twin(page: SafeString, form: str) -> SafeString:
    """A page's address, already escaped, as that of its twin: `/models?q=a` as `/models.csv?q=a`."""
    path, _, query = page.partition("?")
    return mark_safe(f"{path}.{form}?{query}".rstrip("?"))  # it was escaped  # nosec B308


@register.filter
def linked_data(value: Any) -> SafeString:
    """Data in the words of schema.org. Catalog text in it is nobody's that we trust."""
    text = json.dumps({"@context": "https://schema.org"} | value, ensure_ascii=False, separators=(",", ":"))
    safe = mark_safe(text.translate(ESCAPES))  # what HTML could read is an escape of JSON  # nosec B308
    return format_html('<script type="application/ld+json">{}</script>', safe)


@register.simple_tag(takes_context=True)
def report(context: Context) -> str:
    """Where to report a wrong fact, with the page's address filled in: a letter or a form such as a new issue's."""
    page = settings.SITE_URL + context["request"].path
    words = {"title": "A wrong fact", "body": f"Page: {page}\n\nWhat is wrong:\n\nSource of the right value:\n"}
    parts = urlsplit(settings.CONTACT_URL)
    if parts.scheme == "mailto":
        words = {"subject": words["title"], "body": words["body"].replace("\n", "\r\n")}
    query = "&".join(filter(None, [parts.query, urlencode(words, quote_via=quote)]))
    return urlunsplit(parts._replace(query=query))
