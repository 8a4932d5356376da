class Base:
    pass


class Derived(Base):
    pass


def hook(self, name):
    return 24 if name == "value" else object.__getattribute__(self, name)


derived = Derived()
derived.value = 42
for turn in range(3):
    print(derived.value, end=" ")
Base.__getattribute__ = hook
print(derived.value)              # expect: 42 42 42 24
