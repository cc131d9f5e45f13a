-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- What a cancellation costs, as rows; and quotes: prices promised for half an hour. Both end up
-- frozen in the booking, because what was agreed must not change with a flat or a policy.

-- Tiers from the earliest to the last: each holds until `days` dates before check-in at the flat's
-- check_in_time, the last (without days) until the guest is in. Kept of what was paid, less
-- cleaning: keep_percent of it, or at most the first night.
CREATE TABLE cancellation_policy (
    name    text PRIMARY KEY CHECK (name ~ '^[a-z][a-z0-9_]{0,31}$'),
    text_ru text NOT NULL CHECK (char_length(text_ru) BETWEEN 1 AND 300),
    text_kz text NOT NULL CHECK (char_length(text_kz) BETWEEN 1 AND 300),
    text_en text NOT NULL CHECK (char_length(text_en) BETWEEN 1 AND 300),
    tiers   jsonb NOT NULL CONSTRAINT cancellation_policy_tiers CHECK (
                jsonb_typeof(tiers) = 'array' AND jsonb_array_length(tiers) BETWEEN 1 AND 4
                AND NOT tiers @? '$[*] ? (!(@.keep_percent >= 0 && @.keep_percent <= 100
                                            && @.keep_percent == @.keep_percent.floor())
                                          && !(@.keep_first_night == true))'
                AND NOT tiers @? '$[last] ? (exists(@.days))'
                AND NOT tiers @? '$[0 to last] ? (@.days < 0 || @.days > 366
                                                  || @.days.type() != "number"
                                                  || @.days != @.days.floor())'
                AND jsonb_array_length(jsonb_path_query_array(tiers, '$[*].days'))
                    = jsonb_array_length(tiers) - 1
                AND coalesce((tiers -> 0 ->> 'days')::numeric > (tiers -> 1 ->> 'days')::numeric, true)
                AND coalesce((tiers -> 1 ->> 'days')::numeric > (tiers -> 2 ->> 'days')::numeric, true))
);

INSERT INTO cancellation_policy (name, text_ru, text_kz, text_en, tiers) VALUES
    ('flexible',
     'Бесплатная отмена за 24 часа до заезда, позже удерживается первая ночь. Уборка возвращается.',
     'Келуге 24 сағат қалғанға дейін тегін бас тарту, кейін бірінші түн ұсталады. Тазалау ақысы қайтарылады.',
     'Free cancellation until 24 hours before check-in, then the first night is kept. Cleaning is refunded.',
     '[{"days": 1, "keep_percent": 0}, {"keep_first_night": true}]'),
    ('moderate',
     'Бесплатная отмена за 5 дней до заезда, позже удерживается половина. Уборка возвращается.',
     'Келуге 5 күн қалғанға дейін тегін бас тарту, кейін жартысы ұсталады. Тазалау ақысы қайтарылады.',
     'Free cancellation until 5 days before check-in, then half is kept. Cleaning is refunded.',
     '[{"days": 5, "keep_percent": 0}, {"keep_percent": 50}]'),
    ('strict',
     'За 7 дней до заезда возвращается половина, позже ничего. Уборка возвращается.',
     'Келуге 7 күн қалғанға дейін жартысы қайтарылады, кейін ештеңе. Тазалау ақысы қайтарылады.',
     'Half is refunded until 7 days before check-in, then nothing. Cleaning is refunded.',
     '[{"days": 7, "keep_percent": 50}, {"keep_percent": 100}]');

ALTER TABLE apartment ADD CONSTRAINT apartment_policy
    FOREIGN KEY (cancellation_policy) REFERENCES cancellation_policy (name);

-- What a booking agreed to. policy: {"policy", "tiers"}, policy_text: {"ru", "kz", "en"}; its borders lie
-- at check_in_time in timezone, whatever becomes of the flat.
ALTER TABLE booking
    ADD COLUMN policy        jsonb,
    ADD COLUMN policy_text   json, -- as it is shown, byte for byte
    ADD COLUMN check_in_time time,
    ADD COLUMN timezone      text CONSTRAINT booking_timezone CHECK (timezone_known(timezone)),
    ADD COLUMN cleaning      bigint CHECK (cleaning >= 0),
    ADD COLUMN first_night   bigint CHECK (first_night >= 0), -- with its extra guests
    ADD COLUMN fee           bigint CHECK (fee >= 0),         -- kept when it was cancelled
    ADD COLUMN refund        bigint CHECK (refund >= 0);      -- goes back to the guest

