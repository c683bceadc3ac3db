-- A database of referrals. Everything but `json` and what the sync notes is read from it, and
-- whatever the service puts into it, nothing here may fail.

CREATE TABLE referrals (
    id TEXT NOT NULL COLLATE NOCASE PRIMARY KEY,
    -- The referral as it arrived, unknown members and the text of numbers included.
    json TEXT NOT NULL,
    -- When a sync saw it first, and found it changed last.
    first_seen_at TEXT NOT NULL,
    changed_at TEXT NOT NULL,
    -- The last run that saw it, and since when a whole list was without it.
    last_run INTEGER NOT NULL REFERENCES runs (number),
    missing_since TEXT,

    engagement_id TEXT AS (json ->> '$.engagementId'),
    external_reference_id TEXT AS (json ->> '$.externalReferenceId'),
    name TEXT AS (json ->> '$.name'),
    organization_id TEXT AS (json ->> '$.organizationId'),
    organization_name TEXT AS (json ->> '$.organizationName'),
    status TEXT AS (json ->> '$.status'),
    substatus TEXT AS (json ->> '$.substatus'),
    status_reason TEXT AS (json ->> '$.statusReason'),
    type TEXT AS (json ->> '$.type'),
    qualification TEXT AS (json ->> '$.qualification'),
    direction TEXT AS (json ->> '$.direction'),
    -- In UTC with three digits, so that they can be sorted and compared. Null where it is no
    -- time: SQLite would read one into many texts.
    created_at TEXT AS (CASE WHEN json ->> '$.createdDateTime' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*'
        THEN strftime('%Y-%m-%dT%H:%M:%fZ', json ->> '$.createdDateTime') END),
    updated_at TEXT AS (CASE WHEN json ->> '$.updatedDateTime' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*'
        THEN strftime('%Y-%m-%dT%H:%M:%fZ', json ->> '$.updatedDateTime') END),
    expires_at TEXT AS (CASE WHEN json ->> '$.expirationDateTime' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*'
        THEN strftime('%Y-%m-%dT%H:%M:%fZ', json ->> '$.expirationDateTime') END),
    accepted_at TEXT AS (CASE WHEN json ->> '$.acceptedDateTime' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*'
        THEN strftime('%Y-%m-%dT%H:%M:%fZ', json ->> '$.acceptedDateTime') END),
    closed_at TEXT AS (CASE WHEN json ->> '$.closedDateTime' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*'
        THEN strftime('%Y-%m-%dT%H:%M:%fZ', json ->> '$.closedDateTime') END),
    customer_name TEXT AS (json ->> '$.customerProfile.name'),
    customer_city TEXT AS (json ->> '$.customerProfile.address.city'),
    customer_country TEXT AS (json ->> '$.customerProfile.address.country'),
    -- Exact, as it was written: a float would round it.
    deal_value TEXT AS (CASE json_type(json, '$.details.dealValue')
        WHEN 'text' THEN json ->> '$.details.dealValue'
        ELSE nullif(json -> '$.details.dealValue', 'null') END),
    currency TEXT AS (json ->> '$.details.currency'),
    closing_date TEXT AS (CASE WHEN json ->> '$.details.closingDateTime'
        GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]*'
        THEN substr(json ->> '$.details.closingDateTime', 1, 10) END),
    notes TEXT AS (json ->> '$.details.notes'),
    sales_stage TEXT AS (json ->> '$.salesStage'),
    campaign_id TEXT AS (json ->> '$.campaignId'),
    registration_status TEXT AS (json ->> '$.registrationStatus'),
    msx_id TEXT AS (json ->> '$.trackingInfo.microsoftMsxId'),
    etag TEXT AS (json ->> '$.eTag')
);

CREATE INDEX referrals_engagement ON referrals (engagement_id);
CREATE INDEX referrals_external_reference ON referrals (external_reference_id);
CREATE INDEX referrals_updated ON referrals (updated_at);

-- What referrals were before they changed.
CREATE TABLE history (
    referral_id TEXT NOT NULL COLLATE NOCASE REFERENCES referrals (id),
    -- When a sync found it changed to what comes next.
    until TEXT NOT NULL,
    json TEXT NOT NULL,
    status TEXT AS (json ->> '$.status'),
    substatus TEXT AS (json ->> '$.substatus'),
    updated_at TEXT AS (CASE WHEN json ->> '$.updatedDateTime' GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]T*'
        THEN strftime('%Y-%m-%dT%H:%M:%fZ', json ->> '$.updatedDateTime') END),
    etag TEXT AS (json ->> '$.eTag')
);

CREATE INDEX history_referral ON history (referral_id, until);

CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    began_at TEXT NOT NULL,
    -- Null while it runs, and for good when it was broken off.
    ended_at TEXT,
    -- Null when everything was asked for.
    since TEXT,
    read INTEGER NOT NULL DEFAULT 0,
    new INTEGER NOT NULL DEFAULT 0,
    changed INTEGER NOT NULL DEFAULT 0,
    missing INTEGER NOT NULL DEFAULT 0
);

-- One row: whose referrals these are, and how far they were read.
CREATE TABLE source (
    name TEXT NOT NULL,
    -- Whatever was changed until then has been read.
    watermark TEXT
);

CREATE VIEW team AS
SELECT
    referrals.id AS referral_id,
    member.value ->> '$.firstName' AS first_name,
    member.value ->> '$.lastName' AS last_name,
    member.value ->> '$.email' AS email,
    member.value ->> '$.phoneNumber' AS phone_number
FROM referrals, json_each(
    CASE json_type(referrals.json, '$.team')
    WHEN 'array' THEN referrals.json -> '$.team' ELSE '[]' END
) AS member
WHERE member.type = 'object';

CREATE VIEW customer_contacts AS
SELECT
    referrals.id AS referral_id,
    member.value ->> '$.firstName' AS first_name,
    member.value ->> '$.lastName' AS last_name,
    member.value ->> '$.email' AS email,
    member.value ->> '$.phoneNumber' AS phone_number
FROM referrals, json_each(
    CASE json_type(referrals.json, '$.customerProfile.team')
    WHEN 'array' THEN referrals.json -> '$.customerProfile.team' ELSE '[]' END
) AS member
WHERE member.type = 'object';

CREATE VIEW solutions AS
SELECT
    referrals.id AS referral_id,
    solution.value ->> '$.id' AS solution_id,
    solution.value ->> '$.name' AS name,
    solution.value ->> '$.type' AS type,
    nullif(solution.value -> '$.price', 'null') AS price,
    nullif(solution.value -> '$.quantity', 'null') AS quantity
FROM referrals, json_each(
    CASE json_type(referrals.json, '$.details.requirements.solutions')
    WHEN 'array' THEN referrals.json -> '$.details.requirements.solutions' ELSE '[]' END
) AS solution
WHERE solution.type = 'object';
