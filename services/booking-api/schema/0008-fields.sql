-- SPDX-License-Identifier: MIT
-- min_compatible: 1
--
-- More that a flat, its owner and a booking say of themselves.

-- Nobody said how many guests are in the price: as many as may come. included_guests keeps the
-- number, because searches, feeds and copies of the service that know nothing of this read it.
ALTER TABLE apartment ADD COLUMN included_follows_max boolean NOT NULL DEFAULT false;
CREATE FUNCTION apartment_included_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.included_guests := NEW.max_guests;
    RETURN NEW;
END $$;
CREATE TRIGGER apartment_included BEFORE INSERT OR UPDATE ON apartment
    FOR EACH ROW WHEN (NEW.included_follows_max) EXECUTE FUNCTION apartment_included_follow();

-- How to get in: for owner and staff, and for the guest of a confirmed stay. No feed has it.
ALTER TABLE apartment
    ADD COLUMN check_in_info_ru text CHECK (char_length(check_in_info_ru) BETWEEN 1 AND 3000),
    ADD COLUMN check_in_info_kz text CHECK (char_length(check_in_info_kz) BETWEEN 1 AND 3000),
    ADD COLUMN check_in_info_en text CHECK (char_length(check_in_info_en) BETWEEN 1 AND 3000),
    ADD CONSTRAINT apartment_check_in_info
        CHECK (check_in_info_ru IS NOT NULL OR num_nonnulls(check_in_info_kz, check_in_info_en) = 0);

-- Where guests pay by hand: a number, a name.
ALTER TABLE owner
    ADD COLUMN payment_info text CHECK (char_length(payment_info) BETWEEN 1 AND 300);

-- Where the guest came from, as the program that booked calls it.
ALTER TABLE booking ADD COLUMN source text CHECK (char_length(source) BETWEEN 1 AND 64);
