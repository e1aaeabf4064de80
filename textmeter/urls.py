from django.urls import include, path

urlpatterns = [path("", include("textmeter.pages.urls")), path("", include("textmeter.exports.urls"))]

handler400 = "textmeter.pages.errors.bad_request"
handler403 = "textmeter.pages.errors.forbidden"
handler404 = "textmeter.pages.errors.not_found"
handler429 = "textmeter.pages.sign_in.throttled"
handler500 = "textmeter.pages.errors.broken"
