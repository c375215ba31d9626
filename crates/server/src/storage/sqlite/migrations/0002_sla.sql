-- Requesters belong to organisations, which may have calendars of their own.
ALTER TABLE people ADD COLUMN organisation TEXT;

-- SLA rules became versions with several policies and calendars. What was one policy around the clock stays that.
UPDATE rules
SET json = json_set(json, '$.sla', json_object(
    'versions', json_array(json_object(
        'valid_from', '1970-01-01T00:00:00Z',
        'policies', json_array(json_set(
            json_extract(json, '$.sla.policy'), '$.applies_to', 'everything', '$.calendar', 'always')),
        'calendars', json_array(json_object(
            'id', 'always', 'name', 'Around the clock', 'zone', 'UTC',
            'hours', json('{"mon":[["00:00","24:00"]],"tue":[["00:00","24:00"]],"wed":[["00:00","24:00"]],
                "thu":[["00:00","24:00"]],"fri":[["00:00","24:00"]],"sat":[["00:00","24:00"]],
                "sun":[["00:00","24:00"]]}'))))),
    'zones', json('[{"name":"UTC","version":"fixed","offset":0,"changes":[]}]')))
WHERE json_type(json, '$.sla.policy') = 'object';
