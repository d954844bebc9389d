"""Who gets which task: features in, a tier with its reasons out.

Everything here is exact and explains itself. A policy is compiled once into a `Router`; the matchers it needs
(regular expressions, globs) are compiled with it, and the glob library is imported only for a policy that has globs.
"""

from orchestra_compiler.routing.decision import Decision, Reason, decision_to_json
from orchestra_compiler.routing.features import features_from_json
from orchestra_compiler.routing.router import Router

__all__ = ["Decision", "Reason", "Router", "decision_to_json", "features_from_json"]
