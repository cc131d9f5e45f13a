-- Version 6. What waits for people, by a heartbeat: how many, and the age of the oldest in seconds. -1: not reported.
ALTER TABLE heartbeat ADD COLUMN due INTEGER NOT NULL DEFAULT -1;
ALTER TABLE heartbeat ADD COLUMN oldest_s INTEGER NOT NULL DEFAULT -1;
