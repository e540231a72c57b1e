-- Triggers and privileges on PostgreSQL. `manage.py migrate` runs this file as the owner after every complete run, so
-- each statement must be repeatable. The name of the app role arrives in the setting armslength.app_role.

CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% of % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END $$;

-- The decision log is append-only.

CREATE OR REPLACE TRIGGER records_logentry_no_update BEFORE UPDATE ON records_logentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the decision log is append-only');
CREATE OR REPLACE TRIGGER records_logentry_no_delete BEFORE DELETE ON records_logentry
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the decision log is append-only');
CREATE OR REPLACE TRIGGER records_logentry_no_truncate BEFORE TRUNCATE ON records_logentry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('the decision log is append-only');

-- A story begins in an empty database and moves forward only (SEMANTICS 1.6).

-- A temporary table of the same name must not be taken for the log.
CREATE OR REPLACE FUNCTION refuse_late_story() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM records_logentry) THEN
        RAISE EXCEPTION 'a story begins in an empty database' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER records_storyclock_empty BEFORE INSERT ON records_storyclock
    FOR EACH ROW EXECUTE FUNCTION refuse_late_story();
CREATE OR REPLACE TRIGGER records_storyclock_forward BEFORE UPDATE ON records_storyclock
    FOR EACH ROW WHEN (NEW.date < OLD.date) EXECUTE FUNCTION refuse_change('the story moves forward only');
CREATE OR REPLACE TRIGGER records_storyclock_no_delete BEFORE DELETE ON records_storyclock
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a story database stays one');
CREATE OR REPLACE TRIGGER records_storyclock_no_truncate BEFORE TRUNCATE ON records_storyclock
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('a story database stays one');

-- Privileges: the app role reads and writes rows, truncates nothing, and what is kept for good it can only add to.

DO $$
DECLARE
    app text := current_setting('armslength.app_role');
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', app);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %I', app);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO %I', app);
    EXECUTE format('REVOKE UPDATE, DELETE ON records_logentry FROM %I', app);
    EXECUTE format('REVOKE DELETE ON records_storyclock FROM %I', app);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', app);
END $$;
