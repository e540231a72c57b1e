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
    EXECUTE format('REVOKE UPDATE, DELETE ON records_logentry, records_logseal, marketplace_clearance FROM %I', app);
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

-- A change of facts takes the writers' lock on the epoch (DESIGN 5) and has the epoch that it has just brought.

CREATE OR REPLACE FUNCTION own_the_epoch() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(1095912787);
    IF NEW.epoch IS DISTINCT FROM (SELECT value FROM conflicts_epoch) THEN
        RAISE EXCEPTION 'a change has the current epoch, not %: bump it first', NEW.epoch
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.xid := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER conflicts_factchange_epoch BEFORE INSERT ON conflicts_factchange
    FOR EACH ROW EXECUTE FUNCTION own_the_epoch();

-- What outcomes depend on is written beside a change of the same transaction, which nobody else can come after unseen.

CREATE OR REPLACE FUNCTION demand_change() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT xid FROM conflicts_factchange ORDER BY epoch DESC LIMIT 1)
        IS DISTINCT FROM pg_current_xact_id()::text::bigint THEN
        RAISE EXCEPTION '% of % is refused without a change of facts in the same transaction: use a service',
            TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS conflicts_interest_change ON conflicts_interest;
CREATE CONSTRAINT TRIGGER conflicts_interest_change AFTER INSERT OR UPDATE ON conflicts_interest DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS conflicts_customertie_change ON conflicts_customertie;
CREATE CONSTRAINT TRIGGER conflicts_customertie_change AFTER INSERT OR UPDATE ON conflicts_customertie DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS conflicts_competitordeclaration_change ON conflicts_competitordeclaration;
CREATE CONSTRAINT TRIGGER conflicts_competitordeclaration_change AFTER INSERT OR UPDATE ON conflicts_competitordeclaration DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS conflicts_policy_change ON conflicts_policy;
CREATE CONSTRAINT TRIGGER conflicts_policy_change AFTER INSERT OR UPDATE ON conflicts_policy DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS conflicts_reviewdecision_change ON conflicts_reviewdecision;
CREATE CONSTRAINT TRIGGER conflicts_reviewdecision_change AFTER UPDATE OF status, expires_on, kind, scope ON conflicts_reviewdecision DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS conflicts_party_change ON conflicts_party;
CREATE CONSTRAINT TRIGGER conflicts_party_change AFTER UPDATE OF kind, resolved ON conflicts_party DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS conflicts_source_change ON conflicts_source;
CREATE CONSTRAINT TRIGGER conflicts_source_change AFTER UPDATE OF standing, statement_date, retrieved_on ON conflicts_source DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();
DROP TRIGGER IF EXISTS vendors_vendor_change ON vendors_vendor;
CREATE CONSTRAINT TRIGGER vendors_vendor_change AFTER UPDATE OF status, party_id ON vendors_vendor DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION demand_change();

-- The gate (DESIGN 5): a clearance is written while the epoch is held, and an award, or an engagement that comes from
-- one, begins only beside a clearance of the same transaction with the current epoch.

CREATE OR REPLACE FUNCTION today_utc() RETURNS date LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT coalesce((SELECT date FROM records_storyclock), (clock_timestamp() AT TIME ZONE 'UTC')::date)
$$;

CREATE OR REPLACE FUNCTION stamp_clearance() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'a clearance is refused in a transaction that is not READ COMMITTED'
            USING ERRCODE = 'restrict_violation';
    END IF;
    -- From here to the commit no fact comes in between. The next statement sees every one that has committed.
    PERFORM pg_advisory_xact_lock_shared(1095912787);
    IF NEW.epoch IS DISTINCT FROM coalesce((SELECT value FROM conflicts_epoch), 0) OR NEW.day <> today_utc() THEN
        RAISE EXCEPTION 'a clearance is refused: facts have changed since the gate judged'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.decision_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM conflicts_reviewdecision d
        JOIN marketplace_client c ON c.id = NEW.client_id
        JOIN vendors_vendor v ON v.id = NEW.vendor_id
        JOIN marketplace_requestslot s ON s.id = NEW.slot_id
        WHERE d.id = NEW.decision_id AND d.status = 'approved' AND d.tenant = c.id
            AND d.principal_id = c.party_id AND d.subject_id = v.party_id
            AND (d.kind = 'waiver' OR NEW.outcome <> 'blocked')
            AND (d.expires_on IS NULL OR d.expires_on >= NEW.day)
            AND (d.scope IS NULL OR d.scope = s.request_id)
    ) THEN
        RAISE EXCEPTION 'a clearance is refused: its decision or waiver does not stand for this award'
            USING ERRCODE = 'restrict_violation';
    END IF;
    NEW.xid := pg_current_xact_id()::text::bigint;
    NEW.used := false;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER marketplace_clearance_stamp BEFORE INSERT ON marketplace_clearance
    FOR EACH ROW EXECUTE FUNCTION stamp_clearance();
