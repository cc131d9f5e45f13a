-- Version 6. Figures of a heartbeat: number of items that staff must renew, age of the oldest in s. -1: not reported.
ALTER TABLE heartbeat ADD COLUMN due INTEGER NOT NULL DEFAULT -1;
ALTER TABLE heartbeat ADD COLUMN oldest_s INTEGER NOT NULL DEFAULT -1;
