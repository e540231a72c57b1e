-- Triggers on SQLite. `manage.py migrate` runs this file after every complete run, since a table that Django rebuilds
-- loses its triggers silently.

-- The decision log is append-only. INSERT OR REPLACE fires the delete trigger because recursive_triggers is on.

DROP TRIGGER IF EXISTS records_logentry_no_update;
CREATE TRIGGER records_logentry_no_update BEFORE UPDATE ON records_logentry
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of records_logentry is refused: the decision log is append-only');
END;
DROP TRIGGER IF EXISTS records_logentry_no_delete;
CREATE TRIGGER records_logentry_no_delete BEFORE DELETE ON records_logentry
BEGIN
    SELECT RAISE(ABORT, 'DELETE of records_logentry is refused: the decision log is append-only');
END;

-- So are its seals, which are numbered without a gap.

DROP TRIGGER IF EXISTS records_logseal_consecutive;
CREATE TRIGGER records_logseal_consecutive BEFORE INSERT ON records_logseal
WHEN NEW.number <> COALESCE((SELECT max(number) FROM records_logseal), 0) + 1
BEGIN
    SELECT RAISE(ABORT, 'INSERT of records_logseal is refused: seals are numbered without a gap');
END;
DROP TRIGGER IF EXISTS records_logseal_no_update;
CREATE TRIGGER records_logseal_no_update BEFORE UPDATE ON records_logseal
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of records_logseal is refused: the decision log is append-only');
END;
DROP TRIGGER IF EXISTS records_logseal_no_delete;
CREATE TRIGGER records_logseal_no_delete BEFORE DELETE ON records_logseal
BEGIN
    SELECT RAISE(ABORT, 'DELETE of records_logseal is refused: the decision log is append-only');
END;

-- A story begins in an empty database and moves forward only (SEMANTICS 1.6).

DROP TRIGGER IF EXISTS records_storyclock_empty;
CREATE TRIGGER records_storyclock_empty BEFORE INSERT ON records_storyclock
WHEN EXISTS (SELECT 1 FROM records_logentry)
BEGIN
    SELECT RAISE(ABORT, 'a story begins in an empty database');
END;
DROP TRIGGER IF EXISTS records_storyclock_forward;
CREATE TRIGGER records_storyclock_forward BEFORE UPDATE ON records_storyclock WHEN NEW.date < OLD.date
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of records_storyclock is refused: the story moves forward only');
END;
DROP TRIGGER IF EXISTS records_storyclock_no_delete;
CREATE TRIGGER records_storyclock_no_delete BEFORE DELETE ON records_storyclock
BEGIN
    SELECT RAISE(ABORT, 'DELETE of records_storyclock is refused: a story database stays one');
END;

-- Facts, lists and policies are versions: one is never rewritten or deleted, a later one supersedes it, once. A change
-- keeps what it told; that it was expanded is noted once. Epochs only rise. A test checks that no column is forgotten.

DROP TRIGGER IF EXISTS conflicts_interest_no_rewriting;
CREATE TRIGGER conflicts_interest_no_rewriting BEFORE UPDATE OF id, series, start, "end", start_first, start_last, end_first, end_last, source_id, end_source_id,
    certainty, visibility, details, end_details, recorded_at, recorded_by_id, holder_id, subject_id, type,
    directness, share_low, share_high, low_open, high_open, amount, currency, amount_per, amount_until
ON conflicts_interest
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_interest is refused: a version is superseded, never rewritten');
END;
DROP TRIGGER IF EXISTS conflicts_interest_once;
CREATE TRIGGER conflicts_interest_once BEFORE UPDATE ON conflicts_interest WHEN OLD.superseded_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_interest is refused: a version is superseded once');
END;
DROP TRIGGER IF EXISTS conflicts_interest_no_delete;
CREATE TRIGGER conflicts_interest_no_delete BEFORE DELETE ON conflicts_interest
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_interest is refused: a version is superseded, never deleted');
END;

