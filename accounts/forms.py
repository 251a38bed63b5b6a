from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import Feedback, User
from accounts.typed import typed_number


class SignInForm(AuthenticationForm):
    error_messages = {
        "invalid_login": _(
            "Account and password do not fit. Mind capital letters: after five tries the account rests for 15 minutes."
        ),
        "inactive": _("This account has ended. Ask your creation office."),
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("Account")
        self.fields["password"].label = _("Password")


class NewPasswordForm(forms.Form):
    """A new password, typed twice; checked against what the person could be guessed by."""

    password = forms.CharField(
        label=_("New password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits, not your name."),
    )
    again = forms.CharField(
        label=_("The same again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, user=None, **kwargs):
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self):
        data = super().clean()
        password = data.get("password")
        if password and data.get("again") and password != data["again"]:
            self.add_error("again", _("The two are not the same. Type them again."))
        elif password:
            try:
                validate_password(password, self.user or User(**{k: data.get(k, "") for k in ("username", "name")}))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return data


class FirstStartForm(NewPasswordForm):
    name = forms.CharField(label=_("Your name"), max_length=40)
    username = forms.CharField(
        label=_("Account"),
        max_length=150,
        help_text=_("Letters and digits; you sign in with it."),
        validators=User._meta.get_field("username").validators,
    )
    field_order = ["name", "username", "password", "again"]


class OwnPasswordForm(PasswordChangeForm):
    """Change of one's own password; the old one is asked first."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["old_password"].label = _("Present password")
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].label = _("New password")
        self.fields["new_password1"].help_text = _("At least 10 characters, not only digits, not your name.")
        self.fields["new_password2"].label = _("The same again")
        self.fields["new_password2"].help_text = ""


class ProfileForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["phone", "email"]
        labels = {"email": _("Mail address for the daily summary")}


class LanguageForm(forms.Form):
    language = forms.ChoiceField(choices=settings.LANGUAGES)


class FeedbackForm(forms.ModelForm):
    campaign = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Feedback
        fields = ["text", "page"]
        labels = {"text": _("What should be better?")}
        widgets = {"text": forms.Textarea(attrs={"rows": 6}), "page": forms.HiddenInput}

    def clean_campaign(self):
        return typed_number(self.cleaned_data["campaign"])
