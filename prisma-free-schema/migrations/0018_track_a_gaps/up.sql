SET LOCAL ROLE pdx_owner;

-- 更正 by an interested party: what it would have the register say, asked of the holder, or put before the registry with proof.
CREATE TABLE correction_proposal (
    id                        uuid        NOT NULL,
    asset_id                  uuid        NOT NULL REFERENCES asset (id),
    proposer_id               uuid        NOT NULL REFERENCES party (id),
    holder_id                 uuid        NOT NULL REFERENCES party (id),
    registry_id               uuid        NOT NULL REFERENCES party (id),
    -- Null: as registered.
    name                      text,
    overview                  text,
    grounds                   text        NOT NULL,
    proposed_by               uuid        NOT NULL REFERENCES person (id),
    proposed_at               timestamptz NOT NULL,
    -- Until when the holder is asked.
    answer_due                date        NOT NULL,
    is_answer_due_provisional boolean     NOT NULL,
    state                     text        NOT NULL,
    -- The holder's: its written consent, or why it declines.
    answered_by               uuid        REFERENCES person (id),
    answered_at               timestamptz,
    answer                    text,
    -- What the proof shows, as the proposer puts it before the registry.
    proof                     text,
    brought_by                uuid        REFERENCES person (id),
    brought_at                timestamptz,
    decided_by                uuid        REFERENCES person (id),
    decided_at                timestamptz,
    decision_reason           text,
    CONSTRAINT correction_proposal_pkey PRIMARY KEY (id),
    CONSTRAINT correction_proposal_by_another CHECK (proposer_id NOT IN (holder_id, registry_id)),
    CONSTRAINT correction_proposal_corrects_something CHECK (name IS NOT NULL OR overview IS NOT NULL),
    CONSTRAINT correction_proposal_name_length CHECK (char_length(name) BETWEEN 1 AND 40),
    CONSTRAINT correction_proposal_overview_length CHECK (char_length(overview) BETWEEN 1 AND 400),
    CONSTRAINT correction_proposal_texts_length CHECK
        (char_length(grounds) BETWEEN 1 AND 2000 AND char_length(answer) BETWEEN 1 AND 2000
         AND char_length(proof) BETWEEN 1 AND 2000 AND char_length(decision_reason) BETWEEN 1 AND 2000),
    CONSTRAINT correction_proposal_state_known CHECK (state IN
        ('PROPOSED', 'CONSENTED', 'DECLINED', 'BROUGHT', 'DISMISSED', 'ORDERED', 'WITHDRAWN', 'MOOT')),
    CONSTRAINT correction_proposal_answered_in_writing CHECK
        ((answered_by IS NULL) = (answered_at IS NULL) AND (answered_by IS NULL) = (answer IS NULL)
         AND (state NOT IN ('CONSENTED', 'DECLINED') OR answer IS NOT NULL)),
    CONSTRAINT correction_proposal_decided_on_proof CHECK
        ((brought_by IS NULL) = (brought_at IS NULL) AND (brought_by IS NULL) = (proof IS NULL)
         AND (state NOT IN ('BROUGHT', 'DISMISSED', 'ORDERED') OR proof IS NOT NULL)
         AND (state IN ('DISMISSED', 'ORDERED')) = (decided_by IS NOT NULL)
         AND (decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (decision_reason IS NULL))
);
-- Whoever proposes waits for the answer before it proposes again.
CREATE UNIQUE INDEX correction_proposal_one_pending ON correction_proposal (asset_id, proposer_id)
    WHERE state IN ('PROPOSED', 'BROUGHT');
CREATE INDEX correction_proposal_by_proposer ON correction_proposal (proposer_id, id);
CREATE INDEX correction_proposal_by_holder ON correction_proposal (holder_id, state, id);
CREATE INDEX correction_proposal_by_registry ON correction_proposal (registry_id, state, id);
CREATE INDEX correction_proposal_answer_due ON correction_proposal (answer_due) WHERE state = 'PROPOSED';
ALTER TABLE correction_proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction_proposal FORCE ROW LEVEL SECURITY;
CREATE POLICY correction_proposal_read ON correction_proposal FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (proposer_id, holder_id, registry_id) OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
-- Each state is brought about by its own side only; a calendar that is imported moves the day of what is still asked.
CREATE POLICY correction_proposal_act ON correction_proposal FOR UPDATE TO pdx_app
    USING ((SELECT app_party()) IN (proposer_id, holder_id, registry_id) OR (SELECT app_has_role('SYSTEM')))
    WITH CHECK (CASE
        WHEN state = 'CONSENTED' THEN holder_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE'))
        -- Also by whoever takes the application back for the holder.
        WHEN state = 'DECLINED' THEN holder_id = (SELECT app_party())
        WHEN state IN ('BROUGHT', 'WITHDRAWN') THEN proposer_id = (SELECT app_party())
        WHEN state IN ('DISMISSED', 'ORDERED') THEN registry_id = (SELECT app_party()) AND (SELECT app_has_role('REVIEWER'))
        ELSE (SELECT app_has_role('SYSTEM')) END);
CREATE POLICY correction_proposal_functions ON correction_proposal TO pdx_owner USING (true);
GRANT SELECT, UPDATE (state, answer_due, is_answer_due_provisional, answered_by, answered_at, answer, proof, brought_by,
                      brought_at, decided_by, decided_at, decision_reason) ON correction_proposal TO pdx_app;

-- What a proposal rests on: evidence from the beginning, and the proof it is put before the registry with.
CREATE TABLE correction_proposal_evidence (
    proposal_id uuid    NOT NULL REFERENCES correction_proposal (id),
    upload_id   uuid    NOT NULL REFERENCES upload (id),
    is_proof    boolean NOT NULL,
    sha256      bytea   NOT NULL,
    proposer_id uuid    NOT NULL REFERENCES party (id),
    holder_id   uuid    NOT NULL REFERENCES party (id),
    registry_id uuid    NOT NULL REFERENCES party (id),
    CONSTRAINT correction_proposal_evidence_pkey PRIMARY KEY (proposal_id, upload_id, is_proof)
);
CREATE INDEX correction_proposal_evidence_by_upload ON correction_proposal_evidence (upload_id);
CREATE TRIGGER correction_proposal_evidence_append_only BEFORE UPDATE OR DELETE ON correction_proposal_evidence
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE correction_proposal_evidence ENABLE ROW LEVEL SECURITY;
ALTER TABLE correction_proposal_evidence FORCE ROW LEVEL SECURITY;
CREATE POLICY correction_proposal_evidence_read ON correction_proposal_evidence FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (proposer_id, holder_id, registry_id) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY correction_proposal_evidence_show ON correction_proposal_evidence FOR INSERT TO pdx_app
    WITH CHECK (proposer_id = (SELECT app_party()));
GRANT SELECT, INSERT ON correction_proposal_evidence TO pdx_app;
CREATE POLICY upload_as_correction_proposal_evidence ON upload FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM correction_proposal_evidence WHERE correction_proposal_evidence.upload_id = upload.id));