DROP TRIGGER IF EXISTS conflicts_jointmember_no_rewriting;
CREATE TRIGGER conflicts_jointmember_no_rewriting BEFORE UPDATE ON conflicts_jointmember
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_jointmember is refused: other members are another set');
END;
DROP TRIGGER IF EXISTS conflicts_jointmember_no_delete;
CREATE TRIGGER conflicts_jointmember_no_delete BEFORE DELETE ON conflicts_jointmember
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_jointmember is refused: other members are another set');
END;

DROP TRIGGER IF EXISTS conflicts_customertie_no_rewriting;
CREATE TRIGGER conflicts_customertie_no_rewriting BEFORE UPDATE OF id, series, start, "end", start_first, start_last, end_first, end_last, source_id, end_source_id,
    certainty, visibility, details, end_details, recorded_at, recorded_by_id, buyer_id, supplier_id, status,
    amount, currency, amount_per, revenue_share_low
ON conflicts_customertie
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_customertie is refused: a version is superseded, never rewritten');
END;
DROP TRIGGER IF EXISTS conflicts_customertie_once;
CREATE TRIGGER conflicts_customertie_once BEFORE UPDATE ON conflicts_customertie WHEN OLD.superseded_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_customertie is refused: a version is superseded once');
END;
DROP TRIGGER IF EXISTS conflicts_customertie_no_delete;
CREATE TRIGGER conflicts_customertie_no_delete BEFORE DELETE ON conflicts_customertie
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_customertie is refused: a version is superseded, never deleted');
END;

DROP TRIGGER IF EXISTS conflicts_competitordeclaration_no_rewriting;
CREATE TRIGGER conflicts_competitordeclaration_no_rewriting BEFORE UPDATE OF id, tenant, principal_id, competitor_id, segment, note, recorded_at,
    recorded_by_id
ON conflicts_competitordeclaration
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_competitordeclaration is refused: a version is superseded, never rewritten');
END;
DROP TRIGGER IF EXISTS conflicts_competitordeclaration_once;
CREATE TRIGGER conflicts_competitordeclaration_once BEFORE UPDATE ON conflicts_competitordeclaration WHEN OLD.superseded_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_competitordeclaration is refused: a version is superseded once');
END;
DROP TRIGGER IF EXISTS conflicts_competitordeclaration_no_delete;
CREATE TRIGGER conflicts_competitordeclaration_no_delete BEFORE DELETE ON conflicts_competitordeclaration
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_competitordeclaration is refused: a version is superseded, never deleted');
END;

DROP TRIGGER IF EXISTS conflicts_policy_no_rewriting;
CREATE TRIGGER conflicts_policy_no_rewriting BEFORE UPDATE OF id, tenant, principal_id, economic_block, economic_review, voting_block,
    voting_review, control_line, commercial_share, uncovered_to_review, recorded_at, recorded_by_id
ON conflicts_policy
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_policy is refused: a version is superseded, never rewritten');
END;
DROP TRIGGER IF EXISTS conflicts_policy_once;
CREATE TRIGGER conflicts_policy_once BEFORE UPDATE ON conflicts_policy WHEN OLD.superseded_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_policy is refused: a version is superseded once');
END;
DROP TRIGGER IF EXISTS conflicts_policy_no_delete;
CREATE TRIGGER conflicts_policy_no_delete BEFORE DELETE ON conflicts_policy
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_policy is refused: a version is superseded, never deleted');
END;

DROP TRIGGER IF EXISTS conflicts_factchange_no_rewriting;
CREATE TRIGGER conflicts_factchange_no_rewriting BEFORE UPDATE OF id, epoch, kind, reach, at, actor_id, tenant, tenants, parties, edited, xid,
    data
ON conflicts_factchange
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_factchange is refused: a version is superseded, never rewritten');
END;
DROP TRIGGER IF EXISTS conflicts_factchange_once;
CREATE TRIGGER conflicts_factchange_once BEFORE UPDATE ON conflicts_factchange WHEN OLD.expanded_at IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_factchange is refused: a change is expanded once');
END;
DROP TRIGGER IF EXISTS conflicts_factchange_no_delete;
CREATE TRIGGER conflicts_factchange_no_delete BEFORE DELETE ON conflicts_factchange
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_factchange is refused: changes are kept for good');
END;

