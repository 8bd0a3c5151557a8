"""Sign-in, sign-out and passwords: Django's own views in the site's design. Letters are sent where EMAIL_URL says how."""

from hashlib import sha256
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from playground.bounds import buckets
from playground.bounds.buckets import Share
from playground.visitors import address


def wait(request: HttpRequest) -> int:
    """Counts one attempt. Seconds after which the next one is allowed, where this one is not."""
    who = sha256(f"attempts of {address(request)}".encode()).hexdigest()
    return ceil(buckets.take([Share(who, settings.SIGN_INS_PER_MINUTE)]))


class Slowly:
    """For a form with a password: it is not even looked at after too many attempts."""

    request: HttpRequest

    def clean(self) -> dict[str, Any]:
        if seconds := wait(self.request):
            told = f"At most {settings.SIGN_INS_PER_MINUTE} attempts a minute are allowed from one network address."
            raise ValidationError(f"{told} Try again in {seconds} s.", code="too_many")
        return super().clean()


class SignInForm(Slowly, AuthenticationForm):
    pass


class AdminSignInForm(Slowly, AdminAuthenticationForm):
    pass


class Told:
    """For a view with a form: a wrong one is a 422, and too many attempts are a 429."""

    def form_invalid(self, form: Any) -> HttpResponse:
        response = super().form_invalid(form)
        response.status_code = 429 if form.has_error("__all__", "too_many") else 422
        return response


class SignIn(Told, views.LoginView):
    authentication_form = SignInForm
    template_name = "registration/login.html"


class ChangePassword(Told, views.PasswordChangeView):
    template_name = "registration/change.html"


class AskForLetter(Told, views.PasswordResetView):
    """The letter's links lead to SITE_URL: the Host header is the sender's to choose."""

    template_name = "registration/reset.html"
    email_template_name = "registration/letter.txt"
    subject_template_name = "registration/letter_subject.txt"
    extra_email_context = {
        "domain": urlsplit(settings.SITE_URL).netloc, "protocol": urlsplit(settings.SITE_URL).scheme,
        "site_name": settings.SITE_NAME,
    }  # fmt: skip

    def form_valid(self, form: Any) -> HttpResponse:
        if seconds := wait(self.request):
            form.add_error(None, ValidationError(f"Too many letters were asked for. Try again in {seconds} s.", code="too_many"))
            return self.form_invalid(form)
        return super().form_valid(form)


class SetPassword(Told, views.PasswordResetConfirmView):
    template_name = "registration/reset_set.html"


@never_cache
def ask_for_letter(request: HttpRequest) -> HttpResponse:
    """A letter with a link to a new password; on a site that sends no letters, whom to ask."""
    return AskForLetter.as_view()(request) if settings.MAILERS else render(request, "registration/reset_ask.html")


def said(name: str) -> Any:
    """A page that says what has been done."""
    return TemplateView.as_view(template_name=f"registration/{name}.html")


admin.site.login_form = AdminSignInForm
urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", views.LogoutView.as_view(template_name="registration/signed_out.html"), name="logout"),
    path("password/", ChangePassword.as_view(), name="password_change"),
    path("password/changed/", said("changed"), name="password_change_done"),
    path("reset/", ask_for_letter, name="password_reset"),
    path("reset/sent/", said("reset_sent"), name="password_reset_done"),
    path("reset/<uidb64>/<token>/", SetPassword.as_view(), name="password_reset_confirm"),
    path("reset/done/", said("reset_done"), name="password_reset_complete"),
]
