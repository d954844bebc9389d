"""The link step: names become what they stand for, and names that stand for nothing become findings.

`link` fills in what the sources leave to others (an agent's tier from its `model:` word, a model's limits and price
from the dated catalogue, the message types from the schema) and then looks at every reference. A finding about a name
is silent where a file with errors was about to define it, so that one bad file is one finding and not fifty.
"""

from orchestra_compiler.link.step import Linked, link

__all__ = ["Linked", "link"]
