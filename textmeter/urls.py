from django.urls import include, path

urlpatterns = [path("", include("textmeter.pages.urls")), path("", include("textmeter.exports.urls"))]
