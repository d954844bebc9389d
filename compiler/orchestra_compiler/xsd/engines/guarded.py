"""xmlschema with its hands tied: it opens nothing that was not gathered, and no pattern makes it wait.

Patterns that `re` could try in very many ways are matched by an automaton. One that is too large for that, thousands of
characters of bounded repetitions within repetitions, refuses every text longer than `LONGEST_UNSURE`. The patterns in
XPath are guarded likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from io import BytesIO
from typing import Any, cast
from urllib.error import URLError
from urllib.parse import unquote
from urllib.request import OpenerDirector

import xmlschema
from xmlschema.validators.assertions import XsdAssert
from xmlschema.validators.builders import XsdBuilders
from xmlschema.validators.elements import XsdAlternative
from xmlschema.validators.facets import XsdAssertionFacet, XsdPatternFacets
from xmlschema.validators.simple_types import Xsd11Union, XsdUnion

from orchestra_compiler.xsd.engines.atoms import takes
from orchestra_compiler.xsd.engines.expressions import DeepExpressionError, guard
from orchestra_compiler.xsd.engines.matching import Automaton, automaton
from orchestra_compiler.xsd.engines.pattern_syntax import DEEPEST, UnreadablePatternError, longest_for_re, nesting

LONGEST_UNSURE = 8


class GatheredFiles(OpenerDirector):
    """Hands out the gathered documents by their URL; to everything else it says that there is no such file."""

    def __init__(self, texts: Mapping[str, bytes]) -> None:
        super().__init__()
        self._texts = {unquote(url): text for url, text in texts.items()}

    def open(self, fullurl: Any, data: Any = None, timeout: float | None = None) -> Any:
        """Return a document as an open file.

        Raises:
            URLError: It was not gathered.
        """
        del data, timeout
        text = self._texts.get(unquote(str(fullurl)))
        if text is None:
            raise URLError("it is not among the files of the schema")
        return BytesIO(text)


class GuardedPattern:
    """A compiled expression that takes bounded time."""

    def __init__(self, written: str, compiled: re.Pattern[str], version: str) -> None:
        self._compiled = compiled
        self._written = written
        self._version = version
        self._longest = longest_for_re(written)
        self._automaton: Automaton | None = None

    @property
    def pattern(self) -> str:
        """The expression as Python writes it."""
        return self._compiled.pattern

    def match(self, text: str) -> object:
        """Return a truth where the whole text matches, else None."""
        if self._longest is None or len(text) <= self._longest:
            return self._compiled.match(text)
        if self._automaton is None:
            try:
                self._automaton = automaton(self._written, self._accepts)
            except UnreadablePatternError:
                return self._compiled.match(text) if len(text) <= LONGEST_UNSURE else None
        return self._automaton.match(text)

    def _accepts(self, atom: str, char: str) -> bool:
        return takes(atom, char, self._version)


class XsdGuardedPatternFacets(XsdPatternFacets):
    """The pattern facets of a type, in bounded time."""

    __slots__ = ()

    def _parse_value(self, elem: Any) -> re.Pattern[str]:
        written = elem.attrib.get("value", "")
        if nesting(written) > DEEPEST:
            self.parse_error(f"the pattern nests deeper than {DEEPEST}", elem)
            return re.compile("")
        compiled = super()._parse_value(elem)
        if longest_for_re(written) is None:
            return compiled
        return cast("re.Pattern[str]", GuardedPattern(written, compiled, self.xsd_version))


class XsdGuardedAssertionFacet(XsdAssertionFacet):
    """An assertion about a value, whose patterns take bounded time; a default value meets it while the schema is built."""

    __slots__ = ()

    def _parse(self) -> None:
        super()._parse()
        try:
            guard(self.token)
        except DeepExpressionError as error:
            self.parse_error(str(error))


class _WholeUnion:
    """A union that is told of as a whole: no single member is to blame for a value that none of them takes."""

    def raw_decode(self, obj: Any, validation: str, context: Any) -> Any:
        """Return the value; what is wrong goes to the context."""
        decode = cast("Any", super()).raw_decode
        if validation != "lax":
            return decode(obj, validation, context)
        try:
            return decode(obj, "strict", context)
        except xmlschema.XMLSchemaValidationError as error:
            context.validation_error(validation, self, error)
            return None


class XsdWholeUnion(_WholeUnion, XsdUnion):
    """A union of XSD 1.0."""


class Xsd11WholeUnion(_WholeUnion, Xsd11Union):
    """A union of XSD 1.1."""


class GuardedSchema10(xmlschema.XMLSchema10):
    """A schema of XSD 1.0."""

    builders = XsdBuilders("1.0", XsdGuardedPatternFacets, union_class=XsdWholeUnion)


class GuardedSchema11(xmlschema.XMLSchema11):
    """A schema of XSD 1.1."""

    builders = XsdBuilders("1.1", XsdGuardedPatternFacets, XsdGuardedAssertionFacet, union_class=Xsd11WholeUnion)


def guard_expressions(schema: xmlschema.XMLSchemaBase) -> None:
    """Guard the assertions about elements and the conditional types of a schema that is built.

    Raises:
        XMLSchemaParseError: One of them holds too much.
    """
    for part in schema.maps.schemas:
        for each in part.iter_components((XsdAssert, XsdAlternative)) if part.meta_schema is not None else ():
            token = getattr(each, "token", None)
            try:
                if token is not None:
                    guard(token)
            except DeepExpressionError as error:
                each.parse_error(str(error))
