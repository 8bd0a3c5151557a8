from django.urls import path
from django.views.decorators.cache import cache_control

from playground import sandbox_views
from playground.views import columns, history, own_key, run, runs, shares, stops, workbench

urlpatterns = [
    path("playground", workbench.page, name="playground"),
    path("playground/models", cache_control(public=True, max_age=60)(workbench.model_options), name="model_options"),
    path("playground/preview", workbench.preview, name="preview"),
    path("playground/columns", columns.change, name="columns"),
    path("playground/groups", columns.start, name="start_group"),
    path("playground/groups/<uuid:group_id>", columns.one_group, name="group"),
    path("playground/groups/<uuid:group_id>/stop", stops.stop_group, name="stop_group"),
    path("playground/key", own_key.page, name="own_key"),
    path("playground/run", run.run, name="run_model"),
    path("playground/runs", history.runs, name="runs"),
    path("playground/runs.json", history.export, name="export_runs"),
    path("playground/runs/import", history.bring, name="import_runs"),
    path("playground/runs/delete", history.delete, name="delete_runs"),
    path("playground/runs/<uuid:run_id>", runs.one_run, name="run"),
    path("playground/runs/<uuid:run_id>/cancel", runs.cancel, name="cancel_run"),
    path("playground/runs/<uuid:run_id>/delete", history.delete_one, name="delete_run"),
    path("playground/runs/<uuid:run_id>/share", shares.share_run, name="share_run"),
    path("playground/groups/<uuid:group_id>/share", shares.share_group, name="share_group"),
    path("playground/shares", shares.mine, name="shares"),
    path("playground/runs/<uuid:run_id>/column", columns.one_column, name="run_column"),
    path("playground/runs/<uuid:run_id>/stop", stops.stop, name="stop_run"),
    path("playground/runs/<uuid:run_id>/artifacts/<int:n>", runs.artifact, name="artifact"),
    path("r/<str:token>.json", shares.record, name="share_json"),
    path("r/<str:token>", shares.shared, name="share"),
    path("r/<str:token>/files/<int:position>/<int:n>", shares.file, name="shared_file"),
    path("r/<str:token>/expiry", shares.set_expiry, name="share_expiry"),
    path("r/<str:token>/revoke", shares.revoke, name="revoke_share"),
    path("sandbox/v1/<path:path>", sandbox_views.serve, name="sandbox"),
]
