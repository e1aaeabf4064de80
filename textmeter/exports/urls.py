from django.urls import URLPattern, path

from textmeter.exports import views

_texts = "c/<int:company>/analytics/activity/text-conversations"

urlpatterns: list[URLPattern] = [
    path(f"{_texts}/export.csv", views.conversations_csv, name="conversations_csv"),
    path(f"{_texts}/messages.csv", views.messages_csv, name="messages_csv"),
]
