-- Version 3. Of an incident that a rule of Prometheus began: the command to run, and the section of docs/runbook.md.
ALTER TABLE disk.incident ADD COLUMN command TEXT NOT NULL DEFAULT '';
ALTER TABLE disk.incident ADD COLUMN runbook TEXT NOT NULL DEFAULT '';