DROP TRIGGER IF EXISTS conflicts_epoch_forward;
CREATE TRIGGER conflicts_epoch_forward BEFORE UPDATE ON conflicts_epoch WHEN NEW.value <= OLD.value
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of conflicts_epoch is refused: epochs only rise');
END;
DROP TRIGGER IF EXISTS conflicts_epoch_no_delete;
CREATE TRIGGER conflicts_epoch_no_delete BEFORE DELETE ON conflicts_epoch
BEGIN
    SELECT RAISE(ABORT, 'DELETE of conflicts_epoch is refused: epochs only rise');
END;

-- A change of facts has the epoch that it has just brought, and is recorded after what it changed, once.

DROP TRIGGER IF EXISTS conflicts_factchange_epoch;
CREATE TRIGGER conflicts_factchange_epoch BEFORE INSERT ON conflicts_factchange
WHEN NEW.epoch IS NOT (SELECT value FROM conflicts_epoch)
BEGIN
    SELECT RAISE(ABORT, 'a change has the current epoch, no other: bump it first');
END;

DROP TRIGGER IF EXISTS conflicts_interest_change;
CREATE TRIGGER conflicts_interest_change BEFORE INSERT ON conflicts_interest
WHEN EXISTS (SELECT 1 FROM conflicts_factchange WHERE id = NEW.recorded_by_id)
BEGIN
    SELECT RAISE(ABORT, 'INSERT of conflicts_interest is refused: its change is recorded already, use a service');
END;
DROP TRIGGER IF EXISTS conflicts_customertie_change;
CREATE TRIGGER conflicts_customertie_change BEFORE INSERT ON conflicts_customertie
WHEN EXISTS (SELECT 1 FROM conflicts_factchange WHERE id = NEW.recorded_by_id)
BEGIN
    SELECT RAISE(ABORT, 'INSERT of conflicts_customertie is refused: its change is recorded already, use a service');
END;
DROP TRIGGER IF EXISTS conflicts_competitordeclaration_change;
CREATE TRIGGER conflicts_competitordeclaration_change BEFORE INSERT ON conflicts_competitordeclaration
WHEN EXISTS (SELECT 1 FROM conflicts_factchange WHERE id = NEW.recorded_by_id)
BEGIN
    SELECT RAISE(ABORT, 'INSERT of conflicts_competitordeclaration is refused: its change is recorded already, use a service');
END;
DROP TRIGGER IF EXISTS conflicts_policy_change;
CREATE TRIGGER conflicts_policy_change BEFORE INSERT ON conflicts_policy
WHEN EXISTS (SELECT 1 FROM conflicts_factchange WHERE id = NEW.recorded_by_id)
BEGIN
    SELECT RAISE(ABORT, 'INSERT of conflicts_policy is refused: its change is recorded already, use a service');
END;

-- The gate (DESIGN 5). Transactions have no number here, so a clearance is used once, by the engagement, and both are of
-- the current epoch and of one day. What consumes it is a plain UPDATE: no conflict clause of the outside undoes it.

DROP TRIGGER IF EXISTS marketplace_clearance_stamp;
CREATE TRIGGER marketplace_clearance_stamp BEFORE INSERT ON marketplace_clearance
WHEN NEW.used OR NEW.epoch IS NOT coalesce((SELECT value FROM conflicts_epoch), 0) OR NEW.day IS NOT coalesce((SELECT date FROM records_storyclock), date('now'))
    OR (NEW.decision_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM conflicts_reviewdecision d
        JOIN marketplace_client c ON c.id = NEW.client_id
        JOIN vendors_vendor v ON v.id = NEW.vendor_id
        JOIN marketplace_requestslot s ON s.id = NEW.slot_id
        WHERE d.id = NEW.decision_id AND d.status = 'approved' AND d.tenant = c.id
            AND d.principal_id = c.party_id AND d.subject_id = v.party_id
            AND (d.kind = 'waiver' OR NEW.outcome <> 'blocked')
            AND (d.expires_on IS NULL OR d.expires_on >= NEW.day)
            AND (d.scope IS NULL OR d.scope = s.request_id)
    ))
