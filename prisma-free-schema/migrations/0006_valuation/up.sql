SET LOCAL ROLE pdx_owner;

-- One calculation of what an asset is worth: everything that went in, the formula's version, everything that came out.
CREATE TABLE evaluation (
    id              uuid        NOT NULL,
    asset_id        uuid        NOT NULL REFERENCES asset (id),
    provider_id     uuid        NOT NULL REFERENCES party (id),
    method          text        NOT NULL,
    formula_version text        NOT NULL,
    inputs          jsonb       NOT NULL,
    result          jsonb       NOT NULL,
    value_minor     bigint      NOT NULL,
    currency        text        NOT NULL,
    base_date       date        NOT NULL,
    evaluator_id    uuid        NOT NULL REFERENCES party (id),
    evaluated_by    uuid        NOT NULL REFERENCES person (id),
    evaluated_at    timestamptz NOT NULL,
    CONSTRAINT evaluation_pkey PRIMARY KEY (id),
    CONSTRAINT evaluation_method_known CHECK (method IN ('INCOME', 'COST')),
    CONSTRAINT evaluation_currency_known CHECK (currency IN ('CNY')),
    CONSTRAINT evaluation_evaluator_is_not_provider CHECK (evaluator_id <> provider_id)
);
CREATE INDEX evaluation_by_asset ON evaluation (asset_id, id);
CREATE INDEX evaluation_by_evaluator ON evaluation (evaluator_id, id);
CREATE TRIGGER evaluation_append_only BEFORE UPDATE OR DELETE ON evaluation
    FOR EACH ROW EXECUTE FUNCTION reject_row_change();
ALTER TABLE evaluation ENABLE ROW LEVEL SECURITY;
ALTER TABLE evaluation FORCE ROW LEVEL SECURITY;
CREATE POLICY evaluation_read ON evaluation FOR SELECT TO pdx_app
    USING (provider_id = (SELECT app_party()) OR evaluator_id = (SELECT app_party())
           OR (SELECT app_has_role('OPERATOR', 'REGULATOR', 'SYSTEM')));
CREATE POLICY evaluation_make ON evaluation FOR INSERT TO pdx_app
    WITH CHECK (evaluator_id = (SELECT app_party()) AND (SELECT app_has_role('APPRAISER')));
GRANT SELECT, INSERT ON evaluation TO pdx_app;