-- Who proposes may not read applications: this finds the registry for it, and holds the asset in the register.
CREATE FUNCTION correction_propose(
    new_id uuid, wanted uuid, person uuid, new_name text, new_overview text, why text, at timestamptz, due date, provisional boolean
) RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    registered asset;
    registry   uuid;
BEGIN
    SELECT * INTO registered FROM asset WHERE id = wanted AND state = 'REGISTERED' FOR SHARE;
    IF NOT FOUND THEN
        RETURN 'NOT_REGISTERED';
    ELSIF registered.provider_id = app_party() THEN
        RETURN 'OWN';
    ELSIF coalesce(new_name, registered.name) = registered.name
          AND coalesce(new_overview, registered.overview) = registered.overview THEN
        RETURN 'SAME';
    END IF;
    SELECT registry_id INTO STRICT registry FROM registration
    WHERE asset_id = wanted AND track = 'A' AND type = 'FIRST' AND state = 'CODED';
    INSERT INTO correction_proposal (id, asset_id, proposer_id, holder_id, registry_id, name, overview, grounds, proposed_by,
                                     proposed_at, answer_due, is_answer_due_provisional, state)
    VALUES (new_id, wanted, app_party(), registered.provider_id, registry, new_name, new_overview, why, person, at, due,
            provisional, 'PROPOSED') ON CONFLICT DO NOTHING;
    RETURN CASE WHEN FOUND THEN 'DONE' ELSE 'TWICE' END;
END
$$;
REVOKE EXECUTE ON FUNCTION correction_propose FROM PUBLIC;
GRANT EXECUTE ON FUNCTION correction_propose TO pdx_app;

-- There is nothing to correct in what has left the register.
CREATE FUNCTION correction_proposals_end() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE correction_proposal SET state = 'MOOT' WHERE asset_id = NEW.id AND state IN ('PROPOSED', 'DECLINED', 'BROUGHT');
    RETURN NULL;
