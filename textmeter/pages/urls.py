from django.urls import URLPattern, path

from textmeter.pages import first_admin, home, sign_in, text_conversations

_texts = "c/<int:company>/analytics/activity/text-conversations"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("companies/", home.companies, name="companies"),
    path(_texts, text_conversations.text_conversations, name="text_conversations"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),  # the name that allauth asks for
    path("sign-in/deactivated/", sign_in.Deactivated.as_view(), name="account_inactive"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign_out"),
    path("password/", sign_in.ChangePassword.as_view(), name="change_password"),
    path("first-admin/<str:token>/", first_admin.first_admin, name="first_admin"),
]
