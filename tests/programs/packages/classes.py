"""attrs: definitions, comparison, slots, validators, converters, evolution."""
import attr
import attrs


@attrs.define
class Point:
    x: int = attrs.field(validator=attrs.validators.instance_of(int))
    y: int = attrs.field(default=0, converter=int)
    tags: list = attrs.field(factory=list, repr=False, eq=False)

    @y.validator
    def check(self, attribute, value):
        if value < 0:
            raise ValueError(f'{attribute.name} is negative')


@attrs.frozen(order=True)
class Version:
    major: int
    minor: int = attrs.field(default=0, metadata={'k': 1}, kw_only=True)


@attr.s(hash=True, these={'a': attr.ib(), 'b': attr.ib(default=attr.Factory(lambda self: self.a + 1, takes_self=True))}, init=True)
class Old:
    pass


print(Point(1, '2'), Point(1) == Point(1, 0, ['t']), attrs.evolve(Point(1), x=5), attrs.asdict(Point(1)), attrs.astuple(Point(3)))
print(Version(1) < Version(1, minor=2), {Version(1): 'x'}[Version(1)], attrs.fields(Version).minor, Old(1), hash(Old(1)) == hash(Old(1)), Point.__slots__)
for wrong in lambda: Point('x'), lambda: Point(1, -1), lambda: setattr(Version(1), 'major', 2), lambda: Point(), lambda: Point(1).z, lambda: setattr(Point(1), 'z', 1):
    try:
        wrong()
    except Exception as problem:
        print(type(problem).__name__, problem)
Dynamic = attrs.make_class('Dynamic', ['p', 'q'])
print(Dynamic(1, 2), attrs.has(Dynamic), attr.filters.include(int)(attrs.fields(Dynamic).p, 1), attrs.resolve_types(Point).__name__)
