SET LOCAL ROLE pdx_owner;

-- Where money is owed: RECEIVABLE what the party owes the exchange, PAYABLE what the exchange owes the party.
CREATE TABLE account (
    id        uuid NOT NULL,
    party_id  uuid NOT NULL REFERENCES party (id),
    kind      text NOT NULL,
    currency  text NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (id),
    CONSTRAINT account_unique UNIQUE (party_id, kind, currency),
    CONSTRAINT account_kind_known CHECK (kind IN ('RECEIVABLE', 'PAYABLE')),
    CONSTRAINT account_currency_known CHECK (currency IN ('CNY'))
);

CREATE TABLE journal_entry (
    id           uuid        NOT NULL,
    kind         text        NOT NULL,
    -- What the entry books: a statement's id.
    reference_id uuid        NOT NULL,
    booked_at    timestamptz NOT NULL,
    CONSTRAINT journal_entry_pkey PRIMARY KEY (id),
    CONSTRAINT journal_entry_kind_known CHECK (kind IN ('STATEMENT')),
    CONSTRAINT journal_entry_once_per_reference UNIQUE (kind, reference_id)
);

-- A line of an entry: debit above zero, credit below.
CREATE TABLE posting (
    journal_entry_id uuid    NOT NULL REFERENCES journal_entry (id),
    line             integer NOT NULL,
    account_id       uuid    NOT NULL REFERENCES account (id),
    party_id         uuid    NOT NULL REFERENCES party (id),
    amount_minor     bigint  NOT NULL,
    currency         text    NOT NULL,
    CONSTRAINT posting_pkey PRIMARY KEY (journal_entry_id, line),
    CONSTRAINT posting_not_zero CHECK (amount_minor <> 0)
);
CREATE INDEX posting_by_account ON posting (account_id, journal_entry_id);
CREATE INDEX posting_by_party ON posting (party_id, journal_entry_id);

CREATE TRIGGER journal_entry_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
CREATE TRIGGER posting_append_only BEFORE UPDATE OR DELETE ON posting
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();

-- Checked at commit: an entry's postings sum to zero in every currency. SECURITY DEFINER, because the rows of other
-- parties count as well.
CREATE FUNCTION check_journal_entry_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM posting WHERE journal_entry_id = NEW.journal_entry_id
               GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
        RAISE EXCEPTION 'journal entry % does not balance', NEW.journal_entry_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'journal_entry_balances';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER journal_entry_balances AFTER INSERT ON posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_journal_entry_balances();

-- A month that has been closed, for ever. Months are legal months in Asia/Shanghai.
CREATE TABLE settlement_month (
    month     text        NOT NULL,
    closed_at timestamptz NOT NULL,
    closed_by uuid        NOT NULL REFERENCES person (id),
    CONSTRAINT settlement_month_pkey PRIMARY KEY (month),
    CONSTRAINT settlement_month_shape CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$')
);

