"""A virtual machine: an assembler and a stack interpreter written with a chain of tests."""

SOURCE = """
    push 0
    store total
    push 0
    store i
loop:
    load i
    push LIMIT
    less
    jumpzero end
    load i
    load i
    mul
    push 7
    mod
    load total
    add
    store total
    load i
    push 1
    add
    store i
    jump loop
end:
    load total
    halt
"""


def assemble(source):
    labels, lines = {}, []
    for line in source.splitlines():
        line = line.strip()
        if line.endswith(":"):
            labels[line[:-1]] = len(lines)
        elif line:
            lines.append(line.split())
    program = []
    for name, *rest in lines:
        argument = rest[0] if rest else None
        if argument in labels:
            argument = labels[argument]
        elif argument is not None and argument.isdigit():
            argument = int(argument)
        program.append((name, argument))
    return program


def execute(program):
    stack, variables, at, steps = [], {}, 0, 0
    while True:
        name, argument = program[at]
        at += 1
        steps += 1
        if name == "push":
            stack.append(argument)
        elif name == "load":
            stack.append(variables[argument])
        elif name == "store":
            variables[argument] = stack.pop()
        elif name == "add":
            right = stack.pop()
            stack[-1] += right
        elif name == "mul":
            right = stack.pop()
            stack[-1] *= right
        elif name == "mod":
            right = stack.pop()
            stack[-1] %= right
        elif name == "less":
            right = stack.pop()
            stack[-1] = int(stack[-1] < right)
        elif name == "jumpzero":
            if not stack.pop():
                at = argument
        elif name == "jump":
            at = argument
        elif name == "halt":
            return stack.pop(), steps
        else:
            raise ValueError(name)


def run(size):
    return execute(assemble(SOURCE.replace("LIMIT", str(size))))


SIZE = 18_000
EXPECTED = (35999, 306010)
