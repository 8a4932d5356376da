"""Errors as part of the work: raised, chained, cleaned up after and caught at several depths."""


class ParseError(ValueError):
    def __init__(self, line, message):
        super().__init__(f"line {line}: {message}")
        self.line = line


class Resource:
    opened = closed = 0

    def __enter__(self):
        Resource.opened += 1
        return self

    def __exit__(self, kind, error, trace):
        Resource.closed += 1
        return kind is KeyError


def parse_number(text, line):
    try:
        return int(text)
    except ValueError as error:
        raise ParseError(line, "no number") from error


def parse(line, text, names):
    with Resource():
        key, _, value = text.partition("=")
        if not value:
            raise ParseError(line, "no value")
        if value.startswith("$"):
            return key, names[value[1:]]
        return key, parse_number(value, line)


def run(size):
    Resource.opened = Resource.closed = 0
    names, failed, causes = {"one": 1}, 0, 0
    for line in range(size):
        text = ("a=1", "b=x", "c", "d=$one", "e=$two")[line % 5]
        try:
            pair = parse(line, text, names)
        except ParseError as error:
            failed += error.line % 7
            causes += error.__cause__ is not None
        else:
            if pair:
                names[pair[0]] = pair[1]
        finally:
            failed += 1
    return failed, causes, Resource.opened, Resource.closed, sorted(names)


SIZE = 30_000
EXPECTED = (65997, 6000, 30000, 30000, ['a', 'd', 'one'])
