-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- A lane has one turn under way. An update that was received earlier may be seen later, when its transaction ends later or
-- its connection stood still: it waits until a turn that has called another service is done. Both would act on the same
-- buttons otherwise, and what was wanted once was done twice.
CREATE UNIQUE INDEX update_begun ON update (bot_id, coalesce(chat_id, 0), coalesce(user_id, 0))
    WHERE status = 'received' AND (leased_by IS NOT NULL OR calls IS NOT NULL);
