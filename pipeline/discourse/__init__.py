"""What the article settles and the phrase leaves out, between the lines that the grammars have read.

* Which body, which unit, in the stage normalise: ``frames`` (offices and bodies to be completed), ``scene`` (which
  stand beside each other), ``placing`` (what place names mean), ``units`` and ``seats`` (which unit a body may have),
  ``bodies``, ``bare_roles``, ``institutions``, ``short_names``, ``locations``, ``abroad`` (who completes what),
  ``entities`` (the rows that come of it).
* Who holds what, in the stage link: ``clauses`` (people and offices of a sentence), ``gaps`` and ``patterns`` (what
  stands between them), ``holders`` (who gets which office), ``headers`` (lists), ``offices`` (told by a body alone),
  ``address`` (pronouns), ``careers`` (other sentences).
* Since when, until when: ``statuses``, ``tenure``, ``terms``, ``endings``.
"""
