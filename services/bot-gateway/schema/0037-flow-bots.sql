-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Bots of the type flow, whose people are answered by programs. They have neither texts nor settings. Former versions do not
-- know the type and treat such a bot as one for apartments: set is_active to false before a rollback.
ALTER TABLE bot DROP CONSTRAINT bot_bot_type_check;
ALTER TABLE bot ADD CONSTRAINT bot_bot_type_check CHECK (bot_type IN ('apartments', 'taxi', 'flow'));
