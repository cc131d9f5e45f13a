-- SPDX-License-Identifier: MIT
-- min_compatible: 1
-- Persons as people see them, and their erasure: the rights, and the indexes by which all rows of a person are found.

ALTER TABLE person ADD COLUMN version bigint NOT NULL DEFAULT 1;
CREATE INDEX person_newest ON person (bot_id, first_seen_at, id);

CREATE INDEX dialogue_of_person ON dialogue (user_id, bot_id);
-- None for status = 'received', see update_lane: those are few, and found by that index.
CREATE INDEX update_of_person ON update (user_id, bot_id) WHERE status <> 'received';
-- Groups, and chats of one person in which another one acts.
CREATE INDEX update_of_chat ON update (chat_id, bot_id) WHERE status <> 'received' AND user_id IS DISTINCT FROM chat_id;
-- What waits has sending_queue, what is under way sending_one_flight.
CREATE INDEX sending_ended ON sending (bot_id, chat_id) WHERE status NOT IN ('queued', 'sending');
-- What was answered about a resource: answers begin with its id.
CREATE INDEX idempotency_of_resource ON idempotency (substr(body, 8, 36)) WHERE body LIKE '{"id":"%';

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'bot_runtime') THEN
        RETURN;
    END IF;
    GRANT DELETE ON person, dialogue, recipient TO bot_runtime;
    GRANT UPDATE (body, body_cut, chat_id, user_id) ON update TO bot_runtime;
    GRANT UPDATE (match, version) ON forward TO bot_runtime;
END
$$;
