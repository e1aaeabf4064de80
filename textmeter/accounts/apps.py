from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "textmeter.accounts"
    label = "accounts"
