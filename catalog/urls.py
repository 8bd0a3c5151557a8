from django.urls import path, register_converter

from catalog import machines, views
from catalog.converters import SlugConverter

register_converter(SlugConverter, "modelslug")

urlpatterns = [
    path("", views.home, name="home"),
    path("models", views.browse, name="browse"),
    path("models.json", machines.models_json, name="models_json"),
    path("models.csv", machines.models_csv, name="models_csv"),
    path("models.md", machines.models_md, name="models_md"),
    path("models.atom", machines.models_atom, name="models_atom"),
    path("models/<modelslug:slug>.json", machines.model_json, name="model_json"),
    path("models/<modelslug:slug>.md", machines.model_md, name="model_md"),
    path("models/<modelslug:slug>", views.model, name="model"),
    path("providers/<str:slug>", views.provider, name="provider"),
    path("collections", views.collections, name="collections"),
    path("collections/<slug:slug>", views.collection, name="collection"),
    path("compare", views.compare, name="compare"),
    path("rankings", views.rankings, name="rankings"),
    path("changes", views.changes, name="changes"),
    path("docs", views.docs, name="docs"),
    path("reference", views.reference, name="reference"),
    path("privacy", views.privacy, name="privacy"),
    path("api/v1/models", machines.api_models, name="api_models"),
    path("api/v1/models/<modelslug:slug>/schema", machines.api_schema, name="api_schema"),
    path("api/v1/models/<modelslug:slug>", machines.api_model, name="api_model"),
    path("api/v1/capabilities", machines.api_capabilities, name="api_capabilities"),
    path("openapi.json", machines.openapi, name="openapi"),
    path("llms.txt", machines.llms, name="llms"),
    path("llms-full.txt", machines.llms_full, name="llms_full"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
