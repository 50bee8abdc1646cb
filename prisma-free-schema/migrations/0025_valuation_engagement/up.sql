SET LOCAL ROLE pdx_owner;

-- 登记评价中心 values too: 评价 is the registry's, 评估 a licensed firm's. Its appraisers are other people than its officers.
CREATE OR REPLACE FUNCTION roles_of_party_kind(p_kind text) RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE p_kind
        WHEN 'PROVIDER' THEN ARRAY['DATA_SPECIALIST', 'CHIEF_DATA_REPRESENTATIVE']
        WHEN 'OPERATOR' THEN ARRAY['OPERATOR']
        WHEN 'INSTITUTION' THEN ARRAY['INSTITUTION_USER']
        WHEN 'REGISTRY' THEN ARRAY['REGISTRY_OFFICER', 'REVIEWER', 'APPRAISER']
        WHEN 'APPRAISAL_FIRM' THEN ARRAY['APPRAISER']
        WHEN 'REGULATOR' THEN ARRAY['REGULATOR']
        WHEN 'PERSON' THEN ARRAY['DATA_SUBJECT']
        ELSE '{}' END
$$;
ALTER TABLE person ADD CONSTRAINT person_values_or_registers CHECK
    (NOT ('APPRAISER' = ANY (roles) AND roles && ARRAY['REGISTRY_OFFICER', 'REVIEWER']));

