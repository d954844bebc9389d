"""Discovery: which agents of a fleet offer a capability, may use a tool, exchange a message, own a memory or a hook.

Pure functions over the fleet's values; the command `orchestra agents` writes what they answer.
"""

from orchestra_compiler.discovery.index import Entry, Listing, index
from orchestra_compiler.discovery.query import Criterion, Miss, Query, misses, select

__all__ = ["Criterion", "Entry", "Listing", "Miss", "Query", "index", "misses", "select"]
