from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def name_sides(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Tell of each login for whom it acts. Who was made staff beside that is staff no more: membership decides."""
    # The database's owner migrates, over a connection of its own.
    alias = editor.connection.alias
    users = apps.get_model("accounts", "User")._default_manager.using(alias)
    for app, model, side in (("marketplace", "ClientMember", "client"), ("vendors", "VendorMember", "vendor")):
        people = apps.get_model(app, model)._default_manager.using(alias).values("user")
        acting = users.filter(pk__in=people, acts_for="")
        acting.update(acts_for=side, is_staff=False, staff_role="", is_superuser=False)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sides"),
        ("marketplace", "0001_initial"),
        ("vendors", "0001_initial"),
    ]

    operations = [migrations.RunPython(name_sides, migrations.RunPython.noop)]