-- Rows of copies of the service that know nothing of policies, and of people.
CREATE FUNCTION booking_freeze_policy() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    nights bigint := (SELECT greatest(count(*), 1) FROM json_array_elements(NEW.lines) line
                      WHERE line ->> 'date' IS NOT NULL);
BEGIN
    SELECT jsonb_build_object('policy', p.name, 'tiers', p.tiers),
           json_build_object('ru', p.text_ru, 'kz', p.text_kz, 'en', p.text_en),
           a.check_in_time, a.timezone
    INTO NEW.policy, NEW.policy_text, NEW.check_in_time, NEW.timezone
    FROM apartment a JOIN cancellation_policy p ON p.name = a.cancellation_policy
    WHERE a.id = NEW.apartment_id;
    SELECT coalesce(sum(amount) FILTER (WHERE kind = 'cleaning'), 0),
           coalesce(max(amount) FILTER (WHERE number = 1 AND date IS NOT NULL), 0)
               + coalesce(sum(amount) FILTER (WHERE kind = 'extra_guest'), 0) / nights
    INTO NEW.cleaning, NEW.first_night
    FROM (SELECT number, line ->> 'kind' AS kind, line ->> 'date' AS date,
                 (line #>> '{amount,amount}')::bigint AS amount
          FROM json_array_elements(NEW.lines) WITH ORDINALITY AS listed (line, number)) AS lines;
    RETURN NEW;
END $$;
CREATE TRIGGER booking_policy_frozen BEFORE INSERT OR UPDATE ON booking
    FOR EACH ROW WHEN (NEW.policy IS NULL) EXECUTE FUNCTION booking_freeze_policy();
UPDATE booking SET policy = NULL;
ALTER TABLE booking
    ALTER COLUMN policy SET NOT NULL,
    ALTER COLUMN policy_text SET NOT NULL,
    ALTER COLUMN check_in_time SET NOT NULL,
    ALTER COLUMN timezone SET NOT NULL,
    ALTER COLUMN cleaning SET NOT NULL,
    ALTER COLUMN first_night SET NOT NULL;

-- What each step cost the guest and gave back to him, where it did.
ALTER TABLE booking_history ADD COLUMN fee bigint, ADD COLUMN refund bigint;

-- A price promised for a while, not the nights. Rows are deleted a day after their time is over.
CREATE TABLE quote (
    id                uuid PRIMARY KEY,
    tenant_id         uuid NOT NULL,
    apartment_id      uuid NOT NULL REFERENCES apartment (id),
    guest_telegram_id bigint, -- the guest who asked; null: anybody of the tenant may use it
    check_in          date NOT NULL,
    check_out         date NOT NULL CHECK (check_out > check_in),
    guests            integer NOT NULL CHECK (guests >= 1),
    lines             json NOT NULL,
    total             bigint NOT NULL CHECK (total >= 0),
    deposit           bigint NOT NULL CHECK (deposit BETWEEN 0 AND total),
    cleaning          bigint NOT NULL,
    first_night       bigint NOT NULL,
    policy            jsonb NOT NULL,
    policy_text       json NOT NULL,
    check_in_time     time NOT NULL,
    timezone          text NOT NULL,
    created_at        timestamptz NOT NULL DEFAULT now(),
    expires_at        timestamptz NOT NULL
);
CREATE INDEX quote_expiry ON quote (expires_at);

DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'booking_runtime') THEN
        RETURN;
    END IF;
    GRANT SELECT ON cancellation_policy TO booking_runtime;
    -- UPDATE: whoever deletes locks first.
    GRANT SELECT, INSERT, UPDATE, DELETE ON quote TO booking_runtime;
END
$$;
