import os

from django.core.wsgi import get_wsgi_application

from textmeter.lib.kept_threads import FOR_PAGES, KeptThreads
from textmeter.postgres.watch import watch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textmeter.settings")
application = KeptThreads(get_wsgi_application(), most=FOR_PAGES, first="/hooks/")
watch.start()
