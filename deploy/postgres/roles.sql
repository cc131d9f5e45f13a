-- The roles of the database `tapbot`. tapbot_owner owns all objects. tapbot_migrator acts as the owner and applies
-- the migrations of all services. The runtime role of a service has only the rights that migrations grant: to the
-- role itself in its own schema, to tapbot_service in schema `api`, to tapbot_feeds on the views feed_*.
-- Run by a superuser; may be repeated. Standard input has a line for each login role of services.tsv with
-- tab-separated columns: role, comma-separated groups, connection limit (-1: none), password.
SET client_min_messages = warning;
-- No password may be logged, even if a statement fails.
SET log_min_messages = panic;
SET log_min_error_statement = panic;
SET log_min_duration_statement = -1;

SELECT format('CREATE ROLE %I NOLOGIN', name)
FROM unnest(ARRAY['tapbot_owner', 'tapbot_service', 'tapbot_feeds']) name
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec

CREATE TEMPORARY TABLE login (
    role        name    PRIMARY KEY,
    groups      text    NOT NULL,
    connections integer NOT NULL,
    password    text    NOT NULL CHECK (password <> '')
);
\copy login FROM pstdin
SELECT format('CREATE ROLE %I', role) FROM login
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec
-- An idle open transaction would hide newer events from every reader (pg_snapshot_xmin).
SELECT format('ALTER ROLE %I LOGIN CONNECTION LIMIT %s PASSWORD %L; '
              'ALTER ROLE %1$I SET idle_in_transaction_session_timeout = %4$L',
              role, connections, password, CASE role WHEN 'tapbot_migrator' THEN '60s' ELSE '5s' END)
FROM login \gexec
SELECT format('GRANT %I TO %I', name, role) FROM login, string_to_table(groups, ',') name \gexec
SELECT format('REVOKE %I FROM %I', g.rolname, l.role)
FROM login l JOIN pg_roles m ON m.rolname = l.role
JOIN pg_auth_members a ON a.member = m.oid JOIN pg_roles g ON g.oid = a.roleid
WHERE g.rolname <> ALL (string_to_array(l.groups, ',')) \gexec
ALTER ROLE tapbot_migrator SET role = 'tapbot_owner';

-- Former versions had a migrator role for each service.
SELECT format('ALTER ROLE %I NOLOGIN PASSWORD NULL', rolname)
FROM pg_roles
WHERE rolname LIKE '%\_migrator' AND rolname <> 'tapbot_migrator' AND rolcanlogin \gexec
