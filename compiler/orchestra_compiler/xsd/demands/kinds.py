"""The kinds of constraint that a schema may hold beside facets, and the rule that refuses a document for each."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """What a constraint demands; a facet's kind is the facet's own name."""

    ROOT = "root"
    FIXED = "fixed"
    DATATYPE = "datatype"
    ID = "id"
    IDREF = "idref"
    REQUIRED_ATTRIBUTE = "required-attribute"
    UNKNOWN_ATTRIBUTE = "unknown-attribute"
    PROHIBITED_ATTRIBUTE = "prohibited-attribute"
    ATTRIBUTE_NAMESPACE = "attribute-wildcard-namespace"
    ATTRIBUTE_STRICTNESS = "attribute-wildcard-strictness"
    MIN_OCCURS = "min-occurs"
    MAX_OCCURS = "max-occurs"
    ORDER = "order"
    CHOICE = "choice"
    UNKNOWN_ELEMENT = "unknown-element"
    NAMESPACE = "namespace"
    TEXT = "text"
    NO_CHILD = "no-child"
    WILDCARD_NAMESPACE = "wildcard-namespace"
    WILDCARD_STRICTNESS = "wildcard-strictness"
    WILDCARD_LAXNESS = "wildcard-laxness"
    NOT_NILLABLE = "not-nillable"
    NIL_CONTENT = "nil-content"
    ABSTRACT = "abstract"
    ABSTRACT_TYPE = "abstract-type"
    TYPE = "type"
    UNKNOWN_TYPE = "unknown-type"
    BLOCKED_TYPE = "blocked-type"
    UNIQUE = "unique"
    KEY = "key"
    KEY_FIELD = "key-field"
    KEYREF = "keyref"
    ASSERTION = "assertion"


RULES: Mapping[str, str] = MappingProxyType({
    Kind.REQUIRED_ATTRIBUTE: "missing-attribute",
    Kind.PROHIBITED_ATTRIBUTE: "unknown-attribute",
    Kind.ATTRIBUTE_NAMESPACE: "unknown-attribute",
    Kind.ATTRIBUTE_STRICTNESS: "unknown-attribute",
    Kind.MIN_OCCURS: "content",
    Kind.MAX_OCCURS: "content",
    Kind.ORDER: "content",
    Kind.CHOICE: "content",
    Kind.UNKNOWN_ELEMENT: "content",
    Kind.NAMESPACE: "content",
    Kind.NO_CHILD: "content",
    Kind.WILDCARD_NAMESPACE: "content",
    Kind.WILDCARD_STRICTNESS: "content",
    Kind.WILDCARD_LAXNESS: "nil",
    Kind.NOT_NILLABLE: "nil",
    Kind.NIL_CONTENT: "nil",
    Kind.ABSTRACT_TYPE: "abstract",
    Kind.BLOCKED_TYPE: "type",
    Kind.UNKNOWN_TYPE: "type",
    Kind.KEY_FIELD: "key",
})  # fmt: skip
"""The rule of each kind that is not its own name."""
