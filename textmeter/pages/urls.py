from django.urls import URLPattern, path

from textmeter.pages import (
    calls,
    changes_page,
    choose_password,
    companies_pages,
    connections_pages,
    customer_names,
    first_admin,
    health,
    health_page,
    help,
    home,
    job_pages,
    live,
    metrics,
    number_lines_pages,
    number_pages,
    numbers,
    own_page,
    people_pages,
    printing,
    quarantine_pages,
    sample_page,
    settings_pages,
    sign_in,
    start_pages,
    text_conversations,
    timeline,
)

_activity = "c/<int:company>/analytics/activity"
_texts = f"{_activity}/text-conversations"

_number = "c/<int:company>/numbers/<int:tracker>"

_quarantine = "c/<int:company>/quarantine"

_customer = "c/<int:company>/customers/<int:customer>"

_start = "c/<int:company>/start"
_settings = "c/<int:company>/settings"
_connection = f"{_settings}/connections/<int:connection>"


urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("companies/", home.companies, name="companies"),
    path(_texts, text_conversations.text_conversations, name="text_conversations"),
    path(f"{_texts}/figures", text_conversations.figures_of_search, name="text_figures"),
    path(f"{_texts}/changes", live.text_changes, name="text_changes"),
    path(f"{_texts}/print", printing.print_conversations, name="print_conversations"),
    path(f"{_activity}/calls", calls.all_calls, name="all_calls"),
    path(f"{_activity}/calls/changes", live.call_changes, name="call_changes"),
    path(f"{_activity}/missed-calls", calls.missed_calls, name="missed_calls"),
    path(f"{_activity}/missed-calls/changes", live.missed_call_changes, name="missed_call_changes"),
    path("c/<int:company>/numbers", numbers.numbers, name="numbers"),
    path("c/<int:company>/numbers/new", number_pages.new_number, name="new_number"),
    path("c/<int:company>/numbers/many", number_lines_pages.number_lines, name="number_lines"),
    path(_number, number_pages.number, name="number"),
    path(f"{_number}/disabled", number_pages.number_disabled, name="number_disabled"),
    path(f"{_number}/hand-over", number_pages.hand_over, name="hand_over"),
    path(_quarantine, quarantine_pages.quarantine, name="quarantine"),
    path(f"{_quarantine}/replays", quarantine_pages.quarantine_replays, name="quarantine_replays"),
    path(f"{_quarantine}/trackers", quarantine_pages.quarantine_trackers, name="quarantine_trackers"),
    path(f"{_quarantine}/discard", quarantine_pages.quarantine_discard, name="quarantine_discard"),
    path(f"{_quarantine}/waiting", quarantine_pages.quarantine_waiting, name="quarantine_waiting"),
    path(_settings, settings_pages.settings, name="settings"),
    path(f"{_settings}/name", settings_pages.rename, name="rename_company"),
    path(f"{_settings}/time-zone", settings_pages.time_zone, name="time_zone"),
    path(f"{_settings}/delete", companies_pages.delete_company, name="delete_company"),
    path(f"{_settings}/connections", connections_pages.connections, name="connections"),
    path(f"{_settings}/connections/new", connections_pages.new_connection, name="new_connection"),
    path(_connection, connections_pages.connection, name="connection"),
    path(f"{_connection}/secret", connections_pages.new_secret, name="new_secret"),
    path(f"{_connection}/test", connections_pages.test_connection, name="test_connection"),
    path(f"{_connection}/delete", connections_pages.remove_connection, name="remove_connection"),
    path("settings/companies", companies_pages.all_companies, name="all_companies"),
    path("settings/companies/new", companies_pages.new_company, name="new_company"),
    path(_start, start_pages.start, name="start"),
    path(f"{_start}/connection", start_pages.start_connection, name="start_connection"),
    path(f"{_start}/number", start_pages.start_number, name="start_number"),
    path(f"{_start}/first-text", start_pages.start_first_text, name="start_first_text"),
    path("settings/sample", sample_page.sample, name="sample"),
    path("settings/sample/add", sample_page.add_sample, name="add_sample"),
    path("settings/sample/remove", sample_page.remove_samples, name="remove_samples"),
    path("settings/people", people_pages.people, name="people"),
    path("settings/people/new", people_pages.new_person, name="new_person"),
    path("settings/people/<int:person>", people_pages.person, name="person"),
    path("settings/people/<int:person>/link", people_pages.password_link, name="password_link"),
    path("settings/people/<int:person>/remove", people_pages.remove, name="remove_person"),
    path("settings/changes", changes_page.changes, name="changes"),
    path("you", own_page.own_page, name="own_page"),
    path("you/sessions/end", own_page.end_sessions, name="end_sessions"),
    path("settings/jobs/<int:job>", job_pages.job, name="job"),
    path(f"{_customer}/timeline", timeline.timeline, name="timeline"),
    path(f"{_customer}/timeline/changes", live.timeline_changes, name="timeline_changes"),
    path(f"{_customer}/name", customer_names.customer_name, name="customer_name"),
    path("health", health_page.health, name="health"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.metrics, name="metrics"),
    path("help/texting", help.learn_texting, name="learn_texting"),
    path("sign-in/", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-in/", sign_in.SignIn.as_view(), name="account_login"),  # the name that allauth asks for
    path("sign-in/deactivated/", sign_in.Deactivated.as_view(), name="account_inactive"),
    path("sign-out/", sign_in.SignOut.as_view(), name="sign_out"),
    path("password/", sign_in.ChangePassword.as_view(), name="change_password"),
    path("password/none/", sign_in.no_password, name="account_set_password"),
    path("password/new/<str:token>/", choose_password.choose, name="choose_password"),
    path("first-admin/<str:token>/", first_admin.first_admin, name="first_admin"),
]
