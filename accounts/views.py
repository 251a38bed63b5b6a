"""Sign-in, one-time links, one's own account, suggestions."""

from itertools import groupby

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render, resolve_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions, entry
from accounts.forms import FeedbackForm, FirstStartForm, LanguageForm, NewPasswordForm, OwnPasswordForm, ProfileForm, SignInForm
from accounts.typed import typed_number

START = "/"  # my campaigns
PASSWORDS = settings.AUTHENTICATION_BACKENDS[-1]


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("password")
def sign_in(request):
    if request.user.is_authenticated:
        return redirect(_next(request))
    form = SignInForm(request, data=request.POST or None)
    if request.method == "POST" and form.is_valid():
        _enter(request, form.get_user())
        return redirect(_next(request))
    return _show_sign_in(request, form, status=422 if form.errors else 200)


def locked_out(request, credentials=None, *args, **kwargs):
    """Answer of the lock-out after five wrong passwords (AXES_LOCKOUT_CALLABLE)."""
    form = SignInForm(request, initial={"username": request.POST.get("username", "")})
    return _show_sign_in(request, form, locked=True, status=429)


def _show_sign_in(request, form, *, status, locked=False):
    doors = entry.doors() if entry.is_open(request) else []
    context = {
        "form": form,
        "next": _next(request),
        "locked": locked,
        "doors": [(group, list(rows)) for group, rows in groupby(doors, key=lambda door: door.group)],
    }
    return render(request, "accounts/sign_in.html", context, status=status)


def _next(request, default=START):
    """Where the person wanted to go, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return wanted
    return resolve_url(default)


def _enter(request, user):
    login(request, user, backend=PASSWORDS)
    actions.record(user, "user.sign_in", user)


@require_POST
def sign_out(request):
    actions.record(request.user, "user.sign_out", request.user)
    logout(request)
    return redirect("sign_in")


@login_not_required
@require_POST
def demo_enter(request):
    """One click into the demo as one of its people; a real portal has no such door."""
    if not entry.is_open(request):
        raise Http404
    number = typed_number(request.POST.get("user"))
    user = entry.user_behind(number) if number is not None else None
    if user is None:
        raise PermissionDenied
    _enter(request, user)
    return redirect(_next(request))


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
def password_set(request, uid, token):
    user = actions.user_of_link(uid, token)
    if user is None:
        return render(request, "accounts/link_used.html", status=410)
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        try:
            user = actions.set_password(user, password=form.cleaned_data["password"], token=token)
        except ValidationError:
            return render(request, "accounts/link_used.html", status=410)
        _enter(request, user)
        messages.success(request, _("Your password is set."))
        return redirect(START)
    return render(request, "accounts/password_set.html", {"form": form, "person": user}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
def first_start(request, token):
    if not actions.opens_portal(token):
        return render(request, "accounts/link_used.html", {"first": True}, status=410)
    form = FirstStartForm(request.POST or None)
    if form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("username", "name", "password")}
        try:
            user = actions.open_portal(token=token, **data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _enter(request, user)
            return redirect("campaign_new")
    return render(request, "accounts/first_start.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def profile(request):
    """My account: contact data, password, language, sign out."""
    asked = request.POST.get("what")
    about = ProfileForm(request.POST if asked == "about" else None, instance=request.user)
    password = OwnPasswordForm(request.user, request.POST if asked == "password" else None)
    if about.is_valid():
        actions.change_profile(request.user, **about.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect(request.get_full_path())
    if password.is_valid():
        user = actions.set_password(request.user, password=password.cleaned_data["new_password1"])
        update_session_auth_hash(request, user)  # the other sessions of this person end
        messages.success(request, _("Your password is changed. Other computers on which you were signed in are signed out."))
        return redirect(request.get_full_path())
    failed = about.errors or password.errors
    if failed:
        request.user.refresh_from_db()
    context = {"about": about, "password": password, "languages": settings.LANGUAGES}
    return render(request, "accounts/profile.html", context, status=422 if failed else 200)


@login_not_required
@require_POST
def language_set(request):
    """The language of pages and mails: of the person when signed in, else of this browser."""
    form = LanguageForm(request.POST)
    if not form.is_valid():
        raise Http404
    language = form.cleaned_data["language"]
    if request.user.is_authenticated:
        actions.change_language(request.user, language=language)
    response = redirect(_next(request, default="sign_in" if request.user.is_anonymous else "profile"))
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, language, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def feedback_new(request):
    form = FeedbackForm(request.POST or None, initial={name: request.GET.get(name) for name in ("page", "campaign")})
    if form.is_valid():
        data = form.cleaned_data
        actions.send_feedback(by=request.user, text=data["text"], page=data["page"], campaign_id=data["campaign"])
        messages.success(request, _("Thank you. Your suggestion is kept and the keeper of the portal reads it."))
        back = data["page"] if url_has_allowed_host_and_scheme(data["page"], set()) and data["page"].startswith("/") else None
        return redirect(back or START)
    return render(request, "accounts/feedback_new.html", {"form": form}, status=422 if form.errors else 200)
