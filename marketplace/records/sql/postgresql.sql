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

-- So are its seals, which are numbered without a gap.

CREATE OR REPLACE FUNCTION refuse_gap_in_seals() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.number <> COALESCE((SELECT max(number) FROM records_logseal), 0) + 1 THEN
        RAISE EXCEPTION 'INSERT of records_logseal is refused: seals are numbered without a gap'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER records_logseal_consecutive BEFORE INSERT ON records_logseal
    FOR EACH ROW EXECUTE FUNCTION refuse_gap_in_seals();
CREATE OR REPLACE TRIGGER records_logseal_no_update BEFORE UPDATE ON records_logseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the decision log is append-only');
CREATE OR REPLACE TRIGGER records_logseal_no_delete BEFORE DELETE ON records_logseal
    FOR EACH ROW EXECUTE FUNCTION refuse_change('the decision log is append-only');
CREATE OR REPLACE TRIGGER records_logseal_no_truncate BEFORE TRUNCATE ON records_logseal
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
    EXECUTE format('REVOKE UPDATE, DELETE ON records_logentry, records_logseal FROM %I', app);
    EXECUTE format('REVOKE DELETE ON records_storyclock FROM %I', app);
    EXECUTE format('REVOKE INSERT, UPDATE, DELETE ON django_migrations FROM %I', app);
END $$;

-- Facts, lists and policies are versions: one is never rewritten or deleted, a later one supersedes it, once. A change
-- keeps what it told; that it was expanded is noted once. Epochs only rise.

CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The arguments are the columns that may be filled in.
    IF to_jsonb(NEW) - TG_ARGV <> to_jsonb(OLD) - TG_ARGV THEN
        RAISE EXCEPTION '% of % is refused: a version is superseded, never rewritten', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER conflicts_interest_no_rewriting BEFORE UPDATE ON conflicts_interest
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('superseded_at', 'superseded_by_id');
CREATE OR REPLACE TRIGGER conflicts_interest_once BEFORE UPDATE ON conflicts_interest
    FOR EACH ROW WHEN (OLD.superseded_at IS NOT NULL) EXECUTE FUNCTION refuse_change('a version is superseded once');
CREATE OR REPLACE TRIGGER conflicts_interest_no_delete BEFORE DELETE ON conflicts_interest
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a version is superseded, never deleted');
CREATE OR REPLACE TRIGGER conflicts_jointmember_no_rewriting BEFORE UPDATE ON conflicts_jointmember
    FOR EACH ROW EXECUTE FUNCTION refuse_change('other members are another set');
CREATE OR REPLACE TRIGGER conflicts_jointmember_no_delete BEFORE DELETE ON conflicts_jointmember
    FOR EACH ROW EXECUTE FUNCTION refuse_change('other members are another set');
CREATE OR REPLACE TRIGGER conflicts_customertie_no_rewriting BEFORE UPDATE ON conflicts_customertie
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('superseded_at', 'superseded_by_id');
CREATE OR REPLACE TRIGGER conflicts_customertie_once BEFORE UPDATE ON conflicts_customertie
    FOR EACH ROW WHEN (OLD.superseded_at IS NOT NULL) EXECUTE FUNCTION refuse_change('a version is superseded once');
CREATE OR REPLACE TRIGGER conflicts_customertie_no_delete BEFORE DELETE ON conflicts_customertie
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a version is superseded, never deleted');
CREATE OR REPLACE TRIGGER conflicts_competitordeclaration_no_rewriting BEFORE UPDATE ON conflicts_competitordeclaration
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('superseded_at', 'superseded_by_id');
CREATE OR REPLACE TRIGGER conflicts_competitordeclaration_once BEFORE UPDATE ON conflicts_competitordeclaration
    FOR EACH ROW WHEN (OLD.superseded_at IS NOT NULL) EXECUTE FUNCTION refuse_change('a version is superseded once');
CREATE OR REPLACE TRIGGER conflicts_competitordeclaration_no_delete BEFORE DELETE ON conflicts_competitordeclaration
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a version is superseded, never deleted');
CREATE OR REPLACE TRIGGER conflicts_policy_no_rewriting BEFORE UPDATE ON conflicts_policy
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('superseded_at', 'superseded_by_id');
CREATE OR REPLACE TRIGGER conflicts_policy_once BEFORE UPDATE ON conflicts_policy
    FOR EACH ROW WHEN (OLD.superseded_at IS NOT NULL) EXECUTE FUNCTION refuse_change('a version is superseded once');
CREATE OR REPLACE TRIGGER conflicts_policy_no_delete BEFORE DELETE ON conflicts_policy
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a version is superseded, never deleted');
CREATE OR REPLACE TRIGGER conflicts_factchange_no_rewriting BEFORE UPDATE ON conflicts_factchange
    FOR EACH ROW EXECUTE FUNCTION refuse_rewriting('expanded_at');
CREATE OR REPLACE TRIGGER conflicts_factchange_once BEFORE UPDATE ON conflicts_factchange
    FOR EACH ROW WHEN (OLD.expanded_at IS NOT NULL) EXECUTE FUNCTION refuse_change('a change is expanded once');
CREATE OR REPLACE TRIGGER conflicts_factchange_no_delete BEFORE DELETE ON conflicts_factchange
    FOR EACH ROW EXECUTE FUNCTION refuse_change('changes are kept for good');
CREATE OR REPLACE TRIGGER conflicts_epoch_forward BEFORE UPDATE ON conflicts_epoch
    FOR EACH ROW WHEN (NEW.value <= OLD.value) EXECUTE FUNCTION refuse_change('epochs only rise');
CREATE OR REPLACE TRIGGER conflicts_epoch_no_delete BEFORE DELETE ON conflicts_epoch
    FOR EACH ROW EXECUTE FUNCTION refuse_change('epochs only rise');
