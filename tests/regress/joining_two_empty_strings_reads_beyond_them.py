print(repr("/".join(["", ""])), repr("ä".join(("", ""))), repr("".join(["", "x", ""])))  # expect: '/' 'ä' 'x'
