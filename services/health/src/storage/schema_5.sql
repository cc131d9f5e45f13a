-- Version 5. What a heartbeat reports besides success, in seconds: how long the job took, and the data that a loss would
-- cost. -1: not reported.
ALTER TABLE heartbeat ADD COLUMN took_s INTEGER NOT NULL DEFAULT -1;
ALTER TABLE heartbeat ADD COLUMN loss_s INTEGER NOT NULL DEFAULT -1;
