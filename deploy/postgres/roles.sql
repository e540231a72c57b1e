-- Makes the two roles of Armslength and its database. Run by a superuser, as often as you like:
--
--   psql -v owner_password=... -v app_password=... -f deploy/postgres/roles.sql
--
-- Optional: -v database=armslength -v owner=armslength_owner -v app=armslength_app
-- The owner migrates, creates and resets (DATABASE_OWNER_URL). The app role does all else, tests included
-- (DATABASE_URL); it owns nothing, so it can neither drop a trigger nor grant itself a right.
-- What the app role may not do on single tables, above all change the decision log, is revoked after every migrate.
\set ON_ERROR_STOP on
\if :{?database} \else \set database armslength \endif
\if :{?owner} \else \set owner armslength_owner \endif
\if :{?app} \else \set app armslength_app \endif

SELECT format('CREATE ROLE %I', name)
FROM unnest(ARRAY[:'owner', :'app']) AS name
WHERE name NOT IN (SELECT rolname FROM pg_roles) \gexec

-- CREATEDB: the test run makes and drops its database as the owner.
ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEROLE CREATEDB PASSWORD :'owner_password';
ALTER ROLE :"app" LOGIN NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'app_password';

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'owner')
WHERE :'database' NOT IN (SELECT datname FROM pg_database) \gexec

REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE :"database" TO :"app";

-- Privileges on schemas and future tables belong to one database each.
\connect :"database"
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT ALL ON SCHEMA public TO :"owner";
GRANT USAGE ON SCHEMA public TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"app";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO :"app";