END
$$;
CREATE TRIGGER correction_proposals_end AFTER UPDATE OF ended_at ON asset FOR EACH ROW WHEN (NEW.ended_at IS NOT NULL)
    EXECUTE FUNCTION correction_proposals_end();

-- 委托: a chief data representative lets another person of its party submit for it, for a time.
ALTER TABLE person ADD CONSTRAINT person_of_its_party UNIQUE (id, party_id);
CREATE TABLE delegation (
    id           uuid        NOT NULL,
    party_id     uuid        NOT NULL REFERENCES party (id),
    delegator_id uuid        NOT NULL,
    delegate_id  uuid        NOT NULL,
    -- Null: all assets of the party.
    asset_id     uuid        REFERENCES asset (id),
    -- Legal days, the last one included.
    first_day    date        NOT NULL,
    last_day     date        NOT NULL,
    reason       text        NOT NULL,
    delegated_at timestamptz NOT NULL,
    revoked_by   uuid        REFERENCES person (id),
    revoked_at   timestamptz,
    CONSTRAINT delegation_pkey PRIMARY KEY (id),
    CONSTRAINT delegation_by_a_person_of_the_party FOREIGN KEY (delegator_id, party_id) REFERENCES person (id, party_id),
    CONSTRAINT delegation_to_a_person_of_the_party FOREIGN KEY (delegate_id, party_id) REFERENCES person (id, party_id),
    CONSTRAINT delegation_to_another CHECK (delegate_id <> delegator_id),
    CONSTRAINT delegation_forward CHECK (last_day >= first_day),
    CONSTRAINT delegation_reason_length CHECK (char_length(reason) BETWEEN 1 AND 400),
    CONSTRAINT delegation_revoked_by_somebody CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);
