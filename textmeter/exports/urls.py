from django.urls import URLPattern, path

from textmeter.exports import views

_activity = "c/<int:company>/analytics/activity"
_texts = f"{_activity}/text-conversations"

urlpatterns: list[URLPattern] = [
    path(f"{_texts}/export.csv", views.conversations_csv, name="conversations_csv"),
    path(f"{_texts}/messages.csv", views.messages_csv, name="messages_csv"),
    path(f"{_activity}/calls/export.csv", views.calls_csv, name="calls_csv"),
    path("c/<int:company>/customers/export.csv", views.customers_csv, name="customers_csv"),
    path(f"{_activity}/missed-calls/export.csv", views.missed_calls_csv, name="missed_calls_csv"),
]