CREATE OR REPLACE TRIGGER marketplace_clearance_no_update BEFORE UPDATE ON marketplace_clearance
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a clearance is kept as it was given');
CREATE OR REPLACE TRIGGER marketplace_clearance_no_delete BEFORE DELETE ON marketplace_clearance
    FOR EACH ROW EXECUTE FUNCTION refuse_change('a clearance is kept as it was given');

CREATE OR REPLACE FUNCTION cleared(award uuid, client uuid, slot uuid, vendor uuid) RETURNS SETOF marketplace_clearance
LANGUAGE sql VOLATILE SET search_path = public, pg_temp AS $$
    SELECT * FROM marketplace_clearance c
    WHERE c.award_id = award AND c.client_id = client AND c.slot_id = slot AND c.vendor_id = vendor
        AND c.xid = pg_current_xact_id()::text::bigint AND c.epoch = coalesce((SELECT value FROM conflicts_epoch), 0)
$$;

CREATE OR REPLACE FUNCTION guard_award() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status'
        AND (NEW.status = OLD.status OR NEW.status = 'withdrawn') THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT FROM cleared(NEW.id, NEW.client_id, NEW.slot_id, NEW.vendor_id) c
        WHERE c.outcome = NEW.outcome AND c.epoch = NEW.epoch AND c.decision_id IS NOT DISTINCT FROM NEW.decision_id
    ) THEN
        RAISE EXCEPTION '% of an award is refused without a clearance of the gate: use the award service', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER marketplace_award_gate BEFORE INSERT OR UPDATE ON marketplace_award
    FOR EACH ROW EXECUTE FUNCTION guard_award();

-- A declared engagement began before its client joined, and only ends. `start` is a partial date: its last day counts.

CREATE OR REPLACE FUNCTION last_day(partial text) RETURNS date LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE length(partial)
        WHEN 0 THEN NULL
        WHEN 4 THEN make_date(partial::int, 12, 31)
        WHEN 7 THEN ((partial || '-01')::date + interval '1 month' - interval '1 day')::date
        ELSE partial::date
    END
$$;

CREATE OR REPLACE FUNCTION guard_engagement() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    moving text[] := '{outcome,seen_epoch,seen,status,end}';
BEGIN
    IF TG_OP = 'UPDATE' THEN
        -- What the watch saw, and that it ended: nothing of this begins or prolongs work.
        IF to_jsonb(NEW) - moving = to_jsonb(OLD) - moving
            AND ((NEW.status = OLD.status AND NEW."end" = OLD."end") OR (OLD.status = 'running' AND NEW.status = 'ended'))
        THEN
            RETURN NEW;
        END IF;
    END IF;
    IF NEW.origin = 'declared' THEN
        IF TG_OP = 'UPDATE' OR NEW.status <> 'running'
            OR last_day(NEW.start) >= (SELECT joined_on FROM marketplace_client WHERE id = NEW.client_id) THEN
            RAISE EXCEPTION 'a declared engagement began before its client joined, and is never changed or prolonged'
                USING ERRCODE = 'restrict_violation';
        END IF;
    ELSIF NOT EXISTS (SELECT FROM cleared(NEW.award_id, NEW.client_id, NEW.slot_id, NEW.vendor_id)) THEN
        RAISE EXCEPTION '% of an engagement is refused without a clearance of the gate: use the award service', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER marketplace_engagement_gate BEFORE INSERT OR UPDATE ON marketplace_engagement
    FOR EACH ROW EXECUTE FUNCTION guard_engagement();
CREATE OR REPLACE TRIGGER marketplace_client_joined BEFORE UPDATE ON marketplace_client
    FOR EACH ROW WHEN (NEW.joined_on <> OLD.joined_on OR NEW.party_id <> OLD.party_id)
    EXECUTE FUNCTION refuse_change('what a client is and when it joined stays');

-- An alert moves along its edges only (marketplace/models/alerts.py has the table); a closed one stays closed.

CREATE OR REPLACE TRIGGER marketplace_conflictalert_edges BEFORE UPDATE ON marketplace_conflictalert
    FOR EACH ROW WHEN (OLD.status <> NEW.status AND OLD.status || ' ' || NEW.status NOT IN (
        'open acknowledged', 'open mitigated', 'open waived', 'open closed',
        'acknowledged open', 'acknowledged mitigated', 'acknowledged waived', 'acknowledged closed',
        'mitigated open', 'mitigated waived', 'mitigated closed',
        'waived open', 'waived closed'))
    EXECUTE FUNCTION refuse_change('an alert moves along its edges only');
