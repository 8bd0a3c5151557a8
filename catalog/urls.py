from django.urls import path, register_converter
from django.views.decorators.cache import cache_control

from catalog import machines, samples, views
from catalog.converters import SlugConverter

register_converter(SlugConverter, "modelslug")

# The same for everyone, kept by the page cache; a browser asks each time whether it still has the latest.
public = cache_control(public=True, max_age=0, must_revalidate=True)

urlpatterns = [
    path("", public(views.home), name="home"),
    path("models", public(views.browse), name="browse"),
    path("models.json", machines.models_json, name="models_json"),
    path("models.csv", machines.models_csv, name="models_csv"),
    path("models.md", machines.models_md, name="models_md"),
    path("models.atom", machines.models_atom, name="models_atom"),
    path("models/<modelslug:slug>.json", machines.model_json, name="model_json"),
    path("models/<modelslug:slug>.md", machines.model_md, name="model_md"),
    path("models/<modelslug:slug>", public(views.model), name="model"),
    path("providers/<str:slug>", public(views.provider), name="provider"),
    path("collections", public(views.collections), name="collections"),
    path("collections/<slug:slug>", public(views.collection), name="collection"),
    path("compare", public(views.compare), name="compare"),
    path("rankings", public(views.rankings), name="rankings"),
    path("changes", public(views.changes), name="changes"),
    path("docs", public(views.docs), name="docs"),
    path("reference", public(views.reference), name="reference"),
    path("privacy", public(views.privacy), name="privacy"),
    path("api/v1/models", machines.api_models, name="api_models"),
    path("api/v1/models/<modelslug:slug>/schema", machines.api_schema, name="api_schema"),
    path("api/v1/models/<modelslug:slug>", machines.api_model, name="api_model"),
    path("api/v1/capabilities", machines.api_capabilities, name="api_capabilities"),
    path("samples/<str:name>", samples.sample_file, name="sample"),
    path("openapi.json", machines.openapi, name="openapi"),
    path("llms.txt", machines.llms, name="llms"),
    path("llms-full.txt", machines.llms_full, name="llms_full"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
