-- Version 5. Figures of a heartbeat in seconds: duration of the job, and age of the data that a failure would lose.
-- -1: not reported.
ALTER TABLE heartbeat ADD COLUMN took_s INTEGER NOT NULL DEFAULT -1;
ALTER TABLE heartbeat ADD COLUMN loss_s INTEGER NOT NULL DEFAULT -1;
