import os

from django.core.wsgi import get_wsgi_application

from textmeter.postgres.watch import watch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "textmeter.settings")
application = get_wsgi_application()
watch.start()
