-- The European Union, the euro area and Kosovo are places that figures are found by: the words
-- of those on record are made anew by tables/derive.go.
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name = 'figure_words' AND EXISTS (SELECT 1 FROM figure_revisions);
-- [Btu] is the thermochemical one, as UCUM has it, and the British yard has its last digit: what
-- figures in them, or in units made of them, amount to is multiplied out anew.
UPDATE derived SET code = 0, id = '', revision = 0 WHERE name = 'figures' AND EXISTS (SELECT 1 FROM figure_revisions
  WHERE unit LIKE '%[Btu]%' OR unit LIKE '%[yd_br]%' OR unit LIKE '%[acr_br]%');
