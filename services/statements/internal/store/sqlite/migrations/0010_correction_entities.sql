-- The corrections of an entity and of what it was said to have said, at any revision: a
-- list of them is one range, however much the entity said.
CREATE TABLE correction_entities (
  correction      TEXT    NOT NULL,
  entity          TEXT    NOT NULL, -- a name
  record_from     INTEGER NOT NULL, -- of the correction
  attributed_from INTEGER NOT NULL, -- later if the statement was attributed later
  PRIMARY KEY (correction, entity)
) STRICT, WITHOUT ROWID;
CREATE INDEX correction_entities_by_entity ON correction_entities (entity, record_from, correction, attributed_from);

INSERT INTO correction_entities
SELECT id, subject, record_from, record_from FROM corrections WHERE subject >= 'entities/' AND subject < 'entities0';
-- 3 is domain.RefSpeaker.
INSERT INTO correction_entities
SELECT c.id, k.value, c.record_from, max(c.record_from, min(s.record_from))
FROM statement_refs k
CROSS JOIN corrections c ON c.subject = 'statements/' || k.id
CROSS JOIN statement_revisions s ON s.row = k.row
WHERE k.kind = 3
GROUP BY c.id, k.value, c.record_from;
