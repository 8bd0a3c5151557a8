from django.urls import path
from django.views.decorators.cache import cache_control

from playground import sandbox_views
from playground.views import difference, run, runs, workbench

urlpatterns = [
    path("playground", workbench.page, name="playground"),
    path("playground/models", cache_control(public=True, max_age=60)(workbench.model_options), name="model_options"),
    path("playground/preview", workbench.preview, name="preview"),
    path("playground/run", run.run, name="run_model"),
    path("playground/runs", runs.runs, name="runs"),
    path("playground/runs/<uuid:run_id>", runs.one_run, name="run"),
    path("playground/runs/<uuid:run_id>.json", difference.whole_run, name="run_json"),
    path("playground/difference", difference.difference, name="difference"),
    path("playground/runs/<uuid:run_id>/cancel", runs.cancel, name="cancel_run"),
    path("playground/runs/<uuid:run_id>/artifacts/<int:n>", runs.artifact, name="artifact"),
    path("sandbox/v1/<path:path>", sandbox_views.serve, name="sandbox"),
]
