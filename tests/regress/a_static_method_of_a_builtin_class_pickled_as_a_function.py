import pickle

print(str.maketrans.__qualname__, str.maketrans.__self__)  # expect: str.maketrans None
print(pickle.loads(pickle.dumps(bytes.maketrans)) is bytes.maketrans)  # expect: True