-- What a consumer owes for a month.
CREATE TABLE statement (
    id           uuid        NOT NULL,
    month        text        NOT NULL REFERENCES settlement_month (month),
    consumer_id  uuid        NOT NULL REFERENCES party (id),
    units        bigint      NOT NULL,
    amount_minor bigint      NOT NULL,
    currency     text        NOT NULL,
    issued_at    timestamptz NOT NULL,
    CONSTRAINT statement_pkey PRIMARY KEY (id),
    CONSTRAINT statement_once_per_month UNIQUE (consumer_id, month),
    CONSTRAINT statement_amount_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX statement_by_month ON statement (month, id);

-- The use of one grant in the month: units × price, rounded half up once.
CREATE TABLE statement_line (
    statement_id   uuid    NOT NULL REFERENCES statement (id),
    line           integer NOT NULL,
    consumer_id    uuid    NOT NULL REFERENCES party (id),
    provider_id    uuid    NOT NULL REFERENCES party (id),
    usage_grant_id uuid    NOT NULL REFERENCES usage_grant (id),
    product_id     uuid    NOT NULL REFERENCES product (id),
    units          bigint  NOT NULL,
    price_per_call numeric(20, 10) NOT NULL,
    amount_minor   bigint  NOT NULL,
    currency       text    NOT NULL,
    CONSTRAINT statement_line_pkey PRIMARY KEY (statement_id, line),
    CONSTRAINT statement_line_units_positive CHECK (units > 0),
    CONSTRAINT statement_line_amount_rounds_half_up CHECK (amount_minor = round(units * price_per_call * 100))
);
CREATE INDEX statement_line_by_provider ON statement_line (provider_id, statement_id);

-- Who gets how much of a line; the portions of a line sum to its amount.
CREATE TABLE allocation (
    statement_id uuid    NOT NULL,
    line         integer NOT NULL,
    capacity     text    NOT NULL,
    party_id     uuid    NOT NULL REFERENCES party (id),
    weight       integer NOT NULL,
    amount_minor bigint  NOT NULL,
    currency     text    NOT NULL,
    CONSTRAINT allocation_pkey PRIMARY KEY (statement_id, line, capacity),
    CONSTRAINT allocation_of_a_line FOREIGN KEY (statement_id, line) REFERENCES statement_line (statement_id, line),
    CONSTRAINT allocation_capacity_known CHECK (capacity IN ('PROVIDER', 'OPERATOR', 'PLATFORM')),
    CONSTRAINT allocation_amount_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX allocation_by_party ON allocation (party_id, statement_id);

CREATE FUNCTION check_allocation_sums() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.amount_minor <> (SELECT coalesce(sum(amount_minor), 0) FROM allocation
                            WHERE statement_id = NEW.statement_id AND line = NEW.line) THEN
        RAISE EXCEPTION 'the allocation of line % of % does not sum to its amount', NEW.line, NEW.statement_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'allocation_sums_to_line';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER allocation_sums_to_line AFTER INSERT ON statement_line
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION check_allocation_sums();

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['settlement_month', 'statement', 'statement_line', 'allocation'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION reject_row_change()',
                       t || '_append_only', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['account', 'journal_entry', 'posting', 'settlement_month', 'statement', 'statement_line',
                             'allocation'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO pdx_app', t);
        EXECUTE format('CREATE POLICY %I ON %I FOR INSERT TO pdx_app WITH CHECK ((SELECT app_has_role(''OPERATOR'')))', t || '_close', t);
        EXECUTE format('CREATE POLICY %I ON %I FOR SELECT TO pdx_app
                        USING ((SELECT app_has_role(''OPERATOR'', ''REGULATOR'', ''SYSTEM'')))', t || '_oversee', t);
    END LOOP;
END
$$;
CREATE POLICY account_own ON account FOR SELECT TO pdx_app USING (party_id = (SELECT app_party()));
CREATE POLICY posting_own ON posting FOR SELECT TO pdx_app USING (party_id = (SELECT app_party()));
CREATE POLICY posting_balance ON posting FOR SELECT TO pdx_owner USING (true);
CREATE POLICY journal_entry_own ON journal_entry FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM posting WHERE journal_entry_id = journal_entry.id AND party_id = (SELECT app_party())));
CREATE POLICY settlement_month_all ON settlement_month FOR SELECT TO pdx_app USING (true);
CREATE POLICY statement_own ON statement FOR SELECT TO pdx_app USING (consumer_id = (SELECT app_party()));
CREATE POLICY statement_line_own ON statement_line FOR SELECT TO pdx_app
    USING (consumer_id = (SELECT app_party()) OR provider_id = (SELECT app_party()));
CREATE POLICY allocation_own ON allocation FOR SELECT TO pdx_app USING (party_id = (SELECT app_party()));
CREATE POLICY allocation_sum ON allocation FOR SELECT TO pdx_owner USING (true);
