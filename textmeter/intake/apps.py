from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "textmeter.intake"
    label = "intake"
