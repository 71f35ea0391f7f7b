-- sessions: every time a workflow became a role; run is the id of GitHub's run
-- acme/storefront whole_repository read
SELECT
  eventtime AS started,
  element_at(requestparameters, 'roleArn') AS role,
  element_at(requestparameters, 'roleSessionName') AS session,
  regexp_extract(element_at(requestparameters, 'roleSessionName'), '-(\d+)-\d+$', 1) AS run,
  useridentity.username AS subject,
  sourceipaddress AS address
FROM 01234567-89ab-cdef-0123-456789abcdef
WHERE eventtime >= '2026-10-22 09:30:00'
  AND eventtime < '2026-11-21 09:30:00'
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRoleWithWebIdentity'
  AND coalesce(errorcode, '') = ''
  AND element_at(requestparameters, 'roleArn') IN ('arn:aws:iam::111111111111:role/keyless/acme-storefront-whole-repository-read')
ORDER BY eventtime DESC;

-- actions: what those sessions did, and how often it failed
-- acme/storefront whole_repository read
SELECT
  useridentity.sessioncontext.sessionissuer.arn AS role,
  split_part(useridentity.arn, '/', 3) AS session,
  eventsource AS service,
  eventname AS action,
  count(*) AS times,
  count_if(coalesce(errorcode, '') <> '') AS failed,
  min(eventtime) AS earliest,
  max(eventtime) AS latest
FROM 01234567-89ab-cdef-0123-456789abcdef
WHERE eventtime >= '2026-10-22 09:30:00'
  AND eventtime < '2026-11-21 09:30:00'
  AND useridentity.type = 'AssumedRole'
  AND useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111111111111:role/keyless/acme-storefront-whole-repository-read')
GROUP BY 1, 2, 3, 4
ORDER BY latest DESC;

-- refusals: who was not let in; with an expected subject, another condition refused
-- acme/storefront whole_repository read
SELECT
  eventtime AS refused,
  errorcode AS error,
  errormessage AS message,
  element_at(requestparameters, 'roleArn') AS role,
  useridentity.username AS presented,
  CASE
    WHEN substr(useridentity.username, 1, 21) = 'repo:acme/storefront:'
      OR substr(useridentity.username, 1, 36) = 'repo:acme@9919/storefront@811223344:'
    THEN 'expected'
    ELSE 'another subject'
  END AS verdict,
  sourceipaddress AS address,
  useragent AS agent
FROM 01234567-89ab-cdef-0123-456789abcdef
WHERE eventtime >= '2026-10-22 09:30:00'
  AND eventtime < '2026-11-21 09:30:00'
  AND eventsource = 'sts.amazonaws.com'
  AND eventname = 'AssumeRoleWithWebIdentity'
  AND coalesce(errorcode, '') <> ''
  AND (
    element_at(requestparameters, 'roleArn') IN ('arn:aws:iam::111111111111:role/keyless/acme-storefront-whole-repository-read')
    OR substr(useridentity.username, 1, 21) = 'repo:acme/storefront:'
    OR substr(useridentity.username, 1, 36) = 'repo:acme@9919/storefront@811223344:'
  )
ORDER BY eventtime DESC;

-- used: what the roles did on which resources; its CSV is for `keyless trail --used`
-- acme/storefront whole_repository read
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
FROM 01234567-89ab-cdef-0123-456789abcdef
WHERE eventtime >= '2026-10-22 09:30:00'
  AND eventtime < '2026-11-21 09:30:00'
  AND useridentity.type = 'AssumedRole'
  AND useridentity.sessioncontext.sessionissuer.arn IN ('arn:aws:iam::111111111111:role/keyless/acme-storefront-whole-repository-read')
GROUP BY 1, 2, 3
ORDER BY 1, 2, 3;
