"""Django in one file: its start page, and notes in SQLite on a volume."""

import django
import waitress
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import JsonResponse
from django.urls import path
from django.views.debug import default_urlconf

settings.configure(
    DEBUG=True,
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="for the test only",
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/data/notes.db"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)
django.setup()


class Note(models.Model):
    text = models.CharField(max_length=100)
    written = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "notes"


def notes(request, text=None):
    if text:
        Note.objects.create(text=text)
    found = Note.objects.order_by("id")
    return JsonResponse({"count": found.count(), "texts": list(found.values_list("text", flat=True)[:3])})


urlpatterns = [path("", default_urlconf), path("notes", notes), path("notes/add/<str:text>", notes)]

if Note._meta.db_table not in connection.introspection.table_names():
    with connection.schema_editor() as editor:
        editor.create_model(Note)
connection.close()
waitress.serve(get_wsgi_application(), host="0.0.0.0", port=8080)