-- 利害关系 that a firm, or one of its people, has said it has with a party (资产评估法 Art. 13(6), 20(4)).
CREATE TABLE appraiser_interest (
    id          uuid        NOT NULL,
    firm_id     uuid        NOT NULL REFERENCES party (id),
    -- Null: the firm itself.
    person_id   uuid        REFERENCES person (id),
    party_id    uuid        NOT NULL REFERENCES party (id),
    nature      text        NOT NULL,
    declared_by uuid        NOT NULL REFERENCES person (id),
    declared_at timestamptz NOT NULL,
    ended_by    uuid        REFERENCES person (id),
    ended_at    timestamptz,
    CONSTRAINT appraiser_interest_pkey PRIMARY KEY (id),
    CONSTRAINT appraiser_interest_in_another CHECK (party_id <> firm_id),
    CONSTRAINT appraiser_interest_nature_length CHECK (char_length(nature) BETWEEN 1 AND 200),
    CONSTRAINT appraiser_interest_ended_by_somebody CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX appraiser_interest_by_firm ON appraiser_interest (firm_id, id);
ALTER TABLE appraiser_interest ENABLE ROW LEVEL SECURITY;
ALTER TABLE appraiser_interest FORCE ROW LEVEL SECURITY;
CREATE POLICY appraiser_interest_read ON appraiser_interest FOR SELECT TO pdx_app
    USING (firm_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY appraiser_interest_declare ON appraiser_interest FOR INSERT TO pdx_app
    WITH CHECK (firm_id = (SELECT app_party()) AND (SELECT app_has_role('APPRAISER')) AND ended_at IS NULL);
CREATE POLICY appraiser_interest_end ON appraiser_interest FOR UPDATE TO pdx_app
    USING (firm_id = (SELECT app_party()) AND (SELECT app_has_role('APPRAISER')) AND ended_at IS NULL)
    WITH CHECK (firm_id = (SELECT app_party()));
GRANT SELECT, INSERT, UPDATE (ended_by, ended_at) ON appraiser_interest TO pdx_app;

-- 委托: the holder of an asset has it valued, by the registry (评价) or by a firm (评估), as of one day and for one purpose.
CREATE TABLE valuation_engagement (
    id                 uuid        NOT NULL,
    kind               text        NOT NULL,
    asset_id           uuid        NOT NULL REFERENCES asset (id),
    -- What is valued: other data are another asset.
    dataset_version_id uuid        NOT NULL REFERENCES dataset_version (id),
    holder_id          uuid        NOT NULL REFERENCES party (id),
    firm_id            uuid        NOT NULL REFERENCES party (id),
    purpose            text        NOT NULL,
    use_scope          text        NOT NULL,
    base_date          date        NOT NULL,
    is_statutory       boolean     NOT NULL,
    is_state_owned     boolean     NOT NULL,
    state              text        NOT NULL,
    commissioned_by    uuid        NOT NULL REFERENCES person (id),
    commissioned_at    timestamptz NOT NULL,
    accepted_by        uuid        REFERENCES person (id),
    accepted_at        timestamptz,
    ended_by           uuid        REFERENCES person (id),
    ended_at           timestamptz,
    end_reason         text,
    CONSTRAINT valuation_engagement_pkey PRIMARY KEY (id),
    CONSTRAINT valuation_engagement_kind_known CHECK (kind IN ('EVALUATION', 'APPRAISAL')),
    CONSTRAINT valuation_engagement_purpose_known CHECK (purpose IN
        ('PLEDGE', 'CAPITAL_CONTRIBUTION', 'TRANSFER', 'ACCOUNTING', 'PRICING', 'OTHER')),
    CONSTRAINT valuation_engagement_scope_length CHECK (char_length(use_scope) BETWEEN 1 AND 400),
    CONSTRAINT valuation_engagement_state_known CHECK (state IN
        ('COMMISSIONED', 'ACCEPTED', 'PREPARED', 'REVIEWED', 'DELIVERED', 'DECLINED', 'WITHDRAWN')),
    -- 资产评估法 Art. 20(4): nobody values for itself.
    CONSTRAINT valuation_engagement_firm_is_not_holder CHECK (firm_id <> holder_id),
    -- 法定评估 is a licensed firm's (Art. 3, 28).
    CONSTRAINT valuation_engagement_statutory_is_appraisal CHECK (kind = 'APPRAISAL' OR NOT is_statutory),
    CONSTRAINT valuation_engagement_base_date_is_past CHECK
        (base_date <= (commissioned_at AT TIME ZONE 'Asia/Shanghai')::date),
    CONSTRAINT valuation_engagement_accepted CHECK
        ((accepted_by IS NULL) = (accepted_at IS NULL)
         AND (accepted_at IS NOT NULL OR state IN ('COMMISSIONED', 'DECLINED', 'WITHDRAWN'))),
    CONSTRAINT valuation_engagement_ended CHECK
        ((ended_by IS NULL) = (ended_at IS NULL) AND (ended_at IS NOT NULL) = (state IN ('DECLINED', 'WITHDRAWN'))
         AND (ended_at IS NULL) = (end_reason IS NULL))
);
CREATE INDEX valuation_engagement_by_holder ON valuation_engagement (holder_id, id);
CREATE INDEX valuation_engagement_by_firm ON valuation_engagement (firm_id, id);
CREATE INDEX valuation_engagement_by_asset ON valuation_engagement (asset_id, id);

CREATE FUNCTION reject_change_of_ended_engagement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an engagement that is over does not change'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'valuation_engagement_is_over';
END
$$;
CREATE TRIGGER valuation_engagement_is_over BEFORE UPDATE ON valuation_engagement FOR EACH ROW
    WHEN (OLD.state IN ('DELIVERED', 'DECLINED', 'WITHDRAWN')) EXECUTE FUNCTION reject_change_of_ended_engagement();

-- The people in charge, two at least (资产评估法 Art. 24), who sign (Art. 27).
CREATE TABLE valuation_appraiser (
    engagement_id  uuid        NOT NULL REFERENCES valuation_engagement (id),
    person_id      uuid        NOT NULL REFERENCES person (id),
    name           text        NOT NULL,
    -- Nothing but the law's word for it: who signs has said so.
    assigned_by    uuid        NOT NULL REFERENCES person (id),
    assigned_at    timestamptz NOT NULL,
    recused_by     uuid        REFERENCES person (id),
    recused_at     timestamptz,
    recusal_reason text,
    -- The draft that was signed, which is the one that was reviewed.
    signed_draft   integer,
    signed_at      timestamptz,
    CONSTRAINT valuation_appraiser_pkey PRIMARY KEY (engagement_id, person_id),
    CONSTRAINT valuation_appraiser_recused CHECK
        ((recused_by IS NULL) = (recused_at IS NULL) AND (recused_at IS NULL) = (recusal_reason IS NULL)),
    CONSTRAINT valuation_appraiser_signed CHECK ((signed_draft IS NULL) = (signed_at IS NULL)),
    CONSTRAINT valuation_appraiser_recused_signs_nothing CHECK (signed_at IS NULL OR recused_at IS NULL)
);

-- Every draft of a report: what goes in, and what comes out of it by the methods' versions. The last one counts.
CREATE TABLE valuation_draft (
    engagement_id uuid        NOT NULL REFERENCES valuation_engagement (id),
    number        integer     NOT NULL,
    content       jsonb       NOT NULL,
    calculation   jsonb       NOT NULL,
    prepared_by   uuid        NOT NULL REFERENCES person (id),
    prepared_at   timestamptz NOT NULL,
    -- 内部审核 (Art. 26).
    reviewed_by   uuid        REFERENCES person (id),
    reviewed_at   timestamptz,
    is_approved   boolean,
    review_note   text,
    CONSTRAINT valuation_draft_pkey PRIMARY KEY (engagement_id, number),
    CONSTRAINT valuation_draft_reviewed CHECK
        ((reviewed_by IS NULL) = (reviewed_at IS NULL) AND (reviewed_at IS NULL) = (is_approved IS NULL)
         AND (is_approved IS DISTINCT FROM false OR review_note IS NOT NULL)),
    CONSTRAINT valuation_draft_maker_is_not_checker CHECK (reviewed_by <> prepared_by)
);

-- A report that was delivered, sealed: the signed document and what of it is asked for. Kept for 15 years, 30 if statutory
-- (Art. 29): nothing may delete it here.
CREATE TABLE valuation_report (
    engagement_id uuid        NOT NULL REFERENCES valuation_engagement (id),
    asset_id      uuid        NOT NULL REFERENCES asset (id),
    holder_id     uuid        NOT NULL REFERENCES party (id),
    firm_id       uuid        NOT NULL REFERENCES party (id),
    kind          text        NOT NULL,
    purpose       text        NOT NULL,
    is_state_owned boolean    NOT NULL,
    document      text        NOT NULL,
    sha256        bytea       NOT NULL,
    value_minor   bigint,
    currency      text,
    score         numeric,
    base_date     date        NOT NULL,
    -- The last day on which it may be used.
    valid_until   date        NOT NULL,
    kept_until    date        NOT NULL,
    delivered_by  uuid        NOT NULL REFERENCES person (id),
    delivered_at  timestamptz NOT NULL,
    CONSTRAINT valuation_report_pkey PRIMARY KEY (engagement_id),
    CONSTRAINT valuation_report_of_asset UNIQUE (engagement_id, asset_id),
    CONSTRAINT valuation_report_sha256 CHECK (octet_length(sha256) = 32),
    CONSTRAINT valuation_report_money CHECK ((value_minor IS NULL) = (currency IS NULL) AND currency IN ('CNY')),
    CONSTRAINT valuation_report_says_something CHECK (value_minor IS NOT NULL OR score IS NOT NULL),
    CONSTRAINT valuation_report_value_of_appraisal CHECK (kind <> 'APPRAISAL' OR value_minor IS NOT NULL)
);
CREATE INDEX valuation_report_by_asset ON valuation_report (asset_id, kind, purpose, delivered_at);
CREATE TRIGGER valuation_report_append_only BEFORE UPDATE OR DELETE ON valuation_report
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();

-- What happened to a report after it was delivered, once each.
CREATE TABLE valuation_report_filing (
    engagement_id uuid        NOT NULL REFERENCES valuation_report (engagement_id),
    -- 备案号, or the number of the approval.
    number        text        NOT NULL,
    filed_with    uuid        NOT NULL REFERENCES party (id),
    filed_by      uuid        NOT NULL REFERENCES person (id),
    filed_at      timestamptz NOT NULL,
    CONSTRAINT valuation_report_filing_pkey PRIMARY KEY (engagement_id),
    CONSTRAINT valuation_report_filing_number_length CHECK (char_length(number) BETWEEN 1 AND 60),
    CONSTRAINT valuation_report_filing_number_unique UNIQUE (filed_with, number)
);
CREATE TABLE valuation_report_disclosure (
    engagement_id uuid        NOT NULL REFERENCES valuation_report (engagement_id),
    party_id      uuid        NOT NULL REFERENCES party (id),
    disclosed_by  uuid        NOT NULL REFERENCES person (id),
    disclosed_at  timestamptz NOT NULL,
    CONSTRAINT valuation_report_disclosure_pkey PRIMARY KEY (engagement_id, party_id)
);
CREATE INDEX valuation_report_disclosure_by_party ON valuation_report_disclosure (party_id, engagement_id);

DO $$
DECLARE
    t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['valuation_engagement', 'valuation_appraiser', 'valuation_draft', 'valuation_report',
                             'valuation_report_filing', 'valuation_report_disclosure'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['valuation_report_filing', 'valuation_report_disclosure'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION reject_row_change()',
                       t || '_append_only', t);
    END LOOP;
END
$$;

CREATE POLICY valuation_engagement_read ON valuation_engagement FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (holder_id, firm_id) OR (SELECT app_has_role('REGULATOR', 'SYSTEM')));
CREATE POLICY valuation_engagement_commission ON valuation_engagement FOR INSERT TO pdx_app
    WITH CHECK (holder_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE', 'INSTITUTION_USER', 'OPERATOR'))
                AND state = 'COMMISSIONED');
CREATE POLICY valuation_engagement_act ON valuation_engagement FOR UPDATE TO pdx_app
    USING ((SELECT app_party()) IN (holder_id, firm_id));
GRANT SELECT, INSERT, UPDATE (state, accepted_by, accepted_at, ended_by, ended_at, end_reason)
    ON valuation_engagement TO pdx_app;

-- Holder and regulator see who is in charge; only the firm assigns and signs; both may recuse (Art. 24).
CREATE POLICY valuation_appraiser_read ON valuation_appraiser FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM valuation_engagement WHERE id = engagement_id));
CREATE POLICY valuation_appraiser_assign ON valuation_appraiser FOR INSERT TO pdx_app
    WITH CHECK (signed_at IS NULL AND (SELECT app_has_role('APPRAISER')) AND EXISTS (
        SELECT FROM valuation_engagement WHERE id = engagement_id AND firm_id = (SELECT app_party())));
