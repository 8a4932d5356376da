# An AttributeError that a lookup ends with knows what was looked up, whoever raised it.
class Shy:
    blech = None

    def __getattr__(self, name):
        raise AttributeError


class Named(Shy):
    def __getattr__(self, name):
        raise AttributeError("told", name="another")


class Strict:
    def __getattribute__(self, name):
        raise AttributeError(name)

    @property
    def inner(self):
        return 1


class Computed:
    @property
    def value(self):
        raise AttributeError("not yet")


def attempt(function):
    try:
        function()
    except AttributeError as error:
        print(error.name, type(error.obj).__name__)


for _ in range(3):
    attempt(lambda: Shy().bluch)
# expect: bluch Shy
# expect: bluch Shy
# expect: bluch Shy
attempt(lambda: Named().bluch)  # expect: another NoneType
attempt(lambda: Strict().inner)  # expect: inner Strict
computed = Computed()
for _ in range(3):
    attempt(lambda: computed.value)
# expect: value Computed
# expect: value Computed
# expect: value Computed
attempt(lambda: getattr(computed, "value"))  # expect: value Computed
attempt(lambda: Shy.__getattr__(Shy(), "bluch"))  # expect: None NoneType
