# What a script test can say: one expectation for each line of output.
print("one")            # expect: one
print("two\nthree")
# expect: two
# expect: three
print()                 # expect:
raise ValueError("the end")  # raises: ValueError: the end
