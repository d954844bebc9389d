from __future__ import annotations

from orchestra_compiler.xsd.files.model_size import MAX_COMPARISONS, MAX_PARTICLES, comparisons, largest_model

OPEN = '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">'


def schema(body: str) -> bytes:
    return f"{OPEN}{body}</xs:schema>".encode()


def loose(count: int) -> str:
    return "".join(f'<xs:element name="a{n}" minOccurs="0"/>' for n in range(count))


def test_groups_are_counted_with_all_they_refer_to() -> None:
    groups = (
        '<xs:group name="a"><xs:sequence><xs:element name="x"/><xs:any/></xs:sequence></xs:group>'
        '<xs:group name="b"><xs:choice><xs:group ref="p:a"/><xs:sequence><xs:group ref="a"/></xs:sequence></xs:choice></xs:group>'
    )
    assert largest_model([schema(groups)]) == 4
    assert largest_model([schema("")]) == 0


def test_groups_that_hold_themselves_are_for_the_engines_to_tell() -> None:
    groups = '<xs:group name="a"><xs:sequence><xs:element name="x"/><xs:group ref="a"/></xs:sequence></xs:group>'
    assert largest_model([schema(groups)]) == 1


def test_doubling_groups_of_several_files_are_huge() -> None:
    files = [schema('<xs:group name="g0"><xs:sequence><xs:element name="x"/></xs:sequence></xs:group>')]
    files += [
        schema(f'<xs:group name="g{n}"><xs:sequence>' + f'<xs:group ref="g{n - 1}"/>' * 2 + "</xs:sequence></xs:group>")
        for n in range(1, 30)
    ]
    assert largest_model(files) == 2**29 > MAX_PARTICLES


def test_comparisons_grow_with_the_square_and_with_the_cube_where_all_is_repeated() -> None:
    def type_of(content: str) -> bytes:
        return schema(f'<xs:complexType name="t">{content}</xs:complexType>')

    assert comparisons([type_of(f"<xs:sequence>{loose(200)}</xs:sequence>")]) == 200**2
    assert comparisons([type_of(f'<xs:choice maxOccurs="5">{loose(200)}</xs:choice>')]) == 200**3
    inner = f'<xs:sequence><xs:choice maxOccurs="unbounded">{loose(200)}</xs:choice></xs:sequence>'
    assert comparisons([type_of(inner)]) == 200**2 + 200**3
    assert comparisons([type_of(f"<xs:sequence>{loose(100)}</xs:sequence>")]) == 0
    assert comparisons([type_of(f'<xs:choice maxOccurs="9">{loose(300)}</xs:choice>')]) > MAX_COMPARISONS
