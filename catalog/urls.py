from django.urls import path, register_converter

from catalog.calling import samples
from catalog.changes import twins as change_twins
from catalog.converters import FormConverter, SlugConverter
from catalog.programs import machines, twins
from catalog.views import browse, calculator, changes, compare, docs, groups, home, model, palette, prices, proofs, rankings

register_converter(SlugConverter, "modelslug")
register_converter(FormConverter, "form")

urlpatterns = [
    path("", home.home, name="home"),
    path("models", browse.browse, name="browse"),
    path("models.json", machines.models_json, name="models_json"),
    path("models.csv", machines.models_csv, name="models_csv"),
    path("models.md", machines.models_md, name="models_md"),
    path("models.atom", machines.models_atom, name="models_atom"),
    path("models/<modelslug:slug>/prices.json", prices.prices_json, name="prices_json"),
    path("models/<modelslug:slug>/changes.<form:form>", change_twins.model_changes, name="model_changes_twin"),
    path("models/<modelslug:slug>/changes", changes.model_changes, name="model_changes"),
    path("models/<modelslug:slug>/proofs", proofs.proofs, name="proofs"),
    path("models/<modelslug:slug>.json", machines.model_json, name="model_json"),
    path("models/<modelslug:slug>.md", machines.model_md, name="model_md"),
    path("models/<modelslug:slug>.csv", machines.model_csv, name="model_csv"),
    path("models/<modelslug:slug>.atom", twins.model_atom, name="model_atom"),
    path("models/<modelslug:slug>", model.model, name="model"),
    # An id of the gateway may have no provider before it.
    path("models/<str:slug>.json", machines.model_json, name="model_json"),
    path("models/<str:slug>", model.model, name="model"),
    path("providers", groups.providers, name="providers"),
    path("providers/<str:slug>.<form:form>", twins.provider, name="provider_twin"),
    path("providers/<str:slug>", groups.provider, name="provider"),
    path("collections", groups.collections, name="collections"),
    path("collections/<slug:slug>.<form:form>", twins.collection, name="collection_twin"),
    path("collections/<slug:slug>", groups.collection, name="collection"),
    path("compare.<form:form>", twins.compare, name="compare_twin"),
    path("palette.json", palette.palette, name="palette"),
    path("compare", compare.compare, name="compare"),
    path("calculator", calculator.calculator, name="calculator"),
    path("calculator.json", prices.calculator_json, name="calculator_json"),
    path("calculator/count", calculator.count, name="count"),
    path("rankings", rankings.rankings, name="rankings"),
    path("changes.<form:form>", change_twins.changes, name="changes_twin"),
    path("changes", changes.changes, name="changes"),
    path("docs", docs.docs, name="docs"),
    path("reference", docs.reference, name="reference"),
    path("privacy", docs.privacy, name="privacy"),
    path("api/v1/models", machines.api_models, name="api_models"),
    path("api/v1/models/<modelslug:slug>/schema", machines.api_schema, name="api_schema"),
    path("api/v1/models/<str:slug>/schema", machines.api_schema, name="api_schema"),
    path("api/v1/models/<modelslug:slug>", machines.api_model, name="api_model"),
    path("api/v1/models/<str:slug>", machines.api_model, name="api_model"),
    path("api/v1/capabilities", machines.api_capabilities, name="api_capabilities"),
    path("samples/<str:name>", samples.sample_file, name="sample"),
    path("openapi.json", machines.openapi, name="openapi"),
    path("llms.txt", machines.llms, name="llms"),
    path("llms-full.txt", machines.llms_full, name="llms_full"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
