from django.urls import path
from django.views.decorators.cache import cache_control

from playground import sandbox_views, views

urlpatterns = [
    path("playground", views.page, name="playground"),
    path("playground/models", cache_control(public=True, max_age=60)(views.model_options), name="model_options"),
    path("playground/preview", views.preview, name="preview"),
    path("playground/run", views.run, name="run_model"),
    path("playground/runs", views.runs, name="runs"),
    path("playground/runs/<uuid:run_id>", views.one_run, name="run"),
    path("playground/runs/<uuid:run_id>/cancel", views.cancel, name="cancel_run"),
    path("playground/runs/<uuid:run_id>/artifacts/<int:n>", views.artifact, name="artifact"),
    path("sandbox/v1/<path:path>", sandbox_views.serve, name="sandbox"),
]
