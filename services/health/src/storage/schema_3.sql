-- Version 3. For incidents of Prometheus rules: the command to run, and the section of docs/runbook.md.
ALTER TABLE incident ADD COLUMN command TEXT NOT NULL DEFAULT '';
ALTER TABLE incident ADD COLUMN runbook TEXT NOT NULL DEFAULT '';