CREATE POLICY valuation_appraiser_act ON valuation_appraiser FOR UPDATE TO pdx_app
    USING (recused_at IS NULL AND EXISTS (SELECT FROM valuation_engagement WHERE id = engagement_id
           AND (SELECT app_party()) IN (holder_id, firm_id)))
    WITH CHECK (true);
GRANT SELECT, INSERT, UPDATE (recused_by, recused_at, recusal_reason, signed_draft, signed_at)
    ON valuation_appraiser TO pdx_app;

-- Both sides may write here, to recuse; nobody signs for the firm.
CREATE FUNCTION check_appraiser_signs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM valuation_engagement
                   WHERE id = NEW.engagement_id AND firm_id = app_party() AND state = 'REVIEWED') THEN
        RAISE EXCEPTION 'a draft is signed at the firm, once it is reviewed'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'valuation_appraiser_signs_at_the_firm';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER valuation_appraiser_signs_at_the_firm BEFORE UPDATE ON valuation_appraiser FOR EACH ROW
    WHEN (NEW.signed_draft IS NOT NULL AND NEW.signed_draft IS DISTINCT FROM OLD.signed_draft)
    EXECUTE FUNCTION check_appraiser_signs();

-- What was not delivered stays inside the firm.
CREATE POLICY valuation_draft_read ON valuation_draft FOR SELECT TO pdx_app
    USING ((SELECT app_has_role('REGULATOR')) OR EXISTS (
        SELECT FROM valuation_engagement WHERE id = engagement_id AND firm_id = (SELECT app_party())));
