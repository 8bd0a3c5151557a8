"""Sign-in, sign-out and passwords: Django's own views in the site's design. Letters are sent where EMAIL_URL says how."""

from concurrent.futures import ThreadPoolExecutor
from math import ceil
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import views
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.generic import TemplateView

from config import attempts

letters = ThreadPoolExecutor(1, "letters")  # nobody learns from the time that an answer takes whether a letter was sent


class Slowly:
    """For a form with a password: it is not even looked at after too many attempts. `retry_after`: seconds until the next."""

    request: HttpRequest
    cleaned_data: dict[str, Any]
    retry_after = 0

    def clean(self) -> dict[str, Any]:
        name = self.cleaned_data.get("username")
        if name and self.cleaned_data.get("password"):
            self.hold_back(attempts.wait(self.request, name))
        return super().clean()

    def hold_back(self, seconds: int) -> None:
        self.retry_after = seconds
        if seconds:
            most = settings.SIGN_INS_PER_MINUTE
            told = f"At most {most} attempts a minute are allowed from one network address, and {most} an hour at one account"
            raise ValidationError(f"{told} in browsers that never signed in to it. Try again {after(seconds)}.", code="too_many")


class SignInForm(Slowly, AuthenticationForm):
    pass


class AdminSignInForm(Slowly, AdminAuthenticationForm):
    pass


class LetterForm(PasswordResetForm):
    retry_after = 0

    def send_mail(self, *letter: Any, **more: Any) -> None:
        letters.submit(super().send_mail, *letter, **more)


def after(seconds: int) -> str:
    return f"in {seconds} s" if seconds < 100 else f"in {ceil(seconds / 60)} minutes"


def told(response: HttpResponse, form: Any) -> HttpResponse:
    """A wrong form is a 422, and too many attempts are a 429 that says when the next may be."""
    seconds = getattr(form, "retry_after", 0)
    response.status_code = 429 if seconds else 422
    if seconds:
        response["Retry-After"] = str(seconds)
    return response


class Told:
    """For a view with a form."""

    def form_invalid(self, form: Any) -> HttpResponse:
        return told(super().form_invalid(form), form)


class SignIn(Told, views.LoginView):
    authentication_form = SignInForm
    template_name = "registration/login.html"

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        attempts.remember(self.request, response, form.get_user().get_username())
        return response


class ChangeForm(Slowly, PasswordChangeForm):
    """The old password is an attempt like one at sign-in: a session that was left open gives no more of them."""

    def clean_old_password(self) -> str:
        self.hold_back(attempts.wait(self.request, self.user.get_username()))
        return super().clean_old_password()


class ChangePassword(Told, views.PasswordChangeView):
    form_class = ChangeForm
    template_name = "registration/change.html"

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.request = self.request
        return form


class AskForLetter(Told, views.PasswordResetView):
    """The letter's links lead to SITE_URL: the Host header is the sender's to choose."""

    form_class = LetterForm
    template_name = "registration/reset.html"
    email_template_name = "registration/letter.txt"
    subject_template_name = "registration/letter_subject.txt"
    extra_email_context = {
        "domain": urlsplit(settings.SITE_URL).netloc, "protocol": urlsplit(settings.SITE_URL).scheme,
        "site_name": settings.SITE_NAME,
    }  # fmt: skip

    def form_valid(self, form: Any) -> HttpResponse:
        form.retry_after = attempts.wait_for_letter(self.request, form.cleaned_data["email"])
        if form.retry_after:
            form.add_error(None, f"Too many letters were asked for. Try again {after(form.retry_after)}.")
            return self.form_invalid(form)
        return super().form_valid(form)


class SetPassword(Told, views.PasswordResetConfirmView):
    template_name = "registration/reset_set.html"

    def form_valid(self, form: Any) -> HttpResponse:
        """Who had the letter is who they say, so that strangers' attempts hold them back no longer."""
        response = super().form_valid(form)
        attempts.remember(self.request, response, form.user.get_username())
        return response


@never_cache
def ask_for_letter(request: HttpRequest) -> HttpResponse:
    """A letter with a link to a new password; on a site that sends no letters, whom to ask."""
    return AskForLetter.as_view()(request) if settings.MAILERS else render(request, "registration/reset_ask.html")


def said(name: str) -> Any:
    """A page that says what has been done."""
    return TemplateView.as_view(template_name=f"registration/{name}.html")


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
