"""Acts are for ever: no DELETE, no TRUNCATE, and of UPDATEs only the emptying of reason and salt (erasure)."""

from django.db import migrations

FIXED = "id, kind, subject_kind, subject_key, actor_key, office_key, at, payload, schema, cause_key, idempotency_key"
TEXT = "acts are never changed or deleted"

SQLITE = [
    f"CREATE TRIGGER act_fixed BEFORE UPDATE OF {FIXED} ON acts_act BEGIN SELECT RAISE(ABORT, '{TEXT}'); END",
    "CREATE TRIGGER act_emptied_only BEFORE UPDATE OF reason, salt ON acts_act"
    " WHEN (NEW.salt IS NOT NULL AND NEW.salt IS NOT OLD.salt) OR (NEW.reason IS NOT NULL AND NEW.reason IS NOT"
    f" OLD.reason) BEGIN SELECT RAISE(ABORT, '{TEXT}'); END",
    f"CREATE TRIGGER act_kept BEFORE DELETE ON acts_act BEGIN SELECT RAISE(ABORT, '{TEXT}'); END",
]
POSTGRESQL = [
    "CREATE FUNCTION acts_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{TEXT}' USING ERRCODE = 'restrict_violation'; END $$",
    f"CREATE TRIGGER act_fixed BEFORE UPDATE OF {FIXED} ON acts_act FOR EACH ROW EXECUTE FUNCTION acts_refuse()",
    "CREATE TRIGGER act_emptied_only BEFORE UPDATE OF reason, salt ON acts_act FOR EACH ROW"
    " WHEN ((NEW.salt IS NOT NULL AND NEW.salt IS DISTINCT FROM OLD.salt) OR (NEW.reason IS NOT NULL AND NEW.reason IS"
    " DISTINCT FROM OLD.reason)) EXECUTE FUNCTION acts_refuse()",
    "CREATE TRIGGER act_kept BEFORE DELETE ON acts_act FOR EACH ROW EXECUTE FUNCTION acts_refuse()",
    "CREATE TRIGGER act_kept_whole BEFORE TRUNCATE ON acts_act FOR EACH STATEMENT EXECUTE FUNCTION acts_refuse()",
]


def make(apps, schema_editor):
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("acts", "0001_initial")]
    operations = [migrations.RunPython(make, elidable=False)]
