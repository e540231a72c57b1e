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
