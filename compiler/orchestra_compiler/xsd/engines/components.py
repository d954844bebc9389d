"""Loading a schema with xmlschema, which is the judge of schemas."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from orchestra_compiler.patterns import pattern
from orchestra_compiler.xsd.engines.wording import plain
from orchestra_compiler.xsd.files.places import places_in
from orchestra_compiler.xsd.files.sources import SchemaBrokenError, SchemaSources, shown
from orchestra_compiler.xsd.model import Place

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    import xmlschema

_UNEXPECTED = pattern(r"Unexpected child with tag .* at position (\d+)")


def load_components(sources: SchemaSources, root: Path | None) -> xmlschema.XMLSchemaBase:
    """Return a schema as xmlschema's components: XSD 1.1 where it asks for it, or is valid as that alone.

    Raises:
        SchemaBrokenError: It is not a valid schema; with the place at fault.
    """
    try:
        return _load(sources, root, xsd11=sources.xsd11)
    except SchemaBrokenError:
        if sources.xsd11:
            raise
        try:
            return _load(sources, root, xsd11=True)
        except SchemaBrokenError:
            pass
        raise


def _load(sources: SchemaSources, root: Path | None, *, xsd11: bool) -> xmlschema.XMLSchemaBase:
    import xmlschema

    from orchestra_compiler.xsd.engines.guarded import (
        GatheredFiles,
        GuardedSchema10,
        GuardedSchema11,
        guard_expressions,
    )

    documents = sources.read()
    files = GatheredFiles({each.file.address: each.text for each in documents})
    build = GuardedSchema11 if xsd11 else GuardedSchema10
    main = shown(sources.files[0], sources.base(root))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an import that is not needed may stay unresolved
            schema = build(
                documents[0].file.address, opener=files, allow="local", defuse="never", use_fallback=False, timeout=1
            )
            if xsd11:
                guard_expressions(schema)
            return schema
    except (xmlschema.XMLSchemaParseError, xmlschema.XMLSchemaModelError) as error:
        raise _broken(error, sources, root) from error
    except RecursionError as error:
        raise SchemaBrokenError("the schema nests too deeply", main) from error
    except Exception as error:  # whatever the library stumbles over in somebody's schema, the schema is at fault
        raise SchemaBrokenError(
            f"xmlschema cannot read it: {plain(str(error)) or type(error).__name__}", main
        ) from error


def _broken(error: xmlschema.XMLSchemaValidatorError, sources: SchemaSources, root: Path | None) -> SchemaBrokenError:
    """Return the innermost of errors that were raised while others were handled: the file that is really at fault."""
    import xmlschema

    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, (xmlschema.XMLSchemaParseError, xmlschema.XMLSchemaModelError)):
            error = inner
        inner = inner.__cause__ or inner.__context__
    base = sources.base(root)
    place = Place(shown(sources.files[0], base), 0)
    if isinstance(error.source, xmlschema.XMLResource):
        known = dict(places_in(error.source, base))
        top = known.get(error.source.root, place)
        place = top if error.elem is None else known.get(_at_fault(error, error.elem), top)
    return SchemaBrokenError(plain(error.message), place.file, place.line, _hint(error, sources))


def _at_fault(error: xmlschema.XMLSchemaValidatorError, elem: Element) -> Element:
    """Return the element at fault; of one that may not stand where it does xmlschema gives the parent and a number."""
    found = _UNEXPECTED.match(error.message)
    children = list(elem)
    return children[int(found.group(1)) - 1] if found and int(found.group(1)) <= len(children) else elem


def _hint(error: xmlschema.XMLSchemaValidatorError, sources: SchemaSources) -> str:
    """Return what to do where the error names something of an import without a file."""
    prefixes = {space: prefix for prefix, space in (error.namespaces or {}).items()}
    for missing in sources.unresolved:
        prefix = prefixes.get(missing.namespace, "")
        if f"{{{missing.namespace}}}" in error.message or (prefix and f"{prefix}:" in error.message):
            where = f"{missing.file}:{missing.line}"
            return f"{where} imports {missing.namespace!r}, for which there is no file: keep a copy beside the schema"
    return ""