CREATE POLICY valuation_draft_prepare ON valuation_draft FOR INSERT TO pdx_app
    WITH CHECK (reviewed_at IS NULL AND (SELECT app_has_role('APPRAISER')) AND EXISTS (
        SELECT FROM valuation_engagement WHERE id = engagement_id AND firm_id = (SELECT app_party())));
CREATE POLICY valuation_draft_review ON valuation_draft FOR UPDATE TO pdx_app
    USING (reviewed_at IS NULL AND EXISTS (
        SELECT FROM valuation_engagement WHERE id = engagement_id AND firm_id = (SELECT app_party())))
    WITH CHECK (reviewed_at IS NOT NULL);
GRANT SELECT, INSERT, UPDATE (reviewed_by, reviewed_at, is_approved, review_note) ON valuation_draft TO pdx_app;

-- A report is for the holder, its maker, the regulator, and those whom the holder has shown it (Art. 32).
CREATE POLICY valuation_report_read ON valuation_report FOR SELECT TO pdx_app
    USING ((SELECT app_party()) IN (holder_id, firm_id) OR (SELECT app_has_role('REGULATOR', 'SYSTEM'))
           OR EXISTS (SELECT FROM valuation_report_disclosure AS shown
                      WHERE shown.engagement_id = valuation_report.engagement_id AND shown.party_id = (SELECT app_party())));