BEGIN
    SELECT RAISE(ABORT, 'a clearance is refused: facts have changed since the gate judged, or its decision does not stand for this award');
END;
DROP TRIGGER IF EXISTS marketplace_clearance_no_update;
CREATE TRIGGER marketplace_clearance_no_update BEFORE UPDATE ON marketplace_clearance
WHEN OLD.used OR NOT NEW.used OR NEW.id IS NOT OLD.id OR NEW.client_id IS NOT OLD.client_id OR NEW.slot_id IS NOT OLD.slot_id
    OR NEW.vendor_id IS NOT OLD.vendor_id OR NEW.award_id IS NOT OLD.award_id OR NEW.outcome IS NOT OLD.outcome
    OR NEW.decision_id IS NOT OLD.decision_id OR NEW.epoch IS NOT OLD.epoch OR NEW.day IS NOT OLD.day
    OR NEW.xid IS NOT OLD.xid
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of marketplace_clearance is refused: a clearance is kept as it was given');
END;
DROP TRIGGER IF EXISTS marketplace_clearance_no_delete;
CREATE TRIGGER marketplace_clearance_no_delete BEFORE DELETE ON marketplace_clearance
BEGIN
    SELECT RAISE(ABORT, 'DELETE of marketplace_clearance is refused: a clearance is kept as it was given');
END;
DROP TRIGGER IF EXISTS marketplace_award_gate;
CREATE TRIGGER marketplace_award_gate BEFORE INSERT ON marketplace_award
WHEN NOT EXISTS (
    SELECT 1 FROM marketplace_clearance c
    WHERE c.award_id = NEW.id AND c.client_id = NEW.client_id AND c.slot_id = NEW.slot_id
        AND c.vendor_id = NEW.vendor_id AND NOT c.used AND c.epoch = coalesce((SELECT value FROM conflicts_epoch), 0)
        AND c.day = coalesce((SELECT date FROM records_storyclock), date('now'))
        AND c.outcome = NEW.outcome AND c.epoch = NEW.epoch AND c.decision_id IS NEW.decision_id
)
BEGIN
    SELECT RAISE(ABORT, 'INSERT of an award is refused without a clearance of the gate: use the award service');
END;
DROP TRIGGER IF EXISTS marketplace_award_gate_again;
CREATE TRIGGER marketplace_award_gate_again BEFORE UPDATE ON marketplace_award
WHEN NOT (NEW.id IS OLD.id AND NEW.client_id IS OLD.client_id AND NEW.slot_id IS OLD.slot_id AND NEW.vendor_id IS OLD.vendor_id
    AND NEW.outcome IS OLD.outcome AND NEW.epoch IS OLD.epoch AND NEW.decision_id IS OLD.decision_id
    AND NEW.awarded_by_id IS OLD.awarded_by_id AND NEW.awarded_at IS OLD.awarded_at
    AND (NEW.status IS OLD.status OR NEW.status = 'withdrawn'))
AND NOT EXISTS (
    SELECT 1 FROM marketplace_clearance c
    WHERE c.award_id = NEW.id AND c.client_id = NEW.client_id AND c.slot_id = NEW.slot_id
        AND c.vendor_id = NEW.vendor_id AND NOT c.used AND c.epoch = coalesce((SELECT value FROM conflicts_epoch), 0)
        AND c.day = coalesce((SELECT date FROM records_storyclock), date('now'))
        AND c.outcome = NEW.outcome AND c.epoch = NEW.epoch AND c.decision_id IS NEW.decision_id
)
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of an award is refused without a clearance of the gate: use the award service');
END;

-- A declared engagement began before its client joined, and only ends. `start` is a partial date: its last day counts.