CREATE INDEX delegation_by_party ON delegation (party_id, id);
CREATE INDEX delegation_by_delegate ON delegation (delegate_id, last_day) WHERE revoked_at IS NULL;
ALTER TABLE delegation ENABLE ROW LEVEL SECURITY;
ALTER TABLE delegation FORCE ROW LEVEL SECURITY;
CREATE POLICY delegation_read ON delegation FOR SELECT TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY delegation_make ON delegation FOR INSERT TO pdx_app
    WITH CHECK (party_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE')) AND revoked_at IS NULL);
CREATE POLICY delegation_revoke ON delegation FOR UPDATE TO pdx_app
    USING (party_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE')));
CREATE POLICY delegation_functions ON delegation TO pdx_owner USING (true);
GRANT SELECT, INSERT, UPDATE (revoked_by, revoked_at) ON delegation TO pdx_app;
CREATE POLICY person_delegation ON person TO pdx_owner USING (true);

-- A delegation by which somebody of the caller's party may submit for a chief on that day, held until the transaction
-- ends. It is worth as much as its maker: one who is not a chief any more has nothing to delegate.
CREATE FUNCTION delegation_hold(person_id uuid, wanted_asset uuid, today date)
RETURNS TABLE (delegation_id uuid, delegator_id uuid) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT delegation.id, delegation.delegator_id
    FROM delegation
    JOIN person delegator ON delegator.id = delegation.delegator_id
    WHERE delegation.party_id = app_party() AND delegation.delegate_id = delegation_hold.person_id
      AND (delegation.asset_id IS NULL OR delegation.asset_id = wanted_asset)
      AND today BETWEEN delegation.first_day AND delegation.last_day AND delegation.revoked_at IS NULL
      AND delegator.is_active AND 'CHIEF_DATA_REPRESENTATIVE' = ANY (delegator.roles)
    ORDER BY delegation.id LIMIT 1
    FOR SHARE OF delegation, delegator
$$;
REVOKE EXECUTE ON FUNCTION delegation_hold FROM PUBLIC;
GRANT EXECUTE ON FUNCTION delegation_hold TO pdx_app;

ALTER TABLE registration
    -- A correction that somebody else proposed; ordered: on proof, without the holder's consent (Art. 9).
    ADD COLUMN proposal_id               uuid    REFERENCES correction_proposal (id),
    ADD COLUMN is_ordered                boolean NOT NULL DEFAULT false,
    -- A change of the data: the version that the asset is to be of.
    ADD COLUMN dataset_version_id        uuid    REFERENCES dataset_version (id),
    -- When it was delivered under authorised operation, and until when it is to be filed for the first time (Art. 9).
    ADD COLUMN delivered_on              date,
    ADD COLUMN filing_due                date,
    ADD COLUMN is_filing_due_provisional boolean,
    -- The day on which it was submitted first.
    ADD COLUMN filed_on                  date,
    -- Null: not filed, nothing delivered, or not to be said by a calendar that is not published.
    ADD COLUMN is_filed_in_time          boolean GENERATED ALWAYS AS
        (CASE WHEN NOT is_filing_due_provisional THEN filed_on <= filing_due END) STORED,
    -- Everybody who has written on it.
    ADD COLUMN preparers                 uuid[]  NOT NULL DEFAULT '{}',
    -- Of a submission, and of a withdrawal, by a delegate.
    ADD COLUMN on_behalf_of              uuid    REFERENCES person (id),
    ADD COLUMN delegation_id             uuid    REFERENCES delegation (id),
    ADD COLUMN withdrawn_by              uuid    REFERENCES person (id),
    ADD COLUMN withdrawn_at              timestamptz,
    ADD COLUMN withdrawal_delegation_id  uuid    REFERENCES delegation (id),
    ADD CONSTRAINT registration_proposed_is_correction CHECK
        ((proposal_id IS NULL OR track = 'A' AND type = 'CORRECTION') AND (NOT is_ordered OR proposal_id IS NOT NULL)),
    -- Who has ordered a correction does not decide on the application that comes of it.
    ADD CONSTRAINT registration_orderer_is_not_decider CHECK
        (NOT is_ordered OR accepted_by <> submitted_by AND reviewed_by <> submitted_by),
    ADD CONSTRAINT registration_new_data_by_change CHECK
        (dataset_version_id IS NULL OR track = 'A' AND type = 'CHANGE' AND ground = 'RESOURCE'),
    ADD CONSTRAINT registration_delivered_before_filed CHECK
        ((delivered_on IS NULL OR track = 'A' AND type = 'FIRST') AND (delivered_on IS NULL) = (filing_due IS NULL)
         AND (filing_due IS NULL) = (is_filing_due_provisional IS NULL) AND filed_on >= delivered_on),
    ADD CONSTRAINT registration_delegated_by_somebody CHECK ((on_behalf_of IS NULL) = (delegation_id IS NULL)),
    -- A delegate checks nothing that it has written on itself, whoever wrote on it after.
    ADD CONSTRAINT registration_delegate_is_not_preparer CHECK
        ((delegation_id IS NULL OR NOT submitted_by = ANY (preparers))
         AND (withdrawal_delegation_id IS NULL OR NOT withdrawn_by = ANY (preparers)));
UPDATE registration SET preparers = ARRAY[prepared_by];
CREATE UNIQUE INDEX registration_one_per_proposal ON registration (proposal_id) WHERE state <> 'WITHDRAWN';
CREATE INDEX registration_filing_due ON registration (filing_due) WHERE filing_due IS NOT NULL;

CREATE FUNCTION registration_preparers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT NEW.prepared_by = ANY (NEW.preparers) THEN
        NEW.preparers := NEW.preparers || NEW.prepared_by;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registration_preparers BEFORE INSERT OR UPDATE OF prepared_by ON registration
    FOR EACH ROW EXECUTE FUNCTION registration_preparers();

-- Track A is submitted, and taken back, by a chief data representative or under a delegation that is live: the database
-- says so too.
CREATE FUNCTION check_registration_actor() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    is_withdrawal boolean := NEW.state = 'WITHDRAWN';
    delegation_of uuid := CASE WHEN is_withdrawal THEN NEW.withdrawal_delegation_id ELSE NEW.delegation_id END;
    acting        uuid := CASE WHEN is_withdrawal THEN NEW.withdrawn_by ELSE NEW.submitted_by END;
    acting_at     timestamptz := CASE WHEN is_withdrawal THEN NEW.withdrawn_at ELSE NEW.submitted_at END;
    is_entitled   boolean;
BEGIN
    IF NEW.is_ordered THEN
        is_entitled := NOT is_withdrawal AND NEW.registry_id = app_party() AND app_has_role('REVIEWER');
    ELSIF delegation_of IS NULL THEN
        is_entitled := NEW.applicant_id = app_party() AND app_has_role('CHIEF_DATA_REPRESENTATIVE');
    ELSE
        is_entitled := NEW.applicant_id = app_party() AND EXISTS (
            SELECT FROM delegation
            WHERE id = delegation_of AND party_id = NEW.applicant_id AND delegate_id = acting AND revoked_at IS NULL
              AND (is_withdrawal OR delegator_id = NEW.on_behalf_of)
              AND (asset_id IS NULL OR asset_id = NEW.asset_id)
              AND (acting_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN first_day AND last_day);
    END IF;
    IF NOT is_entitled THEN
        RAISE EXCEPTION 'only a chief data representative submits, or its delegate'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'registration_acted_on_by_chief';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER registration_filed_by_chief BEFORE INSERT ON registration FOR EACH ROW
    WHEN (NEW.track = 'A' AND NEW.submitted_at IS NOT NULL) EXECUTE FUNCTION check_registration_actor();
CREATE TRIGGER registration_acted_on_by_chief BEFORE UPDATE ON registration FOR EACH ROW
    WHEN (NEW.track = 'A' AND (NEW.submitted_at IS DISTINCT FROM OLD.submitted_at
                               OR NEW.state = 'WITHDRAWN' AND OLD.state <> 'WITHDRAWN'))
    EXECUTE FUNCTION check_registration_actor();

-- What was ordered is filed by the registry, in the holder's name.
CREATE POLICY registration_order ON registration FOR INSERT TO pdx_app
    WITH CHECK (is_ordered AND state = 'SUBMITTED' AND registry_id = (SELECT app_party()) AND (SELECT app_has_role('REVIEWER'))
                AND EXISTS (SELECT FROM correction_proposal proposal
                            WHERE proposal.id = proposal_id AND proposal.asset_id = registration.asset_id
                              AND proposal.holder_id = applicant_id AND proposal.state = 'ORDERED'));

-- The query that answers a product over a version, from whitelisted parts only.
CREATE FUNCTION product_answer_query(p_product uuid, p_version uuid) RETURNS text LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
DECLARE
    declared   product%ROWTYPE;
    answer     text;
    rule       jsonb;
    part       jsonb;
    col        record;
    predicate  text;
    conditions text[];
    sql_type   text;
    operator   text;
BEGIN
    SELECT * INTO STRICT declared FROM product WHERE id = p_product;
    IF declared.kind = 'FIELD_QUERY' THEN
        SELECT string_agg(format('%L, %s', c.name, CASE c.type
                   -- Text keeps every digit that a JSON number may lose.
                   WHEN 'DECIMAL' THEN format('c%s::text', c.position)
                   ELSE format('c%s', c.position) END), ', ' ORDER BY f.n)
        INTO answer
        FROM unnest(declared.fields) WITH ORDINALITY AS f (name, n)
        JOIN dataset_column c ON c.dataset_version_id = p_version AND c.name = f.name;
        answer := 'jsonb_build_object(' || answer || ')';
        IF (SELECT count(*) FROM dataset_column c WHERE c.dataset_version_id = p_version
            AND c.name = ANY (declared.fields)) <> cardinality(declared.fields) THEN
            RAISE EXCEPTION 'a field is not a column'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'product_field_is_a_column';
        END IF;
    ELSE
        answer := '';
        FOR rule IN SELECT * FROM jsonb_array_elements(declared.conclusion -> 'rules') LOOP
            conditions := '{}';
            FOR part IN SELECT * FROM jsonb_array_elements(rule -> 'when') LOOP
                SELECT c.position, c.type INTO col FROM dataset_column c
                WHERE c.dataset_version_id = p_version AND c.name = part ->> 'column';
                IF NOT FOUND THEN
                    RAISE EXCEPTION 'a condition names no column'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'product_condition_names_a_column';
                END IF;
                sql_type := CASE col.type WHEN 'INTEGER' THEN 'bigint' WHEN 'DECIMAL' THEN 'numeric'
                                          WHEN 'DATE' THEN 'date' WHEN 'BOOLEAN' THEN 'boolean' ELSE 'text' END;
                operator := CASE part ->> 'operator' WHEN 'EQ' THEN '=' WHEN 'NE' THEN '<>' WHEN 'LT' THEN '<'
                                 WHEN 'LE' THEN '<=' WHEN 'GT' THEN '>' WHEN 'GE' THEN '>=' END;
                IF part ->> 'operator' = 'IS_NULL' THEN
                    predicate := format('c%s IS NULL', col.position);
                ELSIF operator IS NULL OR part ->> 'value' IS NULL THEN
                    RAISE EXCEPTION 'an unknown operator or no value'
                        USING ERRCODE = 'check_violation', CONSTRAINT = 'product_condition_is_known';
                ELSE
                    -- A value that is not of the column's type fails here, not at a customer's call.
                    EXECUTE format('SELECT %L::%s', part ->> 'value', sql_type);
                    predicate := format('c%s %s %L::%s', col.position, operator, part ->> 'value', sql_type);
                END IF;
                conditions := conditions || predicate;
            END LOOP;
            answer := answer || format(' WHEN %s THEN %L', array_to_string(conditions, ' AND '), rule ->> 'conclude');
        END LOOP;
        answer := format('jsonb_build_object(''conclusion'', CASE%s ELSE %L END)', answer, declared.conclusion ->> 'otherwise');
    END IF;
    RETURN format('SELECT subject_key, %s FROM dataset_row.%I WHERE subject_key = ANY ($1)', answer, dataset_table_name(p_version));
END
$$;
CREATE OR REPLACE FUNCTION product_compile(p_product uuid) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE product SET answer_query = product_answer_query(id, dataset_version_id)
    WHERE id = p_product AND state = 'DRAFT' AND provider_id = app_party();
    IF NOT FOUND THEN
        RAISE EXCEPTION 'not an own draft product' USING ERRCODE = 'insufficient_privilege';
    END IF;
END
$$;
REVOKE ALL ON FUNCTION product_answer_query(uuid, uuid) FROM PUBLIC;

-- Only functions of this schema run as pdx_owner.
CREATE POLICY product_functions ON product TO pdx_owner USING (true);
CREATE POLICY usage_grant_functions ON usage_grant FOR SELECT TO pdx_owner USING (true);

-- The products over an asset that another version could not answer, with what it lacks: a column of that name that is of
-- the same type and as personal as before. For its provider and the registry's officers.
CREATE FUNCTION product_misfits(wanted uuid, version uuid, at timestamptz)
RETURNS TABLE (product_id uuid, product_name text, is_offered boolean, fields text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT product.id, product.name,
           product.state = 'LISTED' OR EXISTS (SELECT FROM usage_grant
                                               WHERE usage_grant.product_id = product.id AND expires_at > at),
           array_agg(asked.name ORDER BY asked.name)
    FROM product CROSS JOIN LATERAL (
        SELECT unnest(product.fields)
        UNION
        SELECT part ->> 'column' FROM jsonb_array_elements(product.conclusion -> 'rules') AS rule,
                                      jsonb_array_elements(rule -> 'when') AS part) AS asked (name)
    WHERE product.asset_id = wanted AND (product.provider_id = app_party() OR app_has_role('REGISTRY_OFFICER'))
      AND NOT EXISTS (
          SELECT FROM dataset_column was JOIN dataset_column is_now USING (name, type, is_personal)
          WHERE was.dataset_version_id = product.dataset_version_id AND was.name = asked.name
            AND is_now.dataset_version_id = version)
    GROUP BY product.id
$$;

-- Puts another version behind an asset, as the application that is being coded says, and behind every product that it can
-- answer. Where it cannot answer what is offered, these are returned, and the caller lets go of it all.
CREATE FUNCTION asset_move(wanted uuid, version uuid, at timestamptz)
RETURNS TABLE (product_name text, fields text[]) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT app_has_role('REGISTRY_OFFICER') OR NOT EXISTS (
        SELECT FROM registration WHERE asset_id = wanted AND dataset_version_id = version AND registry_id = app_party()
                                   AND track = 'A' AND state = 'PUBLICIZED') THEN
        RAISE EXCEPTION 'no application that puts this version behind this asset' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- First: whoever declares a product over the asset, or takes a title of it, waits for this row from here on.
    UPDATE asset SET dataset_version_id = version WHERE id = wanted;
    IF EXISTS (SELECT FROM title WHERE asset_id = wanted AND state = 'REGISTERED') THEN
        RAISE EXCEPTION 'the data under a registered property right stay'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'asset_data_not_under_title';
    END IF;
    PERFORM FROM product WHERE asset_id = wanted ORDER BY id FOR NO KEY UPDATE;
    RETURN QUERY SELECT misfit.product_name, misfit.fields FROM product_misfits(wanted, version, at) AS misfit
                 WHERE misfit.is_offered ORDER BY misfit.product_id;
    IF FOUND THEN
        RETURN;
    END IF;
    UPDATE product SET dataset_version_id = version, answer_query = product_answer_query(id, version)
    WHERE asset_id = wanted AND id NOT IN (SELECT product_id FROM product_misfits(wanted, version, at));
END
$$;
REVOKE ALL ON FUNCTION product_misfits(uuid, uuid, timestamptz), asset_move(uuid, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION product_misfits(uuid, uuid, timestamptz), asset_move(uuid, uuid, timestamptz) TO pdx_app;
