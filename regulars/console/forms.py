"""Forms of allauth's whose labels it leaves in English."""

from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms

from regulars.kit.pages import labels_of

word = labels_of(__package__ or "")


class AddKeyForm(AddWebAuthnForm):
    name = forms.CharField(required=False, label=word("key_name"))


class EditKeyForm(EditWebAuthnForm):
    name = forms.CharField(label=word("key_name"))
