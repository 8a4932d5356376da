code = compile("f'{1:>10}'", "strange", "eval")
code = code.replace(co_consts=tuple(7 if constant == ">10" else constant for constant in code.co_consts))
try:
    eval(code)
except SystemError as error:
    print(error)  # expect: Format specifier must be a string, not int
