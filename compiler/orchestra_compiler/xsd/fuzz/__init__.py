"""Random documents of a schema, valid ones and damaged ones: what nobody would think of, the same at each run.

hypothesis decides at every turn; `lots` is its face here, and the only module besides `run` and `steady` that knows it.
"""
