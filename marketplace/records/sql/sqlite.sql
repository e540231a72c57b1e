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
CREATE TRIGGER conflicts_factchange_no_rewriting BEFORE UPDATE OF id, epoch, kind, reach, at, actor_id, tenant, parties, data
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
