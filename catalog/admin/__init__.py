"""The operator's desk, one module a subject. An edit of a fact or price is pinned (`catalog.pins`)."""

from django.conf import settings
from django.contrib import admin

from catalog.admin import collections, failures, history, imports, matches, models, providers, sources

__all__ = ["collections", "failures", "history", "imports", "matches", "models", "providers", "sources"]

admin.site.site_header = admin.site.site_title = settings.SITE_NAME
admin.site.enable_nav_sidebar = False  # tables of models and prices need the width
