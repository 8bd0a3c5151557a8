"""The site's addresses. DESIGN's contract lists them; playground and catalog each keep their own."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from config import face, health, metrics

handler400 = "config.unreadable.bad_request"
handler500 = "config.failures.server_error"

urlpatterns = [
    path("", include("catalog.urls")),
    path("", include("playground.urls")),
    path("accounts/", include("config.accounts")),
    path("admin", RedirectView.as_view(pattern_name="admin:index")),
    path("admin/login", RedirectView.as_view(pattern_name="admin:login", query_string=True)),
    path("admin/", admin.site.urls),
    path("site.css", face.stylesheet, name="site_css"),
    path("site-logo", face.logo, name="site_logo"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
]
