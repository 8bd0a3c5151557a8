from django.urls import path
from django.views.decorators.cache import cache_control

from playground import sandbox_views
from playground.views import columns, difference, formatted, own_key, presets, run, runs, stops, workbench

urlpatterns = [
    path("playground", workbench.page, name="playground"),
    path("playground/models", cache_control(public=True, max_age=60)(workbench.model_options), name="model_options"),
    path("playground/preview", workbench.preview, name="preview"),
    path("playground/columns", columns.change, name="columns"),
    path("playground/groups", columns.start, name="start_group"),
    path("playground/groups/<uuid:group_id>", columns.one_group, name="group"),
    path("playground/groups/<uuid:group_id>/stop", stops.stop_group, name="stop_group"),
    path("playground/key", own_key.page, name="own_key"),
    path("playground/presets", presets.all_presets, name="presets"),
    path("playground/presets.json", presets.export, name="export_presets"),
    path("playground/presets/import", presets.take_in, name="import_presets"),
    path("playground/presets/<str:token>.json", presets.export, name="export_preset"),
    path("playground/presets/<str:token>/rename", presets.rename, name="rename_preset"),
    path("playground/presets/<str:token>/delete", presets.delete, name="delete_preset"),
    path("playground/run", run.run, name="run_model"),
    path("playground/runs", runs.runs, name="runs"),
    path("playground/runs/<uuid:run_id>", runs.one_run, name="run"),
    path("playground/runs/<uuid:run_id>/formatted", formatted.formatted_answer, name="formatted"),
    path("playground/runs/<uuid:run_id>.json", difference.whole_run, name="run_json"),
    path("playground/difference", difference.difference, name="difference"),
    path("playground/runs/<uuid:run_id>/cancel", runs.cancel, name="cancel_run"),
    path("playground/runs/<uuid:run_id>/column", columns.one_column, name="run_column"),
    path("playground/runs/<uuid:run_id>/stop", stops.stop, name="stop_run"),
    path("playground/runs/<uuid:run_id>/artifacts/<int:n>", runs.artifact, name="artifact"),
    path("sandbox/v1/<path:path>", sandbox_views.serve, name="sandbox"),
]