CREATE POLICY valuation_report_deliver ON valuation_report FOR INSERT TO pdx_app
    WITH CHECK (firm_id = (SELECT app_party()) AND (SELECT app_has_role('APPRAISER')) AND EXISTS (
        SELECT FROM valuation_engagement AS done
        WHERE done.id = engagement_id AND done.state = 'REVIEWED'
          AND (done.asset_id, done.holder_id, done.firm_id, done.kind, done.purpose, done.is_state_owned, done.base_date)
            = (valuation_report.asset_id, valuation_report.holder_id, valuation_report.firm_id, valuation_report.kind,
               valuation_report.purpose, valuation_report.is_state_owned, valuation_report.base_date)));
GRANT SELECT, INSERT ON valuation_report TO pdx_app;
CREATE POLICY valuation_report_filing_read ON valuation_report_filing FOR SELECT TO pdx_app
    USING (EXISTS (SELECT FROM valuation_report AS report WHERE report.engagement_id = valuation_report_filing.engagement_id));
CREATE POLICY valuation_report_filing_make ON valuation_report_filing FOR INSERT TO pdx_app
    WITH CHECK (filed_with = (SELECT app_party()) AND (SELECT app_has_role('REGULATOR')));
GRANT SELECT, INSERT ON valuation_report_filing TO pdx_app;
-- Says who holds a report without asking who may read it, which asks here.
CREATE FUNCTION valuation_report_holder(wanted uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT holder_id FROM valuation_report WHERE engagement_id = wanted
$$;
CREATE POLICY valuation_report_functions ON valuation_report FOR SELECT TO pdx_owner USING (true);
REVOKE EXECUTE ON FUNCTION valuation_report_holder FROM PUBLIC;
GRANT EXECUTE ON FUNCTION valuation_report_holder TO pdx_app;
CREATE POLICY valuation_report_disclosure_read ON valuation_report_disclosure FOR SELECT TO pdx_app
    USING (party_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR'))
           OR valuation_report_holder(engagement_id) = (SELECT app_party()));
CREATE POLICY valuation_report_disclosure_make ON valuation_report_disclosure FOR INSERT TO pdx_app
    WITH CHECK ((SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE', 'INSTITUTION_USER', 'OPERATOR'))
                AND valuation_report_holder(engagement_id) = (SELECT app_party()));
GRANT SELECT, INSERT ON valuation_report_disclosure TO pdx_app;

-- Who has something to win or to lose by what an asset is worth, as far as the register knows.
CREATE FUNCTION asset_interested_parties(wanted uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT provider_id FROM asset WHERE id = wanted
    UNION SELECT unnest(holder_ids) FROM title WHERE asset_id = wanted
    UNION SELECT beneficiary_id FROM encumbrance
          WHERE asset_id = wanted AND state IN ('PROPOSED', 'IN_FORCE') AND beneficiary_id IS NOT NULL
    UNION SELECT party_id FROM registration_filer JOIN registration ON registration.id = registration_id
          WHERE asset_id = wanted
$$;
REVOKE EXECUTE ON FUNCTION asset_interested_parties FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asset_interested_parties TO pdx_app;

-- What is behind an asset, and who holds it: its provider while track A has it, and the holders of its title on track B.
CREATE FUNCTION asset_in_register(wanted uuid)
RETURNS TABLE (dataset_version_id uuid, holder_ids uuid[]) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT asset.dataset_version_id,
           CASE WHEN asset.state = 'REGISTERED' THEN ARRAY[asset.provider_id] ELSE '{}' END
           || CASE WHEN title.state = 'REGISTERED' THEN title.holder_ids ELSE '{}' END
    FROM asset LEFT JOIN title ON title.asset_id = asset.id
    WHERE asset.id = wanted AND 'REGISTERED' IN (asset.state, title.state)
$$;
REVOKE EXECUTE ON FUNCTION asset_in_register FROM PUBLIC;
GRANT EXECUTE ON FUNCTION asset_in_register TO pdx_app;

-- Whether reports may be used on a day: who sees a report sees this, also where it does not see what has replaced it.
CREATE FUNCTION valuation_report_standing(wanted uuid[], today date)
RETURNS TABLE (engagement_id uuid, standing text) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    SELECT report.engagement_id,
           CASE WHEN registered.dataset_version_id IS DISTINCT FROM engagement.dataset_version_id THEN 'ASSET_ENDED'
                WHEN EXISTS (SELECT FROM valuation_report AS newer
                             WHERE newer.asset_id = report.asset_id AND newer.kind = report.kind
                               AND newer.purpose = report.purpose
                               AND (newer.delivered_at, newer.engagement_id) > (report.delivered_at, report.engagement_id))
                    THEN 'SUPERSEDED'
                WHEN today > report.valid_until THEN 'EXPIRED'
                ELSE 'VALID' END
    FROM valuation_report AS report
    JOIN valuation_engagement AS engagement ON engagement.id = report.engagement_id
    LEFT JOIN LATERAL asset_in_register(report.asset_id) AS registered ON true
    WHERE report.engagement_id = ANY (wanted)
$$;
CREATE POLICY valuation_engagement_functions ON valuation_engagement FOR SELECT TO pdx_owner USING (true);
REVOKE EXECUTE ON FUNCTION valuation_report_standing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION valuation_report_standing TO pdx_app;

-- 入表, 财会〔2023〕11号: the answers to the test of recognition, and what they come to; nothing is rewritten.
CREATE TABLE accounting_record (
    id               uuid        NOT NULL,
    asset_id         uuid        NOT NULL REFERENCES asset (id),
    holder_id        uuid        NOT NULL REFERENCES party (id),
    accounting_class text        NOT NULL,
    answers          jsonb       NOT NULL,
    grounds          text        NOT NULL,
    effective_on     date        NOT NULL,
    recorded_by      uuid        NOT NULL REFERENCES person (id),
    recorded_at      timestamptz NOT NULL,
    CONSTRAINT accounting_record_pkey PRIMARY KEY (id),
    CONSTRAINT accounting_record_class_known CHECK (accounting_class IN ('INTANGIBLE', 'INVENTORY', 'UNRECOGNISED')),
    CONSTRAINT accounting_record_grounds_length CHECK (char_length(grounds) BETWEEN 1 AND 2000)
);
CREATE INDEX accounting_record_by_asset ON accounting_record (asset_id, id);
CREATE INDEX accounting_record_by_holder ON accounting_record (holder_id, id);
CREATE TRIGGER accounting_record_append_only BEFORE UPDATE OR DELETE ON accounting_record
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE accounting_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE accounting_record FORCE ROW LEVEL SECURITY;
CREATE POLICY accounting_record_read ON accounting_record FOR SELECT TO pdx_app
    USING (holder_id = (SELECT app_party()) OR (SELECT app_has_role('REGULATOR')));
CREATE POLICY accounting_record_make ON accounting_record FOR INSERT TO pdx_app
    WITH CHECK (holder_id = (SELECT app_party()) AND (SELECT app_has_role('CHIEF_DATA_REPRESENTATIVE')));
GRANT SELECT, INSERT ON accounting_record TO pdx_app;

-- What this exchange has settled for an asset, month by month: what its holder was allotted of the lines of products over
-- it. For the holder, and for the firm that is valuing it; months that are not closed are not there.
CREATE FUNCTION valuation_settled_income(wanted uuid, most integer)
RETURNS TABLE (month text, amount_minor bigint) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp AS $$
    WITH engagement AS (
        SELECT asset_id, holder_id, to_char(base_date, 'YYYY-MM') AS base_month FROM valuation_engagement
        WHERE id = wanted AND app_party() IN (holder_id, firm_id) AND state NOT IN ('DECLINED', 'WITHDRAWN')),
    closed AS (
        SELECT settlement_month.month FROM settlement_month, engagement
        WHERE settlement_month.month < engagement.base_month
        ORDER BY settlement_month.month DESC LIMIT most)
    SELECT closed.month, coalesce(sum(paid.amount_minor), 0)::bigint
    FROM closed
    LEFT JOIN (SELECT line.month, allocation.amount_minor
               FROM engagement
               JOIN product ON product.asset_id = engagement.asset_id
               JOIN statement_line AS line ON line.product_id = product.id
               JOIN allocation ON allocation.statement_id = line.statement_id AND allocation.line = line.line
                    AND allocation.capacity = 'PROVIDER' AND allocation.party_id = engagement.holder_id) AS paid
        ON paid.month = closed.month
    GROUP BY closed.month ORDER BY closed.month
$$;
CREATE POLICY settlement_month_functions ON settlement_month FOR SELECT TO pdx_owner USING (true);
CREATE POLICY statement_line_functions ON statement_line FOR SELECT TO pdx_owner USING (true);
REVOKE EXECUTE ON FUNCTION valuation_settled_income FROM PUBLIC;
GRANT EXECUTE ON FUNCTION valuation_settled_income TO pdx_app;
CREATE INDEX statement_line_by_product ON statement_line (product_id, month);

-- What a pledge secures or a contribution is put in at rests on an appraisal of the very asset. 公司法 Art. 48: what is
-- contributed in kind is appraised; what was agreed before this was asked for stays.
ALTER TABLE encumbrance
    ADD COLUMN valuation_report_id uuid,
    ADD CONSTRAINT encumbrance_report_of_asset FOREIGN KEY (valuation_report_id, asset_id)
        REFERENCES valuation_report (engagement_id, asset_id),
    ADD CONSTRAINT encumbrance_contribution_is_appraised CHECK
        (kind <> 'CAPITAL_CONTRIBUTION' OR valuation_report_id IS NOT NULL AND amount IS NOT NULL) NOT VALID;

-- What appraisers calculated by themselves, before valuations were commissioned, stays and is added to no more.
REVOKE INSERT ON evaluation FROM pdx_app;
