from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "textmeter.pages"
    label = "pages"