DROP TRIGGER IF EXISTS marketplace_engagement_gate;
CREATE TRIGGER marketplace_engagement_gate BEFORE INSERT ON marketplace_engagement
BEGIN
    SELECT RAISE(ABORT, 'a declared engagement began before its client joined, and is never changed or prolonged')
    WHERE NEW.origin = 'declared' AND (NEW.status <> 'running' OR
        CASE length(NEW.start) WHEN 0 THEN '' WHEN 4 THEN NEW.start || '-12-31'
        WHEN 7 THEN date(NEW.start || '-01', '+1 month', '-1 day') ELSE NEW.start END
        >= (SELECT joined_on FROM marketplace_client WHERE id = NEW.client_id));
    SELECT RAISE(ABORT, 'INSERT of an engagement is refused without a clearance of the gate: use the award service')
    WHERE NEW.origin <> 'declared' AND NOT EXISTS (
    SELECT 1 FROM marketplace_clearance c
    WHERE c.award_id = NEW.award_id AND c.client_id = NEW.client_id AND c.slot_id = NEW.slot_id
        AND c.vendor_id = NEW.vendor_id AND NOT c.used AND c.epoch = coalesce((SELECT value FROM conflicts_epoch), 0)
        AND c.day = coalesce((SELECT date FROM records_storyclock), date('now'))
    );
    UPDATE marketplace_clearance SET used = 1
    WHERE NEW.origin <> 'declared' AND award_id = NEW.award_id AND NOT used;
END;
DROP TRIGGER IF EXISTS marketplace_engagement_gate_again;
CREATE TRIGGER marketplace_engagement_gate_again BEFORE UPDATE ON marketplace_engagement
WHEN NOT (NEW.id IS OLD.id AND NEW.client_id IS OLD.client_id AND NEW.vendor_id IS OLD.vendor_id
    AND NEW.origin IS OLD.origin AND NEW.award_id IS OLD.award_id AND NEW.slot_id IS OLD.slot_id
    AND NEW.title IS OLD.title AND NEW.start IS OLD.start AND NEW.amount IS OLD.amount
    AND NEW.currency IS OLD.currency AND NEW.amount_per IS OLD.amount_per
    AND ((NEW.status IS OLD.status AND NEW."end" IS OLD."end") OR (OLD.status = 'running' AND NEW.status = 'ended')))
BEGIN
    SELECT RAISE(ABORT, 'a declared engagement began before its client joined, and is never changed or prolonged')
    WHERE NEW.origin = 'declared';
    SELECT RAISE(ABORT, 'UPDATE of an engagement is refused without a clearance of the gate: use the award service')
    WHERE NEW.origin <> 'declared' AND NOT EXISTS (
    SELECT 1 FROM marketplace_clearance c
    WHERE c.award_id = NEW.award_id AND c.client_id = NEW.client_id AND c.slot_id = NEW.slot_id
        AND c.vendor_id = NEW.vendor_id AND NOT c.used AND c.epoch = coalesce((SELECT value FROM conflicts_epoch), 0)
        AND c.day = coalesce((SELECT date FROM records_storyclock), date('now'))
    );
    UPDATE marketplace_clearance SET used = 1 WHERE award_id = NEW.award_id AND NOT used;
END;
DROP TRIGGER IF EXISTS marketplace_client_joined;
CREATE TRIGGER marketplace_client_joined BEFORE UPDATE ON marketplace_client
WHEN NEW.joined_on IS NOT OLD.joined_on OR NEW.party_id IS NOT OLD.party_id
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of marketplace_client is refused: what a client is and when it joined stays');
END;

-- An alert moves along its edges only (marketplace/models/alerts.py has the table); a closed one stays closed.

DROP TRIGGER IF EXISTS marketplace_conflictalert_edges;
CREATE TRIGGER marketplace_conflictalert_edges BEFORE UPDATE ON marketplace_conflictalert
WHEN OLD.status <> NEW.status AND OLD.status || ' ' || NEW.status NOT IN (
    'open acknowledged', 'open mitigated', 'open waived', 'open closed',
    'acknowledged open', 'acknowledged mitigated', 'acknowledged waived', 'acknowledged closed',
    'mitigated open', 'mitigated waived', 'mitigated closed',
    'waived open', 'waived closed')
BEGIN
    SELECT RAISE(ABORT, 'UPDATE of marketplace_conflictalert is refused: an alert moves along its edges only');
END;
