"""The stroke-care study written by hand, for other engines: what the workbench's own run is measured against.

Every module has `run(data, out, keys)`, reads the same source tables and writes the analysis set (`stay`, `billing`,
`specialty`, `bedindex`, `diagnosis`) with the same pseudonyms: equal content is the proof that it is the same study.
"""
