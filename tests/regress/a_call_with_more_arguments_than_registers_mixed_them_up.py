# Machine code moves the arguments of a call through the processor's floating registers, of which there are sixteen.
names = [f"a{i}" for i in range(30)]
shown = ", ".join(names)
in_order = ", ".join(f"v + {i}" for i in range(30))
reversed_names = ", ".join(f"a{i}=v + {i}" for i in reversed(range(30)))
exec(f"""
def items({shown}):
    return ({shown},)

def by_name(v):
    return items({reversed_names})

def in_generator(v):
    yield items({in_order})

def in_generator_by_name(v):
    yield items({reversed_names})
""")

wrong = 0
for k in range(60):
    wanted = tuple(range(k, k + 30))
    wrong += by_name(k) != wanted
    wrong += next(in_generator(k)) != wanted
    wrong += next(in_generator_by_name(k)) != wanted
print(wrong)  # expect: 0
