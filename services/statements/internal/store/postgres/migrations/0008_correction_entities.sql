-- The corrections of an entity and of what it was said to have said, at any revision: a
-- list of them is one range, however much the entity said.
CREATE TABLE correction_entities (
  correction      text COLLATE "C" NOT NULL,
  entity          text COLLATE "C" NOT NULL, -- a name
  record_from     bigint NOT NULL, -- of the correction
  attributed_from bigint NOT NULL, -- later if the statement was attributed later
  PRIMARY KEY (correction, entity)
);
CREATE INDEX correction_entities_by_entity ON correction_entities (entity, record_from, correction, attributed_from);

INSERT INTO correction_entities
SELECT id, subject, record_from, record_from FROM corrections WHERE subject >= 'entities/' AND subject < 'entities0';
-- 3 is domain.RefSpeaker.
INSERT INTO correction_entities
SELECT c.id, k.value, c.record_from, greatest(c.record_from, min(s.record_from))
FROM corrections c
JOIN statement_refs k ON k.id = substr(c.subject, length('statements/') + 1) AND k.kind = 3
JOIN statement_revisions s ON s.id = k.id AND s.revision = k.revision
WHERE c.subject >= 'statements/' AND c.subject < 'statements0'
GROUP BY c.id, k.value, c.record_from;
