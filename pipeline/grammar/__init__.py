"""What one line says, read by small grammars; nothing here looks beyond the line.

* Tokens: ``syllables`` (a line and its keys), ``phrases`` (tables of surfaces), ``cues`` (words beside a name).
* Places: ``places`` (unit words, lists, bare provinces), ``abroad`` (countries behind bodies and titles).
* Bodies: ``body_phrases`` (what is read), ``body_words`` (what opens one), ``organisations`` (puts a body together from
  ``field_names``, ``plain_names``, ``proper_names``, ``numbered``, ``spelling`` and ``surroundings``); ``departments``,
  ``firms``, ``newsmakers`` and ``states`` read those without a head noun.
* Titles: ``titles``; ``english`` (in English); ``normal_forms`` (titles and bodies as strings).
* People: ``names``; ``surnames`` (where one opens), ``foreign`` (inside one), ``strangers`` (by their shape alone).
* Lines of their own kind: ``bylines``, ``cells`` (flattened tables), ``dates``.
* ``scan`` has all of them read a line, in their order.
"""
