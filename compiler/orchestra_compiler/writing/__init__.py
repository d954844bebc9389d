"""Put what was compiled on the disk: `changes` plans, `writer` does it, one compile at a time and never outside a folder.

`section_plan` and `sections` are for files that are only partly ours; `reasons` says why a file is written, `journal` what
an interrupted compile left behind, and `lock` who writes now. `files` writes a single file, for everybody.
"""
