"""Front ends: validated documents in, values of the model out. One module per kind of document.

Each front end is a function that takes a document and returns a `Built`: the value, or None where the document has errors,
and every finding. Short forms end here. `places` of a value are dotted paths as the file has them, relative to the value:
to the document for an agent, a mission, or a policy; to the step, signal, rule, model or task for those.
"""

from __future__ import annotations
