-- sessions: every time a workflow became a role; run is the id of GitHub's run
-- acme/storefront environment/production deploy
-- acme/storefront environment/production migrate
-- acme/storefront pull_requests plan
SELECT
  eventtime AS started,
  json_extract_scalar(requestparameters, '$.roleArn') AS role,
  json_extract_scalar(requestparameters, '$.roleSessionName') AS session,
  regexp_extract(json_extract_scalar(requestparameters, '$.roleSessionName'), '-(\d+)-\d+$', 1) AS run,
  useridentity.username AS subject,
  sourceipaddress AS address
FROM "security"."cloudtrail_logs"
WHERE eventtime >= '2026-11-14T09:30:00Z'
  AND eventtime < '2026-11-21T09:30:00Z'
  AND "timestamp" BETWEEN '2026/11/14' AND '2026/11/21'
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRoleWithWebIdentity'
  AND coalesce(errorcode, '') = ''
  AND json_extract_scalar(requestparameters, '$.roleArn') IN ('arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-production-migrate', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-pull-requests-plan')
ORDER BY eventtime DESC;

-- actions: what those sessions did, and how often it failed
-- acme/storefront environment/production deploy
-- acme/storefront environment/production migrate
-- acme/storefront pull_requests plan
SELECT
  useridentity.sessioncontext.sessionissuer.arn AS role,
  split_part(useridentity.arn, '/', 3) AS session,
  eventsource AS service,
  eventname AS action,
  count(*) AS times,
  count_if(coalesce(errorcode, '') <> '') AS failed,
  min(eventtime) AS earliest,
  max(eventtime) AS latest
FROM "security"."cloudtrail_logs"
WHERE eventtime >= '2026-11-14T09:30:00Z'
  AND eventtime < '2026-11-21T09:30:00Z'
  AND "timestamp" BETWEEN '2026/11/14' AND '2026/11/21'
  AND useridentity.type = 'AssumedRole'
  AND useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-production-migrate', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-pull-requests-plan')
GROUP BY 1, 2, 3, 4
ORDER BY latest DESC;

-- refusals: who was not let in; with an expected subject, another condition refused
-- acme/storefront environment/production deploy
-- acme/storefront environment/production migrate
-- acme/storefront pull_requests plan
SELECT
  eventtime AS refused,
  errorcode AS error,
  errormessage AS message,
  json_extract_scalar(requestparameters, '$.roleArn') AS role,
  useridentity.username AS presented,
  CASE
    WHEN useridentity.username = 'repo:acme/storefront:environment:production'
      OR useridentity.username = 'repo:acme@9919/storefront@811223344:environment:production'
      OR useridentity.username = 'repo:acme/storefront:pull_request'
      OR useridentity.username = 'repo:acme@9919/storefront@811223344:pull_request'
    THEN 'expected'
    ELSE 'another subject'
  END AS verdict,
  sourceipaddress AS address,
  useragent AS agent
FROM "security"."cloudtrail_logs"
WHERE eventtime >= '2026-11-14T09:30:00Z'
  AND eventtime < '2026-11-21T09:30:00Z'
  AND "timestamp" BETWEEN '2026/11/14' AND '2026/11/21'
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRoleWithWebIdentity'
  AND coalesce(errorcode, '') <> ''
  AND (
    json_extract_scalar(requestparameters, '$.roleArn') IN ('arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-production-migrate', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-pull-requests-plan')
    OR substr(useridentity.username, 1, 21) = 'repo:acme/storefront:'
    OR substr(useridentity.username, 1, 36) = 'repo:acme@9919/storefront@811223344:'
  )
ORDER BY eventtime DESC;

-- used: what the roles did on which resources; its CSV is for `keyless trail --used`
-- acme/storefront environment/production deploy
-- acme/storefront environment/production migrate
-- acme/storefront pull_requests plan
SELECT
  useridentity.sessioncontext.sessionissuer.arn AS principal,
  eventsource AS service,
  eventname AS action,
  array_join(
    slice(
      array_distinct(
        flatten(
          array_agg(transform(resources, one -> one.arn)) FILTER (WHERE resources IS NOT NULL)
        )
      ),
      1,
      100
    ),
    ' '
  ) AS resources,
  count(*) AS times,
  count_if(coalesce(errorcode, '') <> '') AS denied
FROM "security"."cloudtrail_logs"
WHERE eventtime >= '2026-11-14T09:30:00Z'
  AND eventtime < '2026-11-21T09:30:00Z'
  AND "timestamp" BETWEEN '2026/11/14' AND '2026/11/21'
  AND useridentity.type = 'AssumedRole'
  AND useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-production-migrate', 'arn:aws:iam::222222222222:role/keyless/acme-storefront-pull-requests-plan')
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
